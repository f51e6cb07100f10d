import CBoostMath
import Glibc

/// Upper tail probabilities of χ² distributions.
package enum ChiSquared {
  /// log P(X > x), natural logarithm; NaN where an argument is NaN or the degrees of freedom are
  /// not positive.
  ///
  /// Below 1e-290, where doubles run out, Legendre's continued fraction of the incomplete gamma
  /// function in logarithms (DLMF 8.9.2), which converges fast there.
  package static func logUpperTail(_ x: Double, degreesOfFreedom df: Double) -> Double {
    guard !x.isNaN, df > 0 else { return .nan }
    guard x > 0 else { return 0 }
    guard x.isFinite else { return -.infinity }
    let direct = boost_chi_squared_upper(x, df)
    if direct > 1e-290 { return log(min(direct, 1)) }
    let a = df / 2
    let z = x / 2
    // Γ(a, z) = e^-z z^a / (z + 1 − a − 1(1 − a)/(z + 3 − a − 2(2 − a)/(z + 5 − a − …)))
    var fraction = 0.0
    for k in stride(from: 200.0, through: 1, by: -1) {
      fraction = k * (k - a) / (z + 2 * k + 1 - a - fraction)
    }
    return -z + a * log(z) - log(z + 1 - a - fraction) - lgamma(a)
  }
}
