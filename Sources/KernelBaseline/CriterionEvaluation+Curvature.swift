import KernelInterface

extension CriterionEvaluation {
  /// The part of the Hessian that RSS contributes beside tr(Γ H_ab), and (log RSS)_a.
  func residualCurvature(into sum: inout LaneSecondOrder) {
    let v = UnsafePointer(c.pointee.residualRow)
    let x = c.pointee.columns
    for a in 0..<3 { multiply(c.pointee.slopes + a &* packed, v, into: x + a &* t) }
    var b1 = Lanes.zero
    var b2 = Lanes.zero
    var b3 = Lanes.zero
    for j in 0..<t {
      b1.accumulate(v[j], x[j])
      b2.accumulate(v[j], x[t &+ j])
      b3.accumulate(v[j], x[2 &* t &+ j])
    }
    c.pointee.results[LaneResult.residualSlope] = b1
    c.pointee.results[LaneResult.residualSlope + 1] = b2
    c.pointee.results[LaneResult.residualSlope + 2] = b3
    guard c.pointee.needsHessian else { return }
    let nu = Lanes(repeating: c.pointee.degreesOfFreedom)
    sum.addSquares(b1, b2, b3, scale: -nu)
    let scale = -2 * nu
    for j in 0..<m {
      let row = c.pointee.inverse + j &* s
      b1 = .zero
      b2 = .zero
      b3 = .zero
      for q in 0...j {
        let by = row[q]
        b1.accumulate(by, x[q])
        b2.accumulate(by, x[t &+ q])
        b3.accumulate(by, x[2 &* t &+ q])
      }
      sum.addSquares(b1, b2, b3, scale: scale)
    }
  }

  /// A packed symmetric t × t matrix times a vector.
  private func multiply(
    _ matrix: UnsafePointer<Lanes>, _ v: UnsafePointer<Lanes>,
    into x: UnsafeMutablePointer<Lanes>
  ) {
    var row = matrix
    for i in 0..<t {
      let by = v[i]
      var sum = row[i] * by
      var j = 0
      while j < i {
        sum.accumulate(row[j], v[j])
        x[j].accumulate(row[j], by)
        j &+= 1
      }
      x[i] = sum
      row += i &+ 1
    }
  }

  /// −tr(K⁻¹K_aK⁻¹K_b) = −Σ_ij B_a[i,j] B_b[i,j] with B_a = V K_a V', V = L⁻¹.
  ///
  /// With K_a = U + U', U its lower triangle with half the diagonal, B_a = VUV' + (VUV')'. Products
  /// of triangles cost half of two triangular solves with the full K_a.
  func determinantCurvature(into sum: inout LaneSecondOrder) {
    splitSlopes()
    multiplyTriangles()
    addWhitenedSquares(into: &sum)
  }

  private func splitSlopes() {
    let half = Lanes(repeating: 0.5)
    let size = s &* s
    let u = c.pointee.whitened
    var at = 0
    for i in 0..<m {
      let to = u + i &* s
      for a in 0..<3 {
        let from = c.pointee.slopes + (a &* packed &+ at)
        let out = to + a &* size
        var j = 0
        while j < i {
          out[j] = from[j]
          j &+= 1
        }
        out[i] = half * from[i]
        if i &+ 1 < s { out[i &+ 1] = .zero }
      }
      at &+= i &+ 1
    }
    guard s > m else { return }
    // A lane whose point has no value would leave NaN in the row that pads an odd order.
    for a in 0..<3 {
      let row = u + (a &* size &+ m &* s)
      for j in 0..<s { row[j] = .zero }
    }
  }

  /// U ← VU in place, from the last rows up, in blocks of 2 × 2 entries of the three matrices.
  private func multiplyTriangles() {
    let size = s &* s
    let v = UnsafePointer(c.pointee.inverse)
    let u = c.pointee.whitened
    var i = s &- 2
    while i >= 0 {
      let v0 = v + i &* s
      let v1 = v0 + s
      var j = 0
      while j <= i {
        var a00 = Lanes.zero, a01 = Lanes.zero, a10 = Lanes.zero, a11 = Lanes.zero
        var b00 = Lanes.zero, b01 = Lanes.zero, b10 = Lanes.zero, b11 = Lanes.zero
        var d00 = Lanes.zero, d01 = Lanes.zero, d10 = Lanes.zero, d11 = Lanes.zero
        var q = j
        var from = u + (j &* s &+ j)
        while q <= i &+ 1 {
          let x0 = v0[q]
          let x1 = v1[q]
          var y0 = from[0]
          var y1 = from[1]
          a00.accumulate(x0, y0)
          a01.accumulate(x0, y1)
          a10.accumulate(x1, y0)
          a11.accumulate(x1, y1)
          y0 = from[size]
          y1 = from[size &+ 1]
          b00.accumulate(x0, y0)
          b01.accumulate(x0, y1)
          b10.accumulate(x1, y0)
          b11.accumulate(x1, y1)
          y0 = from[2 &* size]
          y1 = from[2 &* size &+ 1]
          d00.accumulate(x0, y0)
          d01.accumulate(x0, y1)
          d10.accumulate(x1, y0)
          d11.accumulate(x1, y1)
          from += s
          q &+= 1
        }
        let to = u + (i &* s &+ j)
        to[0] = a00
        to[1] = a01
        to[s] = a10
        to[s &+ 1] = a11
        let second = to + size
        second[0] = b00
        second[1] = b01
        second[s] = b10
        second[s &+ 1] = b11
        let third = second + size
        third[0] = d00
        third[1] = d01
        third[s] = d10
        third[s &+ 1] = d11
        j &+= 2
      }
      i &-= 2
    }
  }

  private func addWhitenedSquares(into sum: inout LaneSecondOrder) {
    let size = s &* s
    let v = UnsafePointer(c.pointee.inverse)
    let u = UnsafePointer(c.pointee.whitened)
    let single = Lanes(repeating: -1)
    let double = Lanes(repeating: -2)
    var i = 0
    while i < s {
      let vi0 = v + i &* s
      let ui0 = u + i &* s
      var j = 0
      while j <= i {
        let vj0 = v + j &* s
        let uj0 = u + j &* s
        var a00 = Lanes.zero, a01 = Lanes.zero, a10 = Lanes.zero, a11 = Lanes.zero
        var b00 = Lanes.zero, b01 = Lanes.zero, b10 = Lanes.zero, b11 = Lanes.zero
        var d00 = Lanes.zero, d01 = Lanes.zero, d10 = Lanes.zero, d11 = Lanes.zero
        var q = 0
        while q <= j &+ 1 {
          let x0 = vi0[q]
          let x1 = vi0[s &+ q]
          let y0 = vj0[q]
          let y1 = vj0[s &+ q]
          var l0 = ui0[q]
          var l1 = ui0[s &+ q]
          var r0 = uj0[q]
          var r1 = uj0[s &+ q]
          a00.accumulate(l0, y0)
          a01.accumulate(l0, y1)
          a10.accumulate(l1, y0)
          a11.accumulate(l1, y1)
          a00.accumulate(x0, r0)
          a01.accumulate(x0, r1)
          a10.accumulate(x1, r0)
          a11.accumulate(x1, r1)
          l0 = ui0[size &+ q]
          l1 = ui0[size &+ s &+ q]
          r0 = uj0[size &+ q]
          r1 = uj0[size &+ s &+ q]
          b00.accumulate(l0, y0)
          b01.accumulate(l0, y1)
          b10.accumulate(l1, y0)
          b11.accumulate(l1, y1)
          b00.accumulate(x0, r0)
          b01.accumulate(x0, r1)
          b10.accumulate(x1, r0)
          b11.accumulate(x1, r1)
          l0 = ui0[2 &* size &+ q]
          l1 = ui0[2 &* size &+ s &+ q]
          r0 = uj0[2 &* size &+ q]
          r1 = uj0[2 &* size &+ s &+ q]
          d00.accumulate(l0, y0)
          d01.accumulate(l0, y1)
          d10.accumulate(l1, y0)
          d11.accumulate(l1, y1)
          d00.accumulate(x0, r0)
          d01.accumulate(x0, r1)
          d10.accumulate(x1, r0)
          d11.accumulate(x1, r1)
          q &+= 1
        }
        let isDiagonal = i == j
        let weight = isDiagonal ? single : double
        sum.addSquares(a00, b00, d00, scale: weight)
        sum.addSquares(a11, b11, d11, scale: weight)
        sum.addSquares(a10, b10, d10, scale: double)
        if !isDiagonal { sum.addSquares(a01, b01, d01, scale: double) }
        j &+= 2
      }
      i &+= 2
    }
  }

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
