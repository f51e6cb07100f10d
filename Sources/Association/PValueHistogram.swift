import Glibc

/// Counts of `pval_gi` in equal bins, by minor-allele frequency: every pair is counted, written
/// or not.
package struct PValueHistogram: Sendable, Equatable {
  /// Lower ends of the frequency bins; the last ends at 0.5.
  package static let frequencyBins = [0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4]
  /// Number of equal bins of p between 0 and 1.
  package static let pValueBins = 20

  /// Frequency bins × p-value bins, row-major.
  package private(set) var counts = [Int](
    repeating: 0, count: frequencyBins.count * pValueBins)

  /// Counts a pair; NaN is passed over.
  mutating func add(logPValue: Double, alleleFrequency: Double) {
    guard !logPValue.isNaN else { return }
    let minor = min(alleleFrequency, 1 - alleleFrequency)
    // Rounding must not move a frequency of exactly 0.1 below its bin.
    let row = max(0, (Self.frequencyBins.lastIndex { minor >= $0 - 1e-12 }) ?? 0)
    let bin = min(Self.pValueBins - 1, Int(exp(logPValue) * Double(Self.pValueBins)))
    counts[row * Self.pValueBins + bin] += 1
  }

  mutating func add(_ other: PValueHistogram) {
    for index in counts.indices { counts[index] += other.counts[index] }
  }

  /// Counts of one frequency bin.
  package func row(_ index: Int) -> [Int] {
    Array(counts[(index * Self.pValueBins)..<((index + 1) * Self.pValueBins)])
  }
}
