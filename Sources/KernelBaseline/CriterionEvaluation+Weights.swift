import KernelInterface

extension CriterionEvaluation {
  /// The entries of every M_κ with their first derivatives, and ℓ₀.
  ///
  /// With Σ = S̃_κ − I, T = (I + ΣM)⁻¹ and N = TΣ (symmetric): M_κ = MT and dM_κ(E) = T'ET; the
  /// second derivatives −(T'ENFT + T'FNET) follow from the first and N, which is kept.
  ///
  /// - Returns: where I − M and every I + ΣM are positive definite.
  func weigh(into sum: inout LaneSecondOrder) -> SIMDMask<SIMD8<Int64>> {
    let one = Lanes(repeating: 1)
    let m1 = c.pointee.point[0]
    let m2 = c.pointee.point[1]
    let m3 = c.pointee.point[2]
    let entries = c.pointee.entries
    let c1 = one - m1
    let c3 = one - m3
    var complement = c1 * c3
    complement.reduce(m2, m2)
    var isDefined = (c1 .> 0) .& (complement .> 0)
    let donors = Lanes(repeating: Double(c.pointee.donorCount))
    sum.value.reduce(donors, logarithm(complement))
    let reciprocal = one / complement
    sum.addTraces(
      c3 * reciprocal, m2 * reciprocal, c1 * reciprocal, count: donors, squared: donors)

    var weights = c.pointee.weights
    for pattern in 0..<c.pointee.patternCount {
      let from = c.pointee.patterns + 4 &* pattern
      let s1 = Lanes(repeating: from[0])
      let s2 = Lanes(repeating: from[1])
      let s3 = Lanes(repeating: from[2])
      let count = Lanes(repeating: from[3])
      let a11 = Lanes.fused(s1, m1, Lanes.fused(s2, m2, one))
      let a12 = Lanes.fused(s1, m2, s2 * m3)
      let a21 = Lanes.fused(s2, m1, s3 * m2)
      let a22 = Lanes.fused(s2, m2, Lanes.fused(s3, m3, one))
      var determinant = a11 * a22
      determinant.reduce(a12, a21)
      isDefined = isDefined .& (determinant .> 0) .& (a11 + a22 .> 0)
      sum.value.accumulate(count, logarithm(determinant))
      let scale = one / determinant
      let t11 = a22 * scale
      let t12 = -a12 * scale
      let t21 = -a21 * scale
      let t22 = a11 * scale
      let n1 = Lanes.fused(t11, s1, t12 * s2)
      let n2 = Lanes.fused(t11, s2, t12 * s3)
      let n3 = Lanes.fused(t21, s2, t22 * s3)
      sum.addTraces(n1, n2, n3, count: count, squared: -count)
      let kept = c.pointee.shrunken + 3 &* pattern
      kept[0] = n1
      kept[1] = n2
      kept[2] = n3

      let two = Lanes(repeating: 2)
      weights[0] = Lanes.fused(m1, t11, m2 * t21)
      weights[1] = t11 * t11
      weights[2] = two * t11 * t21
      weights[3] = t21 * t21
      weights += 4
      guard entries == 3 else { continue }
      weights[0] = Lanes.fused(m1, t12, m2 * t22)
      weights[1] = t11 * t12
      weights[2] = Lanes.fused(t11, t22, t12 * t21)
      weights[3] = t21 * t22
      weights[4] = Lanes.fused(m2, t12, m3 * t22)
      weights[5] = t12 * t12
      weights[6] = two * t12 * t22
      weights[7] = t22 * t22
      weights += 8
    }
    return isDefined
  }

  /// Adds tr(Γ H_a) and tr(Γ H_ab) of the contracted columns to the derivatives.
  func addWeightDerivatives(into sum: inout LaneSecondOrder) {
    let entries = c.pointee.entries
    var weights = UnsafePointer(c.pointee.weights)
    var adjoint = UnsafePointer(c.pointee.weightAdjoint)
    let two = Lanes(repeating: 2)
    for pattern in 0..<c.pointee.patternCount {
      var q1 = Lanes.zero
      var q2 = Lanes.zero
      var q3 = Lanes.zero
      for _ in 0..<entries {
        let by = adjoint[0]
        q1.accumulate(by, weights[1])
        q2.accumulate(by, weights[2])
        q3.accumulate(by, weights[3])
        weights += 4
        adjoint += 1
      }
      let kept = c.pointee.shrunken + 3 &* pattern
      let n1 = kept[0]
      let n2 = kept[1]
      let n3 = kept[2]
      // H holds the weights with a minus, and so do their second derivatives.
      sum.g1 -= q1
      sum.g2 -= q2
      sum.g3 -= q3
      let twice1 = two * n1
      let twice2 = two * n2
      let twice3 = two * n3
      sum.h11.accumulate(twice1, q1)
      sum.h12.accumulate(n1, q2)
      sum.h12.accumulate(twice2, q1)
      sum.h13.accumulate(n2, q2)
      sum.h22.accumulate(twice3, q1)
      sum.h22.accumulate(twice1, q3)
      sum.h22.accumulate(twice2, q2)
      sum.h23.accumulate(n3, q2)
      sum.h23.accumulate(twice2, q3)
      sum.h33.accumulate(twice3, q3)
    }
  }
}
