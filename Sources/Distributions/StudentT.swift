import CBoostMath
import Glibc

/// Tail probabilities of Student's t distribution, and of the normal one as its limit.
package enum StudentT {
  /// log P(|T| > |t|), natural logarithm, for `degreesOfFreedom` > 0 (infinity: normal).
  ///
  /// NaN when an argument is NaN or the degrees of freedom are not positive. Relative error of the
  /// probability below 1e-12 times its logarithm.
  ///
  /// Below 1e-290, where doubles run out, the incomplete beta function's series
  /// I_x(a, b) = x^a (1−x)^b / (a B(a, b)) · Σ (a+b)_n / (a+1)_n xⁿ with a = df/2, b = 1/2,
  /// x = df/(df + t²) is summed in logarithms (DLMF 8.17.8); every term is positive.
  package static func logTwoSidedTail(_ t: Double, degreesOfFreedom df: Double) -> Double {
    guard !t.isNaN, df > 0 else { return .nan }
    guard t.isFinite else { return -.infinity }
    // Beyond 1e15 degrees of freedom t and normal tails agree to every printed digit.
    guard df < 1e15 else { return logTwoSidedNormalTail(t) }
    // Cauchy's distribution in closed form; the general one loses nine digits of 1 − p near t = 0.
    if df == 1 { return log(2 / .pi * atan(1 / abs(t))) }
    let direct = boost_students_t_two_sided(t, df)
    if direct > 1e-290 { return log(min(direct, 1)) }
    let a = df / 2
    let b = 0.5
    let ratio = t * t / df
    // log x and log(1 − x) from t²/df: no cancellation at either end. Where t² is above the double
    // range, so is 1 beside t²/df.
    let logX = ratio.isFinite ? -log1p(ratio) : log(df) - 2 * log(abs(t))
    let logComplement = -log1p(1 / ratio)
    let x = 1 / (1 + ratio)
    let sum = incompleteBetaSeries(a, b, x)
    return a * logX + b * logComplement - log(a) - boost_log_beta(a, b) + log(sum)
  }

  /// P(T > t), for intervals and predictions: 0 below the double range.
  package static func upperTail(_ t: Double, degreesOfFreedom df: Double) -> Double {
    let half = 0.5 * exp(logTwoSidedTail(t, degreesOfFreedom: df))
    return t < 0 ? 1 - half : half
  }

  /// The t that |T| exceeds with probability 1 − `level`; NaN where an argument is NaN or out of
  /// range.
  ///
  /// - Parameter level: between 0 and 1, such as 0.95.
  package static func twoSidedQuantile(_ level: Double, degreesOfFreedom df: Double) -> Double {
    guard level > 0, level < 1, df > 0 else { return .nan }
    let p = 0.5 * (1 - level)
    return
      -(df < 1e15
      ? boost_students_t_lower_quantile(p, df) : boost_normal_lower_quantile(p))
  }

  /// log P(|Z| > |z|) for a standard normal Z; beyond |z| = 37 by the continued fraction of
  /// Mills' ratio (Abramowitz & Stegun 26.2.14).
  package static func logTwoSidedNormalTail(_ z: Double) -> Double {
    let x = abs(z)
    if x < 37 { return log(erfc(x / 2.0.squareRoot())) }
    var fraction = x
    for k in stride(from: 40.0, through: 1, by: -1) { fraction = x + k / fraction }
    return -0.5 * x * x - log(fraction) + 0.5 * log(2 / Double.pi)
  }
}
