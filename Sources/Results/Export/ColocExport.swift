import BlockGzip
import Tables

/// coloc: one row per gene and variant with what `coloc.abf` takes of a quantitative trait.
struct ColocExport {
  private static let header =
    "gene\tsnp\tposition\tbeta\tvarbeta\tN\tMAF\tsdY\ttype\tchrom\tref\talt\tpvalue\tz\n"

  private let result: FinishedResult
  private let request: ExportRequest

  init(_ result: FinishedResult, _ request: ExportRequest) {
    self.result = result
    self.request = request
  }

  /// - Throws: `InputError`, `OutputError`.
  func run() throws -> ExportSummary {
    let first = try PriorScales(result, request)
    let format = result.numberFormat
    let rows = try ExportRows(result, request)
    let table = rows.table
    let effect = try EffectFields(request.effect, of: table)
    let columns = table.columns
    let (donors, chromosome) = (try columns.require("n_donors"), try columns.require("chrom"))
    let (position, reference) = (try columns.require("pos"), try columns.require("ref"))
    let (gene, alternate) = (try columns.require("phenotype_id"), try columns.require("alt"))
    let file = try ExportFile(path: request.output, sparing: request.spared)
    file.text.append(Self.header)
    var summary = ExportSummary()
    while try rows.advance() {
      let (estimate, error) = try effect.numbers(table)
      file.text.append(bytes: table.bytes(gene))
      file.text.appendTab()
      file.text.append(first.names.name(try rows.variant, of: rows.geneText))
      file.text.appendTab()
      file.text.append(bytes: table.bytes(position))
      file.text.appendTab()
      file.text.append(bytes: table.bytes(effect.estimate))
      file.text.append(tabbed: error * error, format: format)
      file.text.appendTab()
      file.text.append(bytes: table.bytes(donors))
      file.text.appendTab()
      try rows.appendMinorFrequency(to: &file.text, format: format)
      file.text.append(tabbed: first.deviation(of: rows.geneText), format: format)
      file.text.append("\tquant")
      for column in [chromosome, reference, alternate, effect.probability] {
        file.text.appendTab()
        file.text.append(bytes: table.bytes(column))
      }
      file.text.append(
        tabbed: try effect.z(table, estimate: estimate, error: error), format: format)
      file.text.appendNewline()
      try file.flush()
      summary.rows += 1
    }
    try file.finish()
    try file.commit()
    summary.paths = [file.path]
    summary.genes = first.geneCount
    summary.failedRows = rows.failedCount
    summary.notes = first.names.notes
    return summary
  }
}
