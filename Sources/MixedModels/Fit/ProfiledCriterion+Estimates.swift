import LinearAlgebra

/// Estimates at the point last evaluated.
extension ProfiledCriterion {
  /// σ̂² = RSS / ν.
  var residualVariance: Double { residualSumOfSquares / scale.degreesOfFreedom }

  /// The deviance of a value of the criterion.
  func deviance(of value: Double) -> Double { scale.deviance(of: value) }

  /// A linear combination of the p + k coefficients in the orthonormal basis.
  ///
  /// - Parameters:
  ///   - contrast: p + genotypeCount weights.
  ///   - inference: what the standard error and the degrees of freedom come from.
  func estimate(
    contrast: [Double], response: ResponseCrossProducts, inference: Inference
  ) -> CoefficientEstimate {
    let u = whitened(contrast)
    var unscaled = u.reduce(0) { $0 + $1 * $1 }
    let df: Double
    switch inference {
    case .fixed(let degreesOfFreedom): df = degreesOfFreedom
    case .satterthwaite(let curvature):
      df = curvature.degreesOfFreedom(
        slope: logVarianceSlope(u, unscaled: unscaled), residual: scale.degreesOfFreedom)
    case .kenwardRoger(let adjustment):
      (unscaled, df) = adjustment.inference(unscaledCovariance(contrast, contrast))
    }
    return CoefficientEstimate(
      value: value(of: contrast, response: response),
      standardError: (residualVariance * unscaled).squareRoot(), degreesOfFreedom: df)
  }

  /// Covariance of two linear combinations.
  func covariance(_ first: [Double], _ second: [Double], inference: Inference) -> Double {
    if case .kenwardRoger(let adjustment) = inference {
      return residualVariance * adjustment.adjusted(unscaledCovariance(first, second))
    }
    return residualVariance * zip(whitened(first), whitened(second)).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// L_K⁻¹ ℓ, so that ℓ'K⁻¹ℓ is its squared length.
  func whitened(_ contrast: [Double]) -> [Double] {
    precondition(contrast.count == order - 1)
    return (0..<(order - 1)).map { i in
      (0...i).reduce(0) { $0 + inverseFactor[i * order + $1] * contrast[$1] }
    }
  }

  /// ℓ'β̂: the last row of L⁻¹ is (−β̂', 1) / √RSS.
  private func value(of contrast: [Double], response: ResponseCrossProducts) -> Double {
    let row = (order - 1) * order
    let scale = -factor[row + order - 1]
    var sum = 0.0
    for j in 0..<(order - 1) { sum += scale * inverseFactor[row + j] * contrast[j] }
    for j in 0..<design.fixedCount { sum += response.offset[j] * contrast[j] }
    return sum
  }

  /// ∇ log(RSS · ℓ'K⁻¹ℓ) by the coordinates of M: B_a[y,y] − u'B_a u / u'u.
  private func logVarianceSlope(_ u: [Double], unscaled: Double) -> SIMD4<Double> {
    let y = order - 1
    var quadratic = SIMD4<Double>.zero
    for i in 0..<y {
      var sum = SIMD4<Double>.zero
      for j in 0..<i { sum += (2 * u[j]) * derivatives[i * order + j] }
      quadratic += u[i] * (sum + u[i] * derivatives[i * order + i])
    }
    let slope = derivatives[y * order + y] - quadratic / unscaled
    return SIMD4(slope[1], slope[2], slope[3], 0)
  }
}
