import BlockGzip
import Genotypes
import MixedModels

/// The genotype file as prepared batches, with counts of what the filter says of every variant.
package final class VariantStream {
  let source: any GenotypeSource
  /// Variants of a batch: enough to make what is done per batch and gene cheap.
  package static let batchSize = 256

  private let design: DesignCrossProducts
  private let filter: VariantFilter
  private let batchSize: Int
  private var lookahead: PreparedVariants?
  private var variantCount = 0
  /// Variants by verdict over all donors.
  private(set) var verdicts = [Int](repeating: 0, count: VariantVerdict.allCases.count)

  init(
    source: any GenotypeSource, design: DesignCrossProducts, filter: VariantFilter,
    batchSize: Int = VariantStream.batchSize
  ) {
    self.source = source
    self.design = design
    self.filter = filter
    self.batchSize = batchSize
  }

  /// The next batch without taking it.
  func peek() throws(InputError) -> PreparedVariants? {
    if lookahead == nil { lookahead = try read() }
    return lookahead
  }

  /// The next batch.
  func next() throws(InputError) -> PreparedVariants? {
    let batch = try peek()
    lookahead = nil
    return batch
  }

  private func read() throws(InputError) -> PreparedVariants? {
    guard let batch = try source.nextBatch(maximumVariants: batchSize) else { return nil }
    let prepared = PreparedVariants(
      batch: batch, firstIndex: variantCount, design: design, filter: filter)
    variantCount += batch.variants.count
    for summary in prepared.summaries { verdicts[summary.verdict.rawValue] += 1 }
    return prepared
  }
}
