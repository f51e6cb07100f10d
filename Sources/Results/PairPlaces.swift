import Association
import BlockGzip
import Genotypes
import Tables

/// Where in the table of pairs the rows of a gene, a variant or a region may lie.
struct PairPlaces {
  let result: FinishedResult
  /// Of the table, in its order.
  let chromosomes: [String]

  /// Behind any position of a tabix index.
  private static let lastPosition = 1 << 29

  /// - Throws: `InputError` where no row is on the chromosome.
  func spans(of region: GenomicRegion) throws(InputError) -> [TableSpan] {
    let first = min(max(1, region.from ?? 1), Self.lastPosition)
    let last = min(max(first, region.to ?? Self.lastPosition), Self.lastPosition)
    let spans = spans(on: region.chromosome, first...last)
    guard !spans.isEmpty || chromosomes.isEmpty else {
      throw InputError(
        "no row is on that chromosome", path: result.pairsPath, found: "'\(region.chromosome)'",
        expected: "one of \(InputError.list(chromosomes)), with or without 'chr'")
    }
    return spans
  }

  /// The places of a gene of the scan, whether or not it has rows there; nil where they are not known.
  ///
  /// - Throws: `InputError` where the scan had no such gene.
  func spans(ofGene id: String) throws(InputError) -> [TableSpan]? {
    let gene = try GenePlace(id: id, in: result)
    guard result.isTrans else {
      let window = result.window.map(gene.window) ?? 1...Self.lastPosition
      return spans(on: gene.chromosome, window)
    }
    guard let index = try index(), index.filesGenes else { return nil }
    return try index.places(of: id, .gene).map(spans)
  }

  /// The places of a variant; nil where they are not known.
  ///
  /// - Throws: `InputError` where no pair of the variant has a row.
  func spans(ofVariant id: String) throws(InputError) -> [TableSpan]? {
    guard let index = try index() else { return nil }
    guard let places = try index.places(of: id, .variant) else { return nil }
    guard !places.isEmpty else { throw try missing(variant: id) }
    return try spans(places)
  }

  private func index() throws(InputError) -> PairIndexReader? {
    guard let path = try result.file(PairIndex.suffix) else { return nil }
    return try PairIndexReader(path: path)
  }

  /// What is said of a variant without rows.
  func missing(variant id: String) throws(InputError) -> InputError {
    var seen: [String] = []
    let table = try result.pairs()
    let column = try table.columns.require("variant_id")
    while seen.count < 5, try table.advance() {
      let id = table.text(column)
      if !seen.contains(id) { seen.append(id) }
    }
    let threshold = result.pValueThreshold
    return InputError(
      "no row of that variant", path: result.pairsPath, found: "'\(id)'",
      expected: "an id of a variant that was tested"
        + (threshold < 1 ? " and has a pval_gi up to \(threshold)" : "")
        + ", such as \(seen.joined(separator: ", "))")
  }

  private func spans(on chromosome: String, _ positions: ClosedRange<Int>) -> [TableSpan] {
    let key = chromosomeMatchKey(chromosome)
    return chromosomes.indices.filter { chromosomeMatchKey(chromosomes[$0]) == key }
      .map { TableSpan(chromosome: $0, positions: positions) }
  }

  private func spans(_ places: [PairIndexReader.Place]) throws(InputError) -> [TableSpan] {
    try places.map { place throws(InputError) in
      guard let chromosome = chromosomes.firstIndex(of: place.chromosome) else {
        throw InputError(
          "the index of the pairs is not that of the table", path: result.prefix + PairIndex.suffix,
          found: "chromosome '\(place.chromosome)'", expected: InputError.list(chromosomes),
          advice: "make the result again with --force")
      }
      // Position 0 is filed under the first base.
      let first = max(1, place.positions.lowerBound)
      return TableSpan(
        chromosome: chromosome, positions: first...max(first, place.positions.upperBound))
    }
  }
}
