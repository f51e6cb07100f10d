import BlockGzip

/// Expression of genes in samples.
package struct ExpressionMatrix: Sendable {
  package let path: String
  /// Genes in file order.
  package let genes: [Gene]
  /// Samples stored.
  package let sampleIDs: [String]
  /// Values, genes × samples, row-major; NaN where missing.
  package let values: [Double]

  init(path: String, genes: [Gene], sampleIDs: [String], values: [Double]) {
    self.path = path
    self.genes = genes
    self.sampleIDs = sampleIDs
    self.values = values
  }

  /// Reads an expression file whole.
  ///
  /// - Parameters:
  ///   - sheetSamples: samples of the sheet; the first of them ends the leading columns.
  ///   - samples: only these columns are stored, in file order; nil stores all.
  /// - Throws: `InputError`, as `ExpressionReader`.
  package init(
    path: String, sheetSamples: Set<String>, keeping samples: Set<String>? = nil
  ) throws(InputError) {
    let reader = try ExpressionReader(path: path, sheetSamples: sheetSamples)
    let columns = reader.sampleIDs.indices.filter { index in
      samples.map { $0.contains(reader.sampleIDs[index]) } ?? true
    }
    self = try reader.read(samples: columns)
  }
}
