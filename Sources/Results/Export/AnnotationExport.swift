import BlockGzip
import Glibc
import Tables

/// fastENLOC: its annotation of variants, one line each with `gene:1@=PIP[CPIP:variants]` for every
/// gene, under one causal variant a gene.
///
/// PIP = π BF / (1 + π Σ BF), BF Wakefield's approximate Bayes factor with coloc's prior SD and the
/// z of the same p. All variants of a gene are one signal cluster, whose CPIP is their sum.
struct AnnotationExport {
  private let result: FinishedResult
  private let request: ExportRequest

  init(_ result: FinishedResult, _ request: ExportRequest) {
    self.result = result
    self.request = request
  }

  /// What a gene's variants share.
  private struct Cluster {
    var factor: WakefieldFactor
    var sum = LogSum()
    var count = 0
    /// log(1 + π Σ BF).
    var logDenominator = 0.0
    /// Behind the PIP: `[CPIP:variants]`.
    var tail = ""
  }

  /// - Throws: `InputError`, `OutputError`.
  func run() throws -> ExportSummary {
    let clusters = try clusters()
    let format = result.numberFormat
    let rows = try ExportRows(result, request)
    let effect = try EffectFields(request.effect, of: rows.table)
    let file = try ExportFile(path: request.output, sparing: request.spared)
    var site = Site()
    var summary = ExportSummary()
    while try rows.advance() {
      guard let cluster = clusters[rows.geneText] else { continue }
      let variant = try rows.variant
      if !site.isSame(variant.chromosome, variant.position) {
        site.move(to: variant.chromosome, variant.position, writing: &file.text)
        try file.flush()
      }
      let factor = try logFactor(rows, effect, cluster.factor)
      var text = TextBuffer(capacity: 64)
      text.append("\(rows.geneText):1@=")
      text.append(
        exp(log(request.prior) + factor - cluster.logDenominator), format: format)
      text.append(cluster.tail)
      site.add(
        text, to: "\(variant.id)\t\(variant.reference)\t\(variant.alternate)")
      summary.rows += 1
    }
    site.move(to: "", 0, writing: &file.text)
    try file.finish()
    try file.commit()
    summary.paths = [file.path]
    summary.genes = clusters.count
    summary.failedRows = rows.failedCount
    return summary
  }

  private func logFactor(
    _ rows: ExportRows, _ effect: EffectFields, _ factor: WakefieldFactor
  ) throws(InputError) -> Double {
    let (estimate, error) = try effect.numbers(rows.table)
    return factor.logarithm(
      z: try effect.z(rows.table, estimate: estimate, error: error), variance: error * error)
  }

  /// Every gene's sum of Bayes factors, by two passes.
  private func clusters() throws(InputError) -> [String: Cluster] {
    let scales = try PriorScales(result, request)
    let rows = try ExportRows(result, request)
    let effect = try EffectFields(request.effect, of: rows.table)
    var clusters: [String: Cluster] = [:]
    while try rows.advance() {
      let gene = rows.geneText
      var cluster =
        clusters[gene]
        ?? Cluster(factor: WakefieldFactor(deviation: scales.deviation(of: gene)))
      cluster.sum.add(try logFactor(rows, effect, cluster.factor))
      cluster.count += 1
      clusters[gene] = cluster
    }
    let format = result.numberFormat
    for (gene, var cluster) in clusters {
      guard !gene.utf8.contains(where: "@=[]|".utf8.contains) else {
        throw InputError(
          "fastENLOC cannot read that gene's id", path: result.genesPath, found: "'\(gene)'",
          expected: "no @ = [ ] |")
      }
      let logTotal = log(request.prior) + cluster.sum.logarithm
      cluster.logDenominator =
        logTotal > 0 ? logTotal + log1p(exp(-logTotal)) : log1p(exp(logTotal))
      var text = TextBuffer(capacity: 32)
      text.append("[")
      text.append(exp(logTotal - cluster.logDenominator), format: format)
      text.append(":\(cluster.count)]")
      cluster.tail = text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      clusters[gene] = cluster
    }
    return clusters
  }
}

/// The variants at one position, which several genes and alleles share.
private struct Site {
  private var chromosome = ""
  private var position = 0
  private var variants: [(name: String, annotation: TextBuffer)] = []

  func isSame(_ chromosome: String, _ position: Int) -> Bool {
    self.position == position && self.chromosome == chromosome
  }

  mutating func add(_ annotation: TextBuffer, to name: String) {
    if let place = variants.firstIndex(where: { $0.name == name }) {
      variants[place].annotation.append("|")
      variants[place].annotation.append(annotation)
    } else {
      variants.append((name, annotation))
    }
  }

  /// Writes a line for every variant and goes on to another position.
  mutating func move(to chromosome: String, _ position: Int, writing text: inout TextBuffer) {
    for variant in variants {
      text.append("\(self.chromosome)\t\(self.position)\t\(variant.name)\t")
      text.append(variant.annotation)
      text.appendNewline()
    }
    variants = []
    (self.chromosome, self.position) = (chromosome, position)
  }
}
