import CBoostMath
import Glibc

/// A beta distribution, as the smallest p-value of many dependent tests nearly has.
///
/// The smallest of M independent uniform p-values is Beta(1, M); under dependence two free shapes fit
/// it well (Ongen et al. 2016, doi:10.1093/bioinformatics/btv722).
package struct BetaDistribution: Sendable, Equatable {
  package let shape1: Double
  package let shape2: Double

  /// - Precondition: both shapes are positive.
  package init(shape1: Double, shape2: Double) {
    precondition(shape1 > 0 && shape2 > 0, "shapes \(shape1) and \(shape2)")
    self.shape1 = shape1
    self.shape2 = shape2
  }

  /// Values above this count as it: log(1 − x) of a rounded 1 has no value.
  private static let largest = 1 - 0x1p-53

  /// Fits both shapes by maximum likelihood.
  ///
  /// The sufficient statistics are the means of log x and log(1 − x). Newton's method on the logarithms
  /// of the shapes, from the estimates by moments, with its step halved while the likelihood falls.
  /// - Parameter logValues: natural logarithms of values in (0, 1]; NaN are left out.
  /// - Returns: nil with fewer than ten values, or where they do not vary.
  package init?(logValues: [Double]) {
    let used = logValues.filter { $0 > -.infinity && $0 <= 1e-9 }
    guard used.count >= 10 else { return nil }
    let n = Double(used.count)
    let values = used.map { min(exp($0), Self.largest) }
    let meanLog = used.reduce(0, +) / n
    let meanComplement = values.reduce(0) { $0 + log1p(-$1) } / n
    let mean = values.reduce(0, +) / n
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    guard variance > 1e-12 * mean * mean else { return nil }
    let concentration = mean * (1 - mean) / variance - 1
    guard concentration > 0, concentration.isFinite else { return nil }
    var a = max(mean * concentration, 1e-3)
    var b = max((1 - mean) * concentration, 1e-3)
    func likelihood(_ a: Double, _ b: Double) -> Double {
      (a - 1) * meanLog + (b - 1) * meanComplement - Self.logBeta(a, b)
    }
    var best = likelihood(a, b)
    for _ in 0..<200 {
      let step = Self.step(a, b, meanLog: meanLog, meanComplement: meanComplement)
      var scale = min(1, 2 / max(abs(step.a), abs(step.b), 1e-300))
      var found = best
      var next = (a, b)
      while scale > 1e-10 {
        next = (a * exp(scale * step.a), b * exp(scale * step.b))
        found = likelihood(next.0, next.1)
        if found >= best { break }
        scale *= 0.5
      }
      guard found >= best else { break }
      (a, b, best) = (next.0, next.1, found)
      if max(abs(step.a), abs(step.b)) < 1e-10 { break }
    }
    guard a.isFinite, b.isFinite, a > 0, b > 0 else { return nil }
    self.init(shape1: a, shape2: b)
  }

  /// log B(a, b): the ratio of gammas that it is computed from underflows unless the first is the larger.
  static func logBeta(_ a: Double, _ b: Double) -> Double {
    boost_log_beta(max(a, b), min(a, b))
  }

  /// Newton's step of (log a, log b): the likelihood is concave in (a, b) but not in the logarithms, whose
  /// own second derivatives are therefore left out where they would spoil the ascent.
  private static func step(
    _ a: Double, _ b: Double, meanLog: Double, meanComplement: Double
  ) -> (a: Double, b: Double) {
    let common = boost_digamma(a + b)
    let gradientA = a * (meanLog - boost_digamma(a) + common)
    let gradientB = b * (meanComplement - boost_digamma(b) + common)
    let curvature = boost_trigamma(a + b)
    // Minus the Hessian in (a, b), scaled to logarithms.
    let aa = a * a * (boost_trigamma(a) - curvature)
    let bb = b * b * (boost_trigamma(b) - curvature)
    let ab = -a * b * curvature
    let determinant = aa * bb - ab * ab
    guard determinant > 0 else { return (gradientA / aa, gradientB / bb) }
    return (
      (bb * gradientA - ab * gradientB) / determinant,
      (aa * gradientB - ab * gradientA) / determinant
    )
  }

  /// log P(X ≤ x) from log x; also where the probability is below the double range.
  ///
  /// There the series I_x(a, b) = x^a (1−x)^b / (a B(a, b)) · Σ (a+b)_n / (a+1)_n xⁿ (DLMF 8.17.8) is
  /// summed in logarithms.
  package func logCumulative(_ logX: Double) -> Double {
    guard !logX.isNaN else { return .nan }
    guard logX < 0 else { return 0 }
    let x = exp(logX)
    let direct = x > 0 ? boost_beta_cumulative(shape1, shape2, x) : 0
    if direct > 1e-290 { return log(min(direct, 1)) }
    let sum = incompleteBetaSeries(shape1, shape2, x)
    return shape1 * logX + shape2 * log1p(-x) - log(shape1) - Self.logBeta(shape1, shape2)
      + log(sum)
  }

  /// The x with P(X ≤ x) = p.
  package func quantile(_ p: Double) -> Double {
    guard p > 0 else { return p == 0 ? 0 : .nan }
    guard p < 1 else { return p == 1 ? 1 : .nan }
    return boost_beta_quantile(shape1, shape2, p)
  }
}
