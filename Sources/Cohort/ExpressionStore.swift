import BlockGzip

/// The genes of a scan and their expression in its samples, read back gene by gene.
///
/// A small matrix stays in memory. A larger one goes to a temporary file, so that memory does not
/// grow with the number of values.
package struct ExpressionStore: Sendable {
  /// What is kept of a gene's values.
  package enum Retention: Sendable {
    /// Which samples have one.
    case presence
    /// The values, in a file without a name in `folder` once they have `memoryLimit` bytes.
    case values(folder: String, memoryLimit: Int = ExpressionStore.memoryLimit)
  }

  /// Bytes of values that stay in memory: a third of what the program takes without them. Reading
  /// a gene back costs little beside its fit, so more would gain nothing.
  package static let memoryLimit = 8 << 20
  /// Bytes that are gathered for a write once there is a file.
  private static let writeBytes = 1 << 20

  /// Genes in the order of the expression file, those without any value included.
  package private(set) var genes: [Gene] = []
  /// One per gene.
  package private(set) var variations: [GeneVariation] = []
  /// Whether a gene lacks samples, by gene.
  package private(set) var isIncomplete: [Bool] = []
  package let sampleCount: Int

  private let retention: Retention
  private var file: TemporaryNumbers?
  /// Genes whose values are in the file.
  private var filedGenes = 0
  /// Values of the later genes, genes × samples, row-major.
  private var recent: [Double] = []
  /// Under `presence`, for each gene one bit per sample, set where the value is missing; empty where
  /// none is.
  private var missing: [[UInt64]] = []

  /// Starts without genes.
  package init(sampleCount: Int, keeping retention: Retention) {
    self.sampleCount = sampleCount
    self.retention = retention
  }

  /// Adds a gene.
  ///
  /// - Parameter values: one per sample; NaN where missing.
  /// - Throws: `OutputError` where the temporary file cannot be made or written.
  package mutating func append(_ gene: Gene, values: [Double]) throws(OutputError) {
    precondition(values.count == sampleCount, "\(values.count) values of \(sampleCount) samples")
    genes.append(gene)
    variations.append(GeneVariation(values))
    isIncomplete.append(values.contains(where: \.isNaN))
    switch retention {
    case .presence:
      missing.append(Self.bits(values))
    case .values(let folder, let memoryLimit):
      recent += values
      let limit = file == nil ? memoryLimit : Self.writeBytes
      if 8 * recent.count >= limit { try moveToFile(in: folder) }
    }
  }

  private mutating func moveToFile(in folder: String) throws(OutputError) {
    let file: TemporaryNumbers
    if let existing = self.file {
      file = existing
    } else {
      file = try TemporaryNumbers(folder: folder, content: "expression values")
      self.file = file
    }
    try file.write(recent, at: filedGenes * sampleCount)
    filedGenes = genes.count
    recent = []
  }

  private static func bits(_ values: [Double]) -> [UInt64] {
    guard values.contains(where: \.isNaN) else { return [] }
    var words = [UInt64](repeating: 0, count: (values.count + 63) / 64)
    for (sample, value) in values.enumerated() where value.isNaN {
      words[sample / 64] |= 1 << UInt64(sample % 64)
    }
    return words
  }

  /// Expression of gene `index`, one value per sample; NaN where missing.
  ///
  /// - Precondition: values are kept.
  /// - Throws: `OutputError` where the temporary file cannot be read.
  package func values(ofGene index: Int) throws(OutputError) -> [Double] {
    guard case .values = retention else { preconditionFailure("the values are not kept") }
    if let file, index < filedGenes {
      return try file.read(count: sampleCount, at: index * sampleCount)
    }
    let start = (index - filedGenes) * sampleCount
    return Array(recent[start..<(start + sampleCount)])
  }

  /// Samples in which gene `index` has a value.
  ///
  /// - Throws: `OutputError` where the temporary file cannot be read.
  package func presentSamples(ofGene index: Int) throws(OutputError) -> [Int] {
    if case .presence = retention {
      let words = missing[index]
      return (0..<sampleCount).filter { sample in
        words.isEmpty || words[sample / 64] >> UInt64(sample % 64) & 1 == 0
      }
    }
    let values = try values(ofGene: index)
    return values.indices.filter { !values[$0].isNaN }
  }
}
