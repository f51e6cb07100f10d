import Distributions
import Glibc

/// Replicates of one number.
struct ReplicateDistribution: Sendable {
  private let sorted: [Double]

  init(_ replicates: [Double]) { sorted = replicates.sorted() }

  /// As R's type 6: the i-th of n values is the quantile of i/(n + 1); NaN of none.
  func quantile(_ p: Double) -> Double {
    guard !sorted.isEmpty else { return .nan }
    let place = min(max(p * Double(sorted.count + 1), 1), Double(sorted.count))
    let below = Int(place)
    let above = min(below + 1, sorted.count)
    return sorted[below - 1]
      + (place - Double(below)) * (sorted[above - 1] - sorted[below - 1])
  }

  /// Half the distance between the quantiles at ±1 SD of a normal distribution.
  var standardError: Double { 0.5 * (quantile(Self.normal(1)) - quantile(Self.normal(-1))) }

  /// Quantiles at equal tails.
  func interval(_ level: Double) -> (lower: Double, upper: Double) {
    (quantile(0.5 * (1 - level)), quantile(0.5 * (1 + level)))
  }

  /// Quantiles moved by twice the normal score of the share of the replicates below the estimate.
  func biasCorrected(about estimate: Double, level: Double) -> (lower: Double, upper: Double) {
    let count = Double(sorted.count)
    let below = sorted.reduce(0.0) { $0 + ($1 < estimate ? 1 : $1 == estimate ? 0.5 : 0) }
    let share = min(max(below / count, 0.5 / count), 1 - 0.5 / count)
    let score = StudentT.twoSidedQuantile(abs(2 * share - 1), degreesOfFreedom: .infinity)
    let shift = share == 0.5 ? 0 : share < 0.5 ? -2 * score : 2 * score
    let z = StudentT.twoSidedQuantile(level, degreesOfFreedom: .infinity)
    return (quantile(Self.normal(shift - z)), quantile(Self.normal(shift + z)))
  }

  /// The standard normal distribution function.
  private static func normal(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
}
