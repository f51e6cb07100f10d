import Glibc

/// Wakefield's approximate Bayes factor (2009, Genet Epidemiol 33:79) against no effect.
struct WakefieldFactor {
  /// W, the prior variance of the effect.
  let priorVariance: Double

  /// coloc's for a quantitative trait of SD `deviation`.
  init(deviation: Double) {
    let scale = 0.15 * deviation
    priorVariance = scale * scale
  }

  /// Its natural logarithm: ½ (log(1 − r) + r z²) with r = W / (W + V).
  func logarithm(z: Double, variance: Double) -> Double {
    let r = priorVariance / (priorVariance + variance)
    return 0.5 * (log1p(-r) + r * z * z)
  }
}
