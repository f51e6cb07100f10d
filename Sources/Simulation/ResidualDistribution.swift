import Distributions
import Glibc

/// Residuals of mean 0 and standard deviation 1 with a chosen skewness.
///
/// a·(E − 1) + √(1 − a²)·Z with E exponential and Z normal (the exponentially modified Gaussian,
/// Grushka 1972, doi:10.1021/ac60319a011) has skewness 2a³ and excess kurtosis 6a⁴.
struct ResidualDistribution {
  /// The skewness of the exponential distribution alone, which the sum stays below.
  static let largestSkewness = 2.0

  private let exponentialShare: Double
  private let normalShare: Double

  /// - Precondition: `skewness` is at least 0 and below `largestSkewness`.
  init(skewness: Double) {
    precondition(
      skewness >= 0 && skewness < Self.largestSkewness, "no residuals of skewness \(skewness)")
    exponentialShare = cbrt(skewness / 2)
    normalShare = (1 - exponentialShare * exponentialShare).squareRoot()
  }

  /// One residual; without skewness the next normal variate, and nothing else is drawn.
  func next(from numbers: inout RandomNumbers) -> Double {
    let normal = numbers.normal()
    guard exponentialShare > 0 else { return normal }
    return exponentialShare * (numbers.exponential() - 1) + normalShare * normal
  }
}
