import KernelInterface

extension CriterionEvaluation {
  /// Linear combinations of the coefficients at the point last evaluated.
  func estimate(
    contrasts: UnsafePointer<Double>, count: Int, estimates: UnsafeMutablePointer<Lanes>
  ) {
    let v = UnsafePointer(c.pointee.inverse)
    // ℓ₀'s w is kept in the first t columns.
    for index in 0..<count {
      let contrast = contrasts + index &* m
      let out = estimates + index &* LaneEstimate.count
      let u = c.pointee.columns + 2 &* t
      let w = c.pointee.columns + (index == 0 ? 0 : t)
      var first = 0
      while first < m - 1, contrast[first] == 0 { first += 1 }
      for j in 0..<m { w[j] = .zero }
      // u = Vℓ, w = V'u = K⁻¹ℓ.
      var unscaled = Lanes.zero
      for i in first..<m {
        let row = v + i &* s
        var sum = Lanes.zero
        for j in first...i { sum.accumulate(row[j], Lanes(repeating: contrast[j])) }
        u[i] = sum
        unscaled.accumulate(sum, sum)
        for j in 0...i { w[j].accumulate(row[j], sum) }
      }
      // The last row of L⁻¹ is (−β̂', 1)/√RSS.
      var value = Lanes.zero
      var covariance = Lanes.zero
      for j in first..<m {
        let by = Lanes(repeating: contrast[j])
        value.reduce(by, c.pointee.residualRow[j])
        covariance.accumulate(by, c.pointee.columns[j])
      }
      out[LaneEstimate.value] = value * c.pointee.factor[packed &- 1]
      out[LaneEstimate.unscaledVariance] = unscaled
      out[LaneEstimate.unscaledCovariance] = covariance
      for a in 0..<3 {
        guard isParameter(a) else {
          out[LaneEstimate.slope + a] = .zero
          continue
        }
        let quadratic = quadraticForm(c.pointee.slopes + a &* packed, w)
        out[LaneEstimate.slope + a] =
          c.pointee.results[LaneResult.residualSlope + a] - quadratic / unscaled
      }
    }
  }

  /// w'K_aw for a packed matrix.
  private func quadraticForm(_ matrix: UnsafePointer<Lanes>, _ w: UnsafePointer<Lanes>) -> Lanes {
    let two = Lanes(repeating: 2)
    var total = Lanes.zero
    var row = matrix
    for i in 0..<m {
      var sum = Lanes.zero
      for j in 0..<i { sum.accumulate(row[j], w[j]) }
      total.accumulate(w[i], Lanes.fused(two, sum, row[i] * w[i]))
      row += i &+ 1
    }
    return total
  }
}
