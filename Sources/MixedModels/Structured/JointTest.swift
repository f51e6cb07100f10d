import LinearAlgebra

/// An F test of several coefficients at once.
public struct JointTest: Sendable, Equatable, BitwiseCopyable {
  /// The F statistic; under Kenward and Roger's method already scaled by λ.
  public var statistic: Double
  /// The number of coefficients.
  public var numeratorDegreesOfFreedom: Double
  /// Infinite for a χ² test.
  public var denominatorDegreesOfFreedom: Double

  package static let missing = JointTest(
    statistic: .nan, numeratorDegreesOfFreedom: .nan, denominatorDegreesOfFreedom: .nan)

  /// Wald's χ² of some estimates as F: divided by their number; missing where they are dependent.
  ///
  /// - Parameter places: of the estimates within their covariance.
  init(values: [Double], places: [Int], _ covariance: Matrix) {
    let k = values.count
    let block = Matrix(rows: k, columns: places.map { j in places.map { covariance[$0, j] } })
    guard let inverse = positiveDefiniteInverse(block) else {
      self = .missing
      return
    }
    self.init(
      statistic: dotProduct(inverse * values, values) / Double(k),
      numeratorDegreesOfFreedom: Double(k), denominatorDegreesOfFreedom: .infinity)
  }

  init(
    statistic: Double, numeratorDegreesOfFreedom: Double, denominatorDegreesOfFreedom: Double
  ) {
    self.statistic = statistic
    self.numeratorDegreesOfFreedom = numeratorDegreesOfFreedom
    self.denominatorDegreesOfFreedom = denominatorDegreesOfFreedom
  }

  /// Fai and Cornelius' denominator of an F test from the Satterthwaite degrees of freedom of its
  /// orthogonal contrasts: 2E/(E − k) with E = Σ ν/(ν − 2), the mean of F matched (Fai & Cornelius
  /// 1996, as SAS and lmerTest have it).
  static func denominator(contrasts nu: [Double]) -> Double {
    guard nu.allSatisfy({ !$0.isNaN }) else { return .nan }
    let k = Double(nu.count)
    guard nu.count > 1 else { return nu.first ?? .nan }
    if nu.allSatisfy({ abs($0 - nu[0]) < 1e-8 }) { return nu[0] }
    guard nu.allSatisfy({ $0 > 2 }) else { return 2 }
    let mean = nu.reduce(0) { $0 + ($1.isInfinite ? 1 : $1 / ($1 - 2)) }
    return mean > k ? 2 * mean / (mean - k) : .infinity
  }
}
