import Distributions
import LinearAlgebra
import MixedModels

/// Responses drawn from a gene's null model: random effects and residuals of its variance components,
/// about the main effect of a variant where there is one.
///
/// Fixed effects are left out: whatever they are, refits take them out again.
struct ResponseSimulator {
  private let design: DesignCrossProducts
  /// One per sample; empty without a main effect.
  private let mean: [Double]
  /// Lower factor of the random effects' covariance.
  private let factor: (a11: Double, a21: Double, a22: Double)
  private let residualDeviation: Double

  /// - Parameters:
  ///   - components: of the null fit, with a main effect that of the fit with it.
  ///   - mainEffect: one number per sample.
  init(
    design: DesignCrossProducts, components: VarianceComponents, mainEffect: [Double] = []
  ) {
    self.design = design
    mean = mainEffect
    factor = Self.factor(components)
    residualDeviation = components.residualDeviation
  }

  private static func factor(
    _ components: VarianceComponents
  ) -> (a11: Double, a21: Double, a22: Double) {
    let second = components.secondDeviation.isNaN ? 0 : components.secondDeviation
    let correlation = components.correlation.isNaN ? 0 : components.correlation
    return (
      components.firstDeviation, second * correlation,
      second * max(0, 1 - correlation * correlation).squareRoot()
    )
  }

  /// One response, a value per sample in the design's row order.
  func draw(_ random: inout RandomNumbers) -> [Double] {
    var response = mean.isEmpty ? [Double](repeating: 0, count: design.sampleCount) : mean
    let columns = design.matrices.random
    for rows in design.donorRows {
      let first = random.normal()
      let second = random.normal()
      let effects = (factor.a11 * first, factor.a21 * first + factor.a22 * second)
      for row in rows {
        response[row] += columns[row, 0] * effects.0
        if columns.columns > 1 { response[row] += columns[row, 1] * effects.1 }
        response[row] += residualDeviation * random.normal()
      }
    }
    return response
  }

  /// The generalised least-squares coefficient of the last of the design's fixed columns.
  ///
  /// - Parameters:
  ///   - response: one value per sample in the design's row order.
  /// - Returns: NaN where a covariance matrix is singular.
  static func lastCoefficient(
    design: DesignCrossProducts, components: VarianceComponents, response: [Double]
  ) -> Double {
    let fixed = design.matrices.fixed
    let random = design.matrices.random
    let p = fixed.columns
    let (a11, a21, a22) = factor(components)
    let variance = components.residualDeviation * components.residualDeviation
    // X'V⁻¹X with X'V⁻¹y as its last row.
    let order = p + 1
    var cross = [Double](repeating: 0, count: order * order)
    for rows in design.donorRows {
      let n = rows.count
      var covariance = [Double](repeating: 0, count: n * n)
      func loading(_ row: Int) -> (Double, Double) {
        let second = random.columns > 1 ? random[row, 1] : 0
        return (a11 * random[row, 0] + a21 * second, a22 * second)
      }
      for (i, row) in rows.enumerated() {
        for (j, other) in rows.enumerated() {
          let (u, v) = (loading(row), loading(other))
          covariance[i * n + j] = u.0 * v.0 + u.1 * v.1 + (i == j ? variance : 0)
        }
      }
      // Rows of (X y)', to be multiplied by L⁻ᵀ.
      var columns = [Double](repeating: 0, count: order * n)
      for (i, row) in rows.enumerated() {
        for j in 0..<p { columns[j * n + i] = fixed[row, j] }
        columns[p * n + i] = response[row]
      }
      let isDefinite = covariance.withUnsafeMutableBufferPointer { covariance -> Bool in
        guard let base = covariance.baseAddress, factoriseCholesky(base, order: n) else {
          return false
        }
        columns.withUnsafeMutableBufferPointer {
          guard let rows = $0.baseAddress else { return }
          whiten(rows, count: order, by: base, order: n)
        }
        return true
      }
      guard isDefinite else { return .nan }
      for a in 0..<order {
        for b in 0...a {
          for i in 0..<n { cross[a * order + b] += columns[a * n + i] * columns[b * n + i] }
        }
      }
    }
    let isDefinite = cross.withUnsafeMutableBufferPointer {
      $0.baseAddress.map { factoriseCholesky($0, order: order) } ?? false
    }
    // The last row of the factor is (L⁻¹X'V⁻¹y, √RSS): back-substitution begins with the coefficient.
    return isDefinite ? cross[p * order + p - 1] / cross[(p - 1) * order + p - 1] : .nan
  }
}
