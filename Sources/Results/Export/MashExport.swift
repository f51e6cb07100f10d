import BlockGzip
import Tables

/// mashr: effects with standard errors at every time, of the genes' lead variants (`strong.tsv`) and
/// of rows evenly spread over the table (`random.tsv`).
struct MashExport {
  private let result: FinishedResult
  private let request: ExportRequest

  init(_ result: FinishedResult, _ request: ExportRequest) {
    self.result = result
    self.request = request
  }

  /// - Throws: `InputError`, `OutputError`.
  func run() throws -> ExportSummary {
    let genes = try GenePlaces(result)
    let kept = request.falseDiscoveryRate.map(genes.significant)
    let total = try count()
    let rows = try ExportRows(result, request)
    let table = rows.table
    let course = try EffectCourse(result, times: request.times, table: table)
    let degrees = try table.columns.require("df_gi")
    let probability = try table.columns.require("pval_gi")
    let folder = try ExportFolder(path: request.output, sparing: request.spared)
    let (strong, random) = (try folder.file("strong.tsv"), try folder.file("random.tsv"))
    for file in [strong, random] { file.text.append(header(course)) }
    var picks = EvenPicks(request.randomCount, of: total, seed: request.seed)
    var summary = ExportSummary()
    while try rows.advance() {
      let gene = rows.geneText
      let isPicked = picks.next()
      let isLead =
        try genes.places[gene]?.lead
        == rows.variant
        && kept?.contains(gene) ?? true
      guard isPicked || isLead else { continue }
      var text = TextBuffer(capacity: 256)
      text.append(
        "\(gene)\t\(rows.idText)\t\(rows.chromosomeText)\t\(try rows.positionNumber)\t"
          + "\(rows.referenceText)\t\(rows.alternateText)")
      for column in [probability, degrees] {
        text.appendTab()
        text.append(bytes: table.bytes(column))
      }
      try append(course.effects(table), to: &text)
      if isLead {
        strong.text.append(text)
        summary.genes += 1
        try strong.flush()
      }
      if isPicked {
        random.text.append(text)
        try random.flush()
      }
      summary.rows += 1
    }
    summary.paths = try folder.commit()
    summary.failedRows = rows.failedCount
    if let rate = request.falseDiscoveryRate, summary.genes == 0 {
      summary.notes.append(
        "strong.tsv has no row: no gene asked for has a q-value up to --fdr \(rate)")
    }
    if course.times.count > course.rank {
      summary.notes.append(
        "effects at \(course.times.count) times are made of \(course.rank) coefficients, so that their "
          + "errors are dependent: mash wants \(course.rank) times (--times), or V between them")
    }
    return summary
  }

  /// Rows that can be drawn.
  private func count() throws(InputError) -> Int {
    let rows = try ExportRows(result, request)
    var count = 0
    while try rows.advance() { count += 1 }
    return count
  }

  private func header(_ course: EffectCourse) -> String {
    let times = course.times.map { time in
      var text = TextBuffer()
      text.append(time, format: NumberFormat(significantDigits: 17))
      return text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
    return
      (["gene", "variant_id", "chrom", "pos", "ref", "alt", "pval_gi", "df"]
      + times.map { "bhat_\($0)" } + times.map { "shat_\($0)" }).joined(separator: "\t") + "\n"
  }

  private func append(_ effects: [(estimate: Double, error: Double)], to text: inout TextBuffer) {
    let format = result.numberFormat
    for effect in effects { text.append(tabbed: effect.estimate, format: format) }
    for effect in effects { text.append(tabbed: effect.error, format: format) }
    text.appendNewline()
  }
}
