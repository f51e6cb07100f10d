import Glibc

extension StudentT {
  /// The z ≥ 0 that a standard normal's |Z| exceeds with a probability whose natural logarithm is
  /// given: the inverse of `logTwoSidedNormalTail`, below the range of doubles too; NaN for what is
  /// no logarithm of a probability.
  package static func normalQuantile(logTwoSidedTail logP: Double) -> Double {
    guard logP <= 0 else { return .nan }
    guard logP > -.infinity else { return .infinity }
    if logP > -600 { return max(0, -NormalScores.quantile(0.5 * exp(logP))) }
    // Newton's iteration; the logarithm's slope, the hazard φ/Q, is about z out here.
    var z = (-2 * logP - log(-logP * Double.pi)).squareRoot()
    for _ in 0..<4 { z += (logTwoSidedNormalTail(z) - logP) / (z + 1 / z) }
    return z
  }
}
