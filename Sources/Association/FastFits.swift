import KernelInterface
import MixedModels

/// The fast fits of one design: a block of its variants, and the charts of genes over it.
///
/// One object serves one worker.
final class FastFits {
  private let block: VariantBlock
  private let charts: ChartKernel
  /// Whether rows are written from fast fits, or only the test is wanted.
  private let isFull: Bool

  /// - Parameter shared: what the charts of the design's genes share.
  init(context: ScanContext, shared: ChartDesign) {
    (block, charts) = context.kernels(shared)
    isFull = context.reportsFastFits
  }

  /// Takes the distinct variants of a batch into the block.
  func load(_ batch: PreparedVariants, _ distinct: DistinctVariants) {
    block.removeAll()
    batch.dosages.withUnsafeBufferPointer { dosages in
      guard let base = dosages.baseAddress else { return }
      for index in distinct.representatives {
        // Safe: the column of variant `index` starts there and has one number per donor.
        block.append(base + index * batch.donorCount)
      }
    }
    block.prepare()
  }

  /// Fits a gene in its chart, where it has one.
  func fit(_ pairs: inout PairBatch) {
    guard let chart = pairs.model.chart else { return }
    charts.fit(chart, block, variants: pairs.slots, isFull: isFull)
    let slots = pairs.slots
    pairs.logPValues.withUnsafeMutableBufferPointer {
      guard let base = $0.baseAddress else { return }
      charts.logPValues(of: slots, into: base)
    }
    for slot in slots {
      let place = slot - slots.lowerBound
      guard charts.isTrusted(at: slot) else {
        pairs.logPValues[place] = .nan
        continue
      }
      pairs.statuses[place] = charts.outcome(at: slot) == .interior ? .ok : .boundary
      if isFull { pairs.fits[place] = charts.pairFit(at: slot) }
    }
  }

  /// Where an exact fit of a slot last fitted had best start; nil for the gene's null fit.
  func start(at slot: Int) -> ConePoint? { charts.start(at: slot) }
}
