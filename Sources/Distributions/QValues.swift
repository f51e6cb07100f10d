import Glibc

/// Storey's q-values of a set of p-values, in logarithms.
///
/// The proportion π₀ of true nulls is estimated by the bootstrap rule in its closed form, and
/// q₍ᵢ₎ = π₀ · min(1, min over j ≥ i of p₍ⱼ₎ m/j), as R's Bioconductor package qvalue computes them
/// with `pi0.method = "bootstrap"` (Storey 2002, doi:10.1111/1467-9868.00346; Storey, Taylor &
/// Siegmund 2004, doi:10.1111/j.1467-9868.2004.00439.x).
///
/// The package's default, the smoother, was rejected: it extrapolates a spline to λ = 0.95, where
/// the fewest p-values are, and can leave [0, 1] there; and its value follows the tolerances of one
/// implementation of a smoothing spline, so that it cannot be reproduced elsewhere to all digits.
/// The bootstrap rule needs counts only, and no random numbers.
package enum QValues {
  /// Fewer p-values than this say too little about π₀, which is then 1 (Benjamini & Hochberg).
  package static let fewestForEstimate = 100

  /// The natural logarithms of the q-values of p-values given by their natural logarithms.
  ///
  /// Equal p-values have equal q-values, and q never decreases with p. NaN (no p-value) stays NaN
  /// and counts for nothing; −∞ (p = 0) stays −∞. With π₀ = 1 these are Benjamini & Hochberg's
  /// adjusted p-values.
  /// - Parameter proportion: π₀; nil is estimated, for which p-values must be uniform under the null
  ///   hypothesis up to 1.
  /// - Complexity: O(m log m).
  package static func logQValues(_ logP: [Double], nullProportion proportion: Double? = nil)
    -> [Double]
  {
    let logProportion = log(proportion ?? nullProportion(logP))
    let order = logP.indices.filter { !logP[$0].isNaN }.sorted { logP[$0] > logP[$1] }
    let m = order.count
    var result = [Double](repeating: .nan, count: logP.count)
    var smallest = 0.0
    // From the largest p-value down; of ties the first has the highest rank, hence the smallest
    // p m/j, which the running minimum hands to the others.
    for (position, index) in order.enumerated() {
      smallest = min(smallest, logP[index] + log(Double(m) / Double(m - position)))
      result[index] = logProportion + smallest
    }
    return result
  }

  /// The estimate of π₀, the proportion of true null hypotheses, in (0, 1].
  ///
  /// π₀(λ) = #{p ≥ λ} / (m(1 − λ)) at λ = 0.05, 0.10, …, 0.95; of these the one with the least
  /// bootstrap mean squared error about their 10 % quantile, in closed form
  /// W/(m²(1−λ)²) · (1 − W/m) + (π₀(λ) − quantile)², W = #{p ≥ λ} (D. Robinson's form, in qvalue
  /// 2.0). Capped at 1. It is 1 with fewer than `fewestForEstimate` p-values, and when the estimate
  /// is 0 (no p-values at the high λ, where qvalue stops with an error): no finite sample shows that
  /// there are no nulls, and 1 is the safe side.
  ///
  /// A p-value within 1e-12 relative of a λ counts as λ, so that permutation p-values such as 0.15
  /// do not fall on a side by the last bit of their logarithm.
  /// - Parameter logP: natural logarithms of p-values; NaN are left out.
  package static func nullProportion(_ logP: [Double]) -> Double {
    let sorted = logP.filter { !$0.isNaN }.sorted()
    precondition((sorted.last ?? 0) <= 1e-9, "logarithm of a p-value is \(sorted.last ?? 0)")
    guard sorted.count >= fewestForEstimate else { return 1 }
    let m = Double(sorted.count)
    let levels = (1...19).map { Double($0) / 20 }
    let above = levels.map { level in
      Double(sorted.count - firstIndex(in: sorted, atLeast: log(level) - 1e-12))
    }
    let estimates = zip(levels, above).map { level, count in count / (m * (1 - level)) }
    let target = firstDecile(estimates)
    var best = (error: Double.infinity, estimate: 1.0)
    for ((level, count), estimate) in zip(zip(levels, above), estimates) {
      let scale = m * (1 - level)
      let bias = estimate - target
      let error = count / (scale * scale) * (1 - count / m) + bias * bias
      if error < best.error || (error == best.error && estimate < best.estimate) {
        best = (error, estimate)
      }
    }
    return best.estimate > 0 ? min(best.estimate, 1) : 1
  }

  /// The 10 % quantile by linear interpolation of order statistics (R's type 7).
  private static func firstDecile(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let position = 0.1 * Double(sorted.count - 1)
    let index = Int(position)
    return sorted[index] + (position - Double(index)) * (sorted[index + 1] - sorted[index])
  }

  private static func firstIndex(in sorted: [Double], atLeast bound: Double) -> Int {
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
