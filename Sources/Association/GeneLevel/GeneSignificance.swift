import Distributions
import Glibc

/// q-values over genes, and the p-value at which they pass a false discovery rate.
struct GeneSignificance {
  /// Natural logarithms.
  let logQValues: [Double]
  /// Natural logarithm of the p-value halfway between the largest that passes and the smallest that does
  /// not, as tensorQTL takes it; NaN where none passes.
  let logThreshold: Double

  /// - Parameters:
  ///   - logPValues: natural logarithms; NaN where a gene has none.
  ///   - estimatesNulls: whether the proportion of null genes is estimated; it is 1 otherwise.
  init(logPValues: [Double], estimatesNulls: Bool = true, falseDiscoveryRate: Double) {
    let q = QValues.logQValues(logPValues, nullProportion: estimatesNulls ? nil : 1)
    logQValues = q
    let level = log(falseDiscoveryRate)
    let passing = zip(logPValues, q).filter { $1 <= level }.map(\.0)
    let others = zip(logPValues, q).filter { $1 > level }.map(\.0)
    guard let largest = passing.max() else {
      logThreshold = .nan
      return
    }
    logThreshold = others.min().map { log(0.5 * (exp(largest) + exp($0))) } ?? largest
  }

  /// The log p-value up to which signals of a gene count: the threshold, but never above the rate itself,
  /// which a small proportion of nulls would otherwise allow.
  func signalThreshold(falseDiscoveryRate: Double) -> Double {
    logThreshold.isNaN ? .nan : min(logThreshold, log(falseDiscoveryRate))
  }

  /// The pair-level p-value at which a gene's p-value reaches the threshold.
  func nominalThreshold(shape1: Double, shape2: Double) -> Double {
    guard shape1 > 0, shape2 > 0, !logThreshold.isNaN else { return .nan }
    return BetaDistribution(shape1: shape1, shape2: shape2).quantile(exp(logThreshold))
  }
}
