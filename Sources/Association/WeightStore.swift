import BlockGzip
import Cohort

/// Precision weights of every gene and sample, from a table laid out as the expression file.
struct WeightStore: Sendable {
  private let store: ExpressionStore
  private let places: [String: Int]
  let path: String

  /// Reads the table.
  ///
  /// - Parameters:
  ///   - columns: samples of the expression file, in use or not, which end the leading columns.
  ///   - genes: those of the expression file; every one needs a row.
  /// - Throws: `ScanFailure`: a malformed table, samples or genes without a weight, weights that are
  ///   not positive; or values that cannot be kept.
  init(
    path: String, cohort: Cohort, columns samples: [String], genes: [Gene], folder: String,
    requiresEndMarker: Bool
  ) throws(ScanFailure) {
    let reader = try ScanFailure.reading { () throws(InputError) in
      try ExpressionReader(
        path: path, sheetSamples: Set(samples).union(cohort.sampleIDs),
        requiresEndMarker: requiresEndMarker)
    }
    let columns = Dictionary(
      uniqueKeysWithValues: reader.sampleIDs.enumerated().map { ($1, $0) })
    let missing = cohort.sampleIDs.filter { columns[$0] == nil }
    guard missing.isEmpty else {
      throw .input(
        InputError(
          "samples without weights", path: path, found: InputError.list(missing),
          expected: "a column for every expression sample",
          advice: "add them, or leave the samples out with --keep-samples"))
    }
    let order = cohort.sampleIDs.compactMap { columns[$0] }
    var store = ExpressionStore(
      sampleCount: order.count, keeping: .values(folder: folder))
    var values: [Double] = []
    while true {
      let next = try ScanFailure.reading { () throws(InputError) in
        try reader.next(samples: order, into: &values)
      }
      guard let gene = next else { break }
      if let wrong = values.indices.first(where: { values[$0] <= 0 }) {
        throw .input(
          InputError(
            "weight is not positive", path: path, line: reader.lineNumber,
            column: cohort.sampleIDs[wrong], found: "\(values[wrong]) for gene '\(gene.id)'",
            expected: "a number above 0 or NA",
            advice: "write NA for samples that are to be left out of the gene"))
      }
      let row = values
      try ScanFailure.writing { () throws(OutputError) in try store.append(gene, values: row) }
    }
    let places = Dictionary(uniqueKeysWithValues: store.genes.enumerated().map { ($1.id, $0) })
    let lacking = genes.map(\.id).filter { places[$0] == nil }
    guard lacking.isEmpty else {
      throw .input(
        InputError(
          "genes without weights", path: path, found: InputError.list(lacking),
          expected: "a row for every gene of the expression file",
          advice: "add them, or leave the genes out of the expression file"))
    }
    self.places = places
    self.store = store
    self.path = path
  }

  /// The weights of a gene, one per sample of the cohort; NaN where missing.
  ///
  /// - Throws: `OutputError` where they cannot be read back.
  func weights(of gene: Gene) throws(OutputError) -> [Double] {
    guard let place = places[gene.id] else { return [] }
    return try store.values(ofGene: place)
  }
}
