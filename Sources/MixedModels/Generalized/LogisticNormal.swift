import Glibc

/// E[expit(η + σu)] for a standard normal u, with derivatives by η.
///
/// The trapezoidal rule of step h: where the integrand is analytic within a of the real axis, on
/// which the normal density grows to exp(a²/2), its error is about exp(a²/2 − 2πa/h) (Trefethen &
/// Weideman 2014, doi:10.1137/130932132). The logistic function has its nearest poles at π/σ; beyond 8
/// there is no gain. Steps make the exponent −32.
package struct LogisticNormal: Sendable, Equatable {
  /// The mean of expit, and that of 1 − expit without cancellation.
  package var probability: Double
  package var complement: Double
  /// Means of the first four derivatives of expit.
  package var first = 0.0
  package var second = 0.0
  package var third = 0.0
  package var fourth = 0.0

  /// - Parameter deviation: σ ≥ 0; above 60 the rule is coarse.
  package init(eta: Double, deviation: Double) {
    probability = 0
    complement = 0
    guard deviation > 1e-12 else {
      add(eta, weight: 1)
      return
    }
    let strip = min(8, .pi / min(deviation, 60))
    let step = 2 * .pi * strip / (32 + 0.5 * strip * strip)
    let reach = Int((8.5 / step).rounded(.up))
    var total = 0.0
    for node in -reach...reach {
      let u = Double(node) * step
      let weight = exp(-0.5 * u * u)
      total += weight
      add(eta + deviation * u, weight: weight)
    }
    probability /= total
    complement /= total
    first /= total
    second /= total
    third /= total
    fourth /= total
  }

  private mutating func add(_ eta: Double, weight: Double) {
    // exp of a negative number does not overflow.
    let odds = exp(-abs(eta))
    let large = 1 / (1 + odds)
    let small = odds * large
    let (p, q) = eta >= 0 ? (large, small) : (small, large)
    let slope = p * q
    probability += weight * p
    complement += weight * q
    first += weight * slope
    second += weight * slope * (q - p)
    third += weight * slope * (1 - 6 * slope)
    fourth += weight * slope * (q - p) * (1 - 12 * slope)
  }
}
