import Glibc

/// coloc's estimate of a trait's SD (`sdY.est`) from the standard errors of a gene's variants:
/// var(β̂) = sdY² / (N · 2f(1 − f)), so that sdY² is the slope of 2Nf(1 − f) on 1/var(β̂), through 0.
///
/// With N donors, the trait is what a donor contributes to the estimate: for genotype × time the
/// slope of a donor's expression as its visits measure it, sampling error included, per unit of
/// time; for the main effect its level at the time centre. The prior SD 0.15 sdY is then that of
/// an allele's effect on a trait with one value a donor, which coloc's 0.15 was chosen for.
struct PriorScale {
  private var products = 0.0
  private var squares = 0.0

  /// Takes up a variant.
  mutating func add(variance: Double, donors: Double, frequency: Double) {
    products += 2 * donors * frequency * (1 - frequency) / variance
    squares += 1 / (variance * variance)
  }

  /// sdY; NaN without variants.
  var deviation: Double { (products / squares).squareRoot() }
}

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

/// The logarithm of a sum of exponentials, term by term.
struct LogSum {
  private var largest = -Double.infinity
  private var sum = 0.0

  mutating func add(_ logarithm: Double) {
    if logarithm > largest {
      sum = sum * exp(largest - logarithm) + 1
      largest = logarithm
    } else {
      sum += exp(logarithm - largest)
    }
  }

  var logarithm: Double { largest + log(sum) }
}
