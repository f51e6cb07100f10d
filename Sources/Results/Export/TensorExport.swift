import Association
import BlockGzip
import Tables

/// tensorQTL: the columns of `map_nominal` with an interaction term, or of one without for the main
/// effect, as tab-separated text.
struct TensorExport {
  private let result: FinishedResult
  private let request: ExportRequest

  init(_ result: FinishedResult, _ request: ExportRequest) {
    self.result = result
    self.request = request
  }

  /// Of the table and under tensorQTL's names.
  private var columns: [(own: String, theirs: String)] {
    switch request.effect {
    case .interaction:
      [
        "pval_g", "b_g", "b_g_se", "pval_i", "b_i", "b_i_se", "pval_gi", "b_gi", "b_gi_se",
      ].map { ($0, $0) }
    case .genotype: [("pval_g", "pval_nominal"), ("b_g", "slope"), ("b_g_se", "slope_se")]
    }
  }

  /// - Throws: `InputError`, `OutputError`.
  func run() throws -> ExportSummary {
    let genes = try GenePlaces(result)
    // tensorQTL leaves the distance to the end out where every gene is one base long.
    let hasEnds = genes.places.values.contains { $0.end != $0.start + 1 }
    let rows = try ExportRows(result, request)
    let table = rows.table
    if request.effect == .genotype {
      _ = try EffectFields(.genotype, of: table)
    } else {
      _ = try EffectFields(.interaction, of: table)
    }
    let counts = try ["af", "ma_samples", "ma_count"].map(table.columns.require)
    let numbers = try columns.map { try table.columns.require($0.own) }
    let file = try ExportFile(path: request.output, sparing: request.spared)
    file.text.append("phenotype_id\tvariant_id\tstart_distance")
    if hasEnds { file.text.append("\tend_distance") }
    file.text.append("\taf\tma_samples\tma_count")
    for column in columns { file.text.append("\t" + column.theirs) }
    file.text.appendNewline()
    var summary = ExportSummary()
    var seen: Set<String> = []
    while try rows.advance() {
      let gene = rows.geneText
      seen.insert(gene)
      file.text.append(gene)
      file.text.appendTab()
      file.text.append(rows.idText)
      let position = try rows.positionNumber
      let place = genes.places[gene].flatMap {
        chromosomeMatchKey($0.chromosome) == chromosomeMatchKey(rows.chromosomeText) ? $0 : nil
      }
      append(place.map { position - ($0.start + 1) }, to: &file.text)
      if hasEnds { append(place.map { position - $0.end }, to: &file.text) }
      for column in counts + numbers {
        file.text.appendTab()
        file.text.append(bytes: table.bytes(column))
      }
      file.text.appendNewline()
      try file.flush()
      summary.rows += 1
    }
    try file.finish()
    try file.commit()
    summary.paths = [file.path]
    summary.genes = seen.count
    summary.failedRows = rows.failedCount
    return summary
  }

  /// A distance; `NA` on another chromosome.
  private func append(_ distance: Int?, to text: inout TextBuffer) {
    if let distance { text.append(tabbed: distance) } else { text.append("\tNA") }
  }
}
