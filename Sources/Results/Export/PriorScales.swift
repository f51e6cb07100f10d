import BlockGzip

/// A first pass over the rows that are exported: every gene's sdY, and ids that are not unique.
struct PriorScales {
  private var scales: [String: PriorScale] = [:]
  private(set) var names: VariantIDs

  init(_ result: FinishedResult, _ request: ExportRequest) throws(InputError) {
    names = VariantIDs(isTrans: result.isTrans)
    let rows = try ExportRows(result, request)
    let table = rows.table
    let effect = try EffectFields(request.effect, of: table)
    let donors = try table.columns.require("n_donors")
    while try rows.advance() {
      let (_, error) = try effect.numbers(table)
      let gene = rows.geneText
      scales[gene, default: PriorScale()].add(
        variance: error * error, donors: try table.number(donors),
        frequency: try rows.minorFrequency)
      names.add(gene: gene, chromosome: rows.chromosomeText, id: rows.idText)
    }
  }

  var geneCount: Int { scales.count }

  /// sdY of a gene; NaN of one without rows.
  func deviation(of gene: String) -> Double { scales[gene]?.deviation ?? .nan }
}
