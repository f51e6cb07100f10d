import Cohort

/// An expression file as one array: the plain twin of `ExpressionStore`.
struct ExpressionMatrix {
  private(set) var genes: [Gene] = []
  let sampleIDs: [String]
  /// Genes × samples, row-major; NaN where missing.
  private(set) var values: [Double] = []

  init(_ reader: ExpressionReader, samples: [Int]) throws {
    sampleIDs = samples.map { reader.sampleIDs[$0] }
    var row: [Double] = []
    while let gene = try reader.next(samples: samples, into: &row) {
      genes.append(gene)
      values += row
    }
  }

  /// - Parameter samples: only these columns are stored, in file order; nil stores all.
  init(path: String, sheetSamples: Set<String>, keeping samples: Set<String>? = nil) throws {
    let reader = try ExpressionReader(path: path, sheetSamples: sheetSamples)
    try self.init(
      reader,
      samples: reader.sampleIDs.indices.filter { index in
        samples.map { $0.contains(reader.sampleIDs[index]) } ?? true
      })
  }
}
