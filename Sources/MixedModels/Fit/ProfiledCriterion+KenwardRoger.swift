import LinearAlgebra

/// What Kenward and Roger's formulas need at the point last evaluated.
extension ProfiledCriterion {
  /// Their inference at the point last evaluated.
  ///
  /// - Precondition: the criterion is REML.
  func kenwardRoger(at point: SymmetricMatrix2) -> KenwardRoger {
    precondition(criterion == .reml)
    var determinants = weights.determinant
    let (gradient, hessian) = logDeterminantDerivatives()
    determinants.gradient += gradient
    determinants.hessian += hessian
    return KenwardRoger(
      determinants: determinants, point: point, shape: design.shape,
      nu: scale.degreesOfFreedom)
  }

  /// ℓ'K⁻¹ℓ' of two linear combinations with its derivatives by M.
  ///
  /// With u = L⁻¹ℓ, w = L⁻ᵀu and x_a = B_a u: (ℓ'K⁻¹ℓ')_a = −u'B_a u' and
  /// (ℓ'K⁻¹ℓ')_ab = x_a'x'_b + x_b'x'_a − w'K_ab w'.
  func unscaledCovariance(_ first: [Double], _ second: [Double]) -> SecondOrder {
    let u = (whitened(first), whitened(second))
    let w = (unwhitened(u.0), unwhitened(u.1))
    let x = (multiplied(u.0), multiplied(u.1))
    var result = SecondOrder()
    for i in 0..<(order - 1) {
      result.value += u.0[i] * u.1[i]
      result.gradient -= u.0[i] * Self.shifted(x.1[i])
      result.hessian += Self.products(x.0[i], x.1[i]) + Self.products(x.1[i], x.0[i])
    }
    var packed = 0
    for i in 0..<(order - 1) {
      for j in 0...i {
        let weight = i == j ? w.0[i] * w.1[i] : w.0[i] * w.1[j] + w.0[j] * w.1[i]
        result.hessian -= weight * secondDerivatives[packed]
        packed += 1
      }
    }
    return result
  }

  /// L_K⁻ᵀ u.
  private func unwhitened(_ u: [Double]) -> [Double] {
    u.indices.map { i in
      (i..<u.count).reduce(0) { $0 + inverseFactor[$1 * order + i] * u[$1] }
    }
  }

  /// B_a u, the three of them in the lanes 1 to 3.
  private func multiplied(_ u: [Double]) -> [SIMD4<Double>] {
    var x = [SIMD4<Double>](repeating: .zero, count: u.count)
    for i in u.indices {
      for j in 0..<i {
        x[i] += u[j] * derivatives[i * order + j]
        x[j] += u[i] * derivatives[i * order + j]
      }
      x[i] += u[i] * derivatives[i * order + i]
    }
    return x
  }
}
