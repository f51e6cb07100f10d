import Distributions
import Glibc
import LinearAlgebra

/// Wald intervals of standard deviations and correlations at an optimum.
struct CovarianceIntervals {
  let parameters: StructuredParameters
  let optimum: StructuredOptimum
  /// Φ of every term.
  let rotations: [Matrix]
  /// The slope of log σ̂² along D̃ and φ; zeros where no residual scales them.
  let scaleSlope: [Double]
  /// 1/ν; 0 where no residual scales them.
  let scaleVariance: Double
  let level: Double

  /// b'H⁻¹b, with 1/ν for what scales with σ²: half the variance of a function with slope b along D̃
  /// and φ.
  func spread(_ slope: [Double], isScaled: Bool) -> Double {
    guard let inverse = optimum.inverseHessian else { return .nan }
    let b = optimum.jacobian.transposed * slope
    return dotProduct(inverse * b, b) + (isScaled ? scaleVariance : 0)
  }

  /// The interval of D[a, a]'s SD, or of the correlation of a and b.
  func interval(
    term: Int, _ a: Int, _ b: Int?, value: Double
  ) -> (lower: Double, upper: Double) {
    guard value.isFinite, abs(value) > 0 else { return (.nan, .nan) }
    let phi = rotations[term]
    let covariance = parameters.covariance(term, of: optimum.x)
    let q = phi.rows
    // On the boundary there is no interval: of this term, whatever the others are.
    guard let system = symmetricEigensystem(covariance),
      system.values[0] > max(StructuredDesign.negligible, 1e-10 * system.values[q - 1])
    else { return (.nan, .nan) }
    let d = phi * (covariance * phi.transposed)
    let start = parameters.offsets[term]
    /// Adds the slope of D[r, s] / scale along D̃.
    func add(_ r: Int, _ s: Int, divisor: Double, to slope: inout [Double]) {
      for i in 0..<q {
        for j in 0..<q { slope[start + i * q + j] += phi[r, i] * phi[s, j] / divisor }
      }
    }
    var slope = [Double](repeating: 0, count: parameters.count)
    guard let b else {
      slope = scaleSlope
      add(a, a, divisor: d[a, a], to: &slope)
      return logInterval(value, halfVariance: spread(slope, isScaled: true))
    }
    guard abs(value) < 1 else { return (.nan, .nan) }
    // d atanh ρ = dρ / (1 − ρ²), ρ = D_ab / √(D_aa D_bb).
    let factor = 1 - value * value
    add(a, b, divisor: factor * (d[a, a] * d[b, b]).squareRoot(), to: &slope)
    add(a, a, divisor: -2 * factor * d[a, a] / value, to: &slope)
    add(b, b, divisor: -2 * factor * d[b, b] / value, to: &slope)
    let half = half(spread(slope, isScaled: false) * 2)
    return (tanh(atanh(value) - half), tanh(atanh(value) + half))
  }

  /// The interval of an SD whose log variance has twice this variance.
  func logInterval(
    _ value: Double, halfVariance: Double
  ) -> (lower: Double, upper: Double) {
    let half = half(halfVariance / 2)
    return (value * exp(-half), value * exp(half))
  }

  func half(_ variance: Double) -> Double {
    variance.squareRoot()
      * StudentT.twoSidedQuantile(level, degreesOfFreedom: .infinity)
  }
}
