import CBoostMath
import Glibc

/// Upper tail probabilities of F distributions.
package enum FisherF {
  /// log P(F > f), natural logarithm, for `numerator` and `denominator` degrees of freedom (an
  /// infinite denominator: χ²/df); NaN where an argument is NaN or they are not positive.
  ///
  /// Below 1e-290, where doubles run out, the incomplete beta function's series in logarithms, as
  /// for Student's t (DLMF 8.17.8).
  package static func logUpperTail(
    _ f: Double, numerator: Double, denominator: Double
  ) -> Double {
    guard !f.isNaN, numerator > 0, denominator > 0 else { return .nan }
    guard f > 0 else { return 0 }
    guard f.isFinite else { return -.infinity }
    guard denominator < 1e15 else {
      return ChiSquared.logUpperTail(f * numerator, degreesOfFreedom: numerator)
    }
    let direct = boost_f_upper(f, numerator, denominator)
    if direct > 1e-290 { return log(min(direct, 1)) }
    let a = denominator / 2
    let b = numerator / 2
    let ratio = f * (numerator / denominator)
    let logX = ratio.isFinite ? -log1p(ratio) : log(denominator / numerator) - log(f)
    let x = 1 / (1 + ratio)
    let sum = incompleteBetaSeries(a, b, x)
    return a * logX - b * log1p(1 / ratio) - log(a) - boost_log_beta(a, b) + log(sum)
  }
}
