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

  package init() {}

  /// A histogram of counts taken down; nil where they are not as many as there are bins.
  init?(counts: [Int]) {
    guard counts.count == Self.frequencyBins.count * Self.pValueBins else { return nil }
    self.counts = counts
  }

  /// Counts a pair; NaN is passed over.
  mutating func add(logPValue: Double, alleleFrequency: Double) {
    guard !logPValue.isNaN else { return }
    counts[Self.index(exp(logPValue), alleleFrequency)] += 1
  }

  /// Counts pairs by their p-values and their variants' allele frequencies; NaN are passed over.
  ///
  /// - Precondition: the two have the same length.
  mutating func add(pValues: Span<Double>, alleleFrequencies: Span<Double>) {
    precondition(
      pValues.count == alleleFrequencies.count,
      "\(pValues.count) p-values, \(alleleFrequencies.count) frequencies")
    var bins = counts.mutableSpan
    for pair in pValues.indices where !pValues[pair].isNaN {
      bins[Self.index(pValues[pair], alleleFrequencies[pair])] += 1
    }
  }

  /// The index in `counts` of a pair.
  @inline(__always)
  private static func index(_ pValue: Double, _ alleleFrequency: Double) -> Int {
    let bin = min(pValueBins - 1, Int(pValue * Double(pValueBins)))
    return frequencyBin(alleleFrequency) * pValueBins + bin
  }

  /// The index in `frequencyBins` of an allele frequency from 0 to 1; 0 for NaN.
  @inline(__always)
  package static func frequencyBin(_ alleleFrequency: Double) -> Int {
    // Rounding must not move a frequency of exactly 0.1 below its bin. Six comparisons without a
    // branch; the test holds them to `frequencyBins`.
    let minor = min(alleleFrequency, 1 - alleleFrequency)
    var bin = minor >= 0.01 - 1e-12 ? 1 : 0
    bin &+= minor >= 0.05 - 1e-12 ? 1 : 0
    bin &+= minor >= 0.1 - 1e-12 ? 1 : 0
    bin &+= minor >= 0.2 - 1e-12 ? 1 : 0
    bin &+= minor >= 0.3 - 1e-12 ? 1 : 0
    bin &+= minor >= 0.4 - 1e-12 ? 1 : 0
    return bin
  }

  mutating func add(_ other: PValueHistogram) {
    for index in counts.indices { counts[index] += other.counts[index] }
  }

  /// Counts of one frequency bin.
  package func row(_ index: Int) -> [Int] {
    Array(counts[(index * Self.pValueBins)..<((index + 1) * Self.pValueBins)])
  }
}
