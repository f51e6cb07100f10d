import LinearAlgebra

/// From the cross-products to the criterion with its gradient and Hessian.
extension ProfiledCriterion {
  /// L and L⁻¹; false where H is not positive definite to working precision.
  func factorise() -> Bool {
    let t = order
    smallestGenotypePivot = 1
    for j in 0..<t {
      let rowJ = factor + j &* t
      var diagonal = crossProducts[j &* t &+ j][0]
      let scale = diagonal
      for m in 0..<j { diagonal -= rowJ[m] * rowJ[m] }
      // A pivot this small is rounding: the column is a combination of those before it.
      guard diagonal > 1e-12 * scale else { return false }
      if j >= design.fixedCount, j < t - 1 {
        smallestGenotypePivot = min(smallestGenotypePivot, diagonal / scale)
      }
      let root = diagonal.squareRoot()
      rowJ[j] = root
      let inverse = 1 / root
      for i in (j &+ 1)..<max(t, j &+ 1) {
        let rowI = factor + i &* t
        var sum = crossProducts[i &* t &+ j][0]
        for m in 0..<j { sum -= rowI[m] * rowJ[m] }
        rowI[j] = sum * inverse
      }
    }
    residualSumOfSquares = factor[(t - 1) * t + t - 1] * factor[(t - 1) * t + t - 1]
    for i in 0..<t {
      let inverse = 1 / factor[i &* t &+ i]
      inverseFactor[i &* t &+ i] = inverse
      for j in 0..<i {
        var sum = 0.0
        for m in j..<i { sum -= factor[i &* t &+ m] * inverseFactor[m &* t &+ j] }
        inverseFactor[i &* t &+ j] = sum * inverse
      }
    }
    return true
  }

  /// B_a = L⁻¹ H_a L⁻ᵀ, the three derivatives in the lanes of one vector.
  func whitenDerivatives() {
    let t = order
    // First L⁻¹ H in place, then its product with L⁻ᵀ, lower triangle only.
    for i in 0..<t {
      let inverse = inverseFactor[i &* t &+ i]
      for j in 0..<t {
        var sum = crossProducts[i &* t &+ j]
        for m in 0..<i { sum -= factor[i &* t &+ m] * crossProducts[m &* t &+ j] }
        crossProducts[i &* t &+ j] = sum * inverse
      }
    }
    for i in 0..<t {
      let row = derivatives + i &* t
      for j in 0...i {
        var sum = crossProducts[i &* t &+ j]
        for m in 0..<j { sum -= factor[j &* t &+ m] * row[m] }
        row[j] = sum * inverseFactor[j &* t &+ j]
      }
    }
  }

  func combine() -> SecondOrder {
    let t = order
    let y = t - 1
    var cross = SIMD8<Double>.zero
    for j in 0..<y { cross += Self.products(derivatives[y &* t &+ j]) }
    let logResidual = derivatives[y &* t &+ y]
    let second = residualSecondDerivative() - 2 * cross - Self.products(logResidual)

    var result = weights.determinant
    let nu = scale.degreesOfFreedom
    result.value += nu * Double.log(residualSumOfSquares)
    result.gradient += nu * Self.shifted(logResidual)
    result.hessian += nu * second
    if criterion == .reml {
      var logDeterminant = 0.0
      for j in 0..<y { logDeterminant += Double.log(factor[j &* t &+ j]) }
      result.value += 2 * logDeterminant
      let (gradient, hessian) = logDeterminantDerivatives()
      result.gradient += gradient
      result.hessian += hessian
    }
    return result
  }

  /// (log|K|)_a and (log|K|)_ab at the point last evaluated.
  func logDeterminantDerivatives() -> (gradient: SIMD4<Double>, hessian: SIMD8<Double>) {
    let t = order
    let y = t - 1
    var trace = SIMD4<Double>.zero
    var square = SIMD8<Double>.zero
    for j in 0..<y {
      trace += derivatives[j &* t &+ j]
      for i in j..<y {
        let twice = i == j ? 1.0 : 2.0
        square += twice * Self.products(derivatives[i &* t &+ j])
      }
    }
    return (Self.shifted(trace), inverseTrace() - square)
  }

  /// tr(K⁻¹ K_ab) for the six second derivatives.
  private func inverseTrace() -> SIMD8<Double> {
    let t = order
    let y = t - 1
    var sum = SIMD8<Double>.zero
    var packed = 0
    for i in 0..<y {
      for j in 0...i {
        // (K⁻¹)_ij = Σ_m V_mi V_mj with V = L⁻¹, rows of the response left out.
        var entry = 0.0
        for m in i..<y { entry += inverseFactor[m &* t &+ i] * inverseFactor[m &* t &+ j] }
        sum += (i == j ? entry : 2 * entry) * secondDerivatives[packed]
        packed &+= 1
      }
    }
    return sum
  }

  /// B_ab[y,y] = v'H_ab v with v the last row of L⁻¹.
  private func residualSecondDerivative() -> SIMD8<Double> {
    let t = order
    let v = inverseFactor + (t - 1) &* t
    var sum = SIMD8<Double>.zero
    var packed = 0
    for i in 0..<t {
      for j in 0...i {
        let weight = i == j ? v[i] * v[i] : 2 * v[i] * v[j]
        sum += weight * secondDerivatives[packed]
        packed &+= 1
      }
    }
    return sum
  }

  /// x_a x_b for the six pairs of the lanes 1, 2, 3.
  @inline(__always)
  private static func products(_ x: SIMD4<Double>) -> SIMD8<Double> { products(x, x) }

  /// x_a z_b for the pairs a ≤ b of the lanes 1, 2, 3.
  @inline(__always)
  static func products(_ x: SIMD4<Double>, _ z: SIMD4<Double>) -> SIMD8<Double> {
    SIMD8(x[1], x[1], x[1], x[2], x[2], x[3], 0, 0)
      * SIMD8(z[1], z[2], z[3], z[2], z[3], z[3], 0, 0)
  }

  /// Lanes 1–3 moved to lanes 0–2.
  @inline(__always)
  static func shifted(_ x: SIMD4<Double>) -> SIMD4<Double> {
    SIMD4(x[1], x[2], x[3], 0)
  }
}
