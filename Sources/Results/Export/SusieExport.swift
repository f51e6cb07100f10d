import Association
import BlockGzip
import LinearAlgebra
import Tables

/// SuSiE: for every gene, what `susie_rss` takes: `GENE.z.tsv` and `GENE.ld.tsv.gz`, the correlations
/// of the variants' statistics in the same order.
struct SusieExport {
  private static let header = "snp\tchrom\tposition\tref\talt\tbhat\tshat\tz\tn\tmaf\tpvalue\n"

  private let result: FinishedResult
  private let request: ExportRequest
  private let correlations: Exporter.Correlations
  /// Variants of a gene, whose matrix has 3.2 GB at most, and rows of all genes held at once.
  private let limits: (variants: Int, rows: Int)

  init(
    _ result: FinishedResult, _ request: ExportRequest,
    limits: (variants: Int, rows: Int) = (20_000, 2_000_000),
    correlations: @escaping Exporter.Correlations
  ) {
    self.limits = limits
    self.result = result
    self.request = request
    self.correlations = correlations
  }

  /// What is kept of a gene's rows until the last of them.
  private struct Region {
    var variants: [VariantName] = []
    /// Numbers of a row as the table has them, and z.
    var rows: [(fields: [String], maf: String, z: Double)] = []
    var degrees: [Double] = []
    var donors = 0
  }

  /// - Throws: `InputError`, `OutputError`, and what the correlations throw.
  func run() throws -> ExportSummary {
    let places = try GenePlaces(result)
    var request = request
    if let rate = request.falseDiscoveryRate {
      let significant = places.significant(at: rate)
      try refuseNone(significant, at: rate, smallest: places.smallestQValue)
      request.genes = request.genes.map { $0.intersection(significant) } ?? significant
    }
    let rows = try ExportRows(result, request)
    let table = rows.table
    let effect = try EffectFields(request.effect, of: table)
    let (degrees, donors) = (
      try table.columns.require("df_gi"), try table.columns.require("n_donors")
    )
    let folder = try ExportFolder(path: request.output, sparing: request.spared)
    var stems: Set<String> = []
    var summary = ExportSummary()
    var open: [String: Region] = [:]
    var reached = (chromosome: "", position: 0)
    // Behind this position an open gene has no more rows: few positions need a look at all of them.
    var (chromosome, nextEnd) = ("", Int.max)
    var held = 0
    while try rows.advance() {
      let gene = rows.geneText
      let variant = try rows.variant
      if (variant.chromosome, variant.position) != reached {
        reached = (variant.chromosome, variant.position)
        let isElsewhere = variant.chromosome != chromosome
        if isElsewhere || variant.position > nextEnd {
          for name in open.keys.sorted() where isOver(places.places[name], reached) {
            guard let region = open.removeValue(forKey: name) else { continue }
            held -= region.rows.count
            try write(region, gene: name, to: folder, stems: &stems, summary: &summary)
          }
          chromosome = variant.chromosome
          nextEnd = open.keys.reduce(.max) { min($0, end(places.places[$1])) }
        }
      }
      let (estimate, error) = try effect.numbers(table)
      var maf = TextBuffer(capacity: 16)
      try rows.appendMinorFrequency(to: &maf, format: result.numberFormat)
      var region = open.removeValue(forKey: gene) ?? Region()
      held += 1
      nextEnd = min(nextEnd, end(places.places[gene]))
      try refuseMany(region.rows.count + 1, of: gene, held: held)
      region.variants.append(variant)
      region.rows.append(
        (
          [effect.estimate, effect.error, effect.probability].map(table.text),
          maf.withUnsafeBytes { String(decoding: $0, as: UTF8.self) },
          try effect.z(table, estimate: estimate, error: error)
        ))
      region.degrees.append(try table.number(degrees))
      region.donors = try table.integer(donors)
      open[gene] = region
    }
    for (name, region) in open.sorted(by: { $0.key < $1.key }) {
      try write(region, gene: name, to: folder, stems: &stems, summary: &summary)
    }
    guard summary.genes > 0 else {
      throw InputError(
        "no gene has rows there", path: result.pairsPath, found: "no fitted pair",
        expected: "pairs of the genes and the region asked for")
    }
    summary.paths = try folder.commit()
    summary.failedRows = rows.failedCount
    return summary
  }

  /// Refuses a rate that no gene passes.
  private func refuseNone(
    _ significant: Set<String>, at rate: Double, smallest: Double?
  ) throws(InputError) {
    guard significant.isEmpty else { return }
    throw InputError(
      "no gene has a q-value up to --fdr \(rate)", path: result.genesPath,
      found: smallest.map { "q-values from \($0)" } ?? "no q-value",
      expected: "a gene to write", advice: "name genes (--gene) or take a larger --fdr")
  }

  /// The last position of a gene's variants.
  private func end(_ place: GenePlaces.Place?) -> Int {
    guard let window = result.window, let place else { return .max }
    return place.end + window
  }

  /// - Throws: `InputError` for more rows than there is memory for.
  private func refuseMany(_ count: Int, of gene: String, held: Int) throws(InputError) {
    guard count <= limits.variants else {
      throw InputError(
        "the gene has too many variants for a matrix of their correlations", path: result.pairsPath,
        found: "'\(gene)' with more than \(limits.variants)",
        expected: "\(limits.variants) at most",
        advice: "export a part of them, with --region")
    }
    guard held <= limits.rows else {
      throw InputError(
        "the genes have too many rows to be held at once", path: result.pairsPath,
        found: "more than \(limits.rows)", expected: "\(limits.rows) at most",
        advice: "export fewer genes at a time, with --gene")
    }
  }

  /// Whether a gene has no rows from a position on.
  private func isOver(
    _ place: GenePlaces.Place?, _ reached: (chromosome: String, position: Int)
  ) -> Bool {
    guard result.window != nil, let place else { return false }
    return chromosomeMatchKey(place.chromosome) != chromosomeMatchKey(reached.chromosome)
      || reached.position > end(place)
  }

  private func write(
    _ region: Region, gene: String, to folder: ExportFolder, stems: inout Set<String>,
    summary: inout ExportSummary
  ) throws {
    let r = try correlations(gene, region.variants, request.effect)
    let kept = region.variants.indices.filter { !r[$0, $0].isNaN }
    if kept.count < region.variants.count {
      summary.notes.append(
        "\(gene): \(region.variants.count - kept.count) variants repeat covariates and are left out"
      )
    }
    let stem = gene.replacing("/", with: "_")
    guard stems.insert(stem).inserted, !stem.hasPrefix(".") else {
      throw InputError(
        "two genes would have the same file, or one a hidden one", path: result.genesPath,
        found: "'\(gene)'", expected: "ids that differ in more than / and begin with no dot",
        advice: "export one at a time, with --gene")
    }
    var ids = VariantIDs(isTrans: true)
    for variant in region.variants {
      ids.add(gene: gene, chromosome: variant.chromosome, id: variant.id)
    }
    summary.notes += ids.notes.map { "\(gene): \($0)" }
    let names = region.variants.map { ids.name($0, of: gene) }
    try writeStatistics(region, names: names, kept: kept, to: try folder.file(stem + ".z.tsv"))
    try writeCorrelations(r, kept: kept, to: try folder.file(stem + ".ld.tsv.gz"))
    summary.genes += 1
    summary.rows += kept.count
  }

  private func writeStatistics(
    _ region: Region, names: [String], kept: [Int], to file: ExportFile
  ) throws(OutputError) {
    let size = sampleSize(region)
    file.text.append(Self.header)
    for place in kept {
      let (variant, row) = (region.variants[place], region.rows[place])
      file.text.append(names[place])
      file.text.append(
        "\t\(variant.chromosome)\t\(variant.position)\t\(variant.reference)\t\(variant.alternate)\t"
          + "\(row.fields[0])\t\(row.fields[1])")
      file.text.append(tabbed: row.z, format: result.numberFormat)
      file.text.append("\t\(size)\t\(row.maf)\t\(row.fields[2])\n")
      try file.flush()
    }
    try file.finish()
  }

  /// The n of `susie_rss(bhat, shat, n)`, which takes bhat/shat for a t statistic of n − 2 degrees of
  /// freedom: for genotype × time 2 more than the median of `df_gi`; else, and for normal tests, the
  /// donors.
  private func sampleSize(_ region: Region) -> Int {
    let finite = region.degrees.filter(\.isFinite).sorted()
    guard request.effect == .interaction, !finite.isEmpty else { return region.donors }
    return Int(exactly: (finite[finite.count / 2] + 2).rounded()) ?? region.donors
  }

  /// Ten digits: rounding then moves no eigenvalue by 1e-8, below which SuSiE takes a matrix for
  /// semidefinite.
  private func writeCorrelations(
    _ r: Matrix, kept: [Int], to file: ExportFile
  ) throws(OutputError) {
    let format = NumberFormat(significantDigits: 10)
    for i in kept {
      for (column, j) in kept.enumerated() {
        if column > 0 { file.text.appendTab() }
        file.text.append(r[i, j], format: format)
      }
      file.text.appendNewline()
      try file.flush()
    }
    try file.finish()
  }
}
