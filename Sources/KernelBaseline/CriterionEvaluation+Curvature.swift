import KernelInterface

extension CriterionEvaluation {
  /// The part of the Hessian that RSS contributes beside tr(Γ H_ab), and (log RSS)_a.
  func residualCurvature(into sum: inout LaneSecondOrder) {
    let v = UnsafePointer(c.pointee.residualRow)
    let x = c.pointee.columns
    for a in 0..<3 {
      if isParameter(a) {
        multiply(c.pointee.slopes + a &* packed, v, into: x + a &* t, order: t)
      } else {
        for j in 0..<t { x[a &* t &+ j] = .zero }
      }
    }
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

  /// Whether the entry 11, 12 or 22 of M is a parameter.
  func isParameter(_ index: Int) -> Bool {
    c.pointee.parameters >> index & 1 == 1
  }

  /// The leading part of a packed symmetric matrix times a vector.
  func multiply(
    _ matrix: UnsafePointer<Lanes>, _ v: UnsafePointer<Lanes>,
    into x: UnsafeMutablePointer<Lanes>, order: Int
  ) {
    var row = matrix
    for i in 0..<order {
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
    for part in 0..<partCount {
      let triangles = Triangles(self, part: part)
      triangles.load()
      // Of shapes with fewer parameters only the derivatives by those are wanted.
      for derivative in 0..<3 where isParameter(derivative) {
        triangles.multiply(derivative: derivative)
        triangles.whiten(derivative: derivative)
      }
    }
    addWhitenedSquares(into: &sum)
  }

  /// −tr(K⁻¹K_aK⁻¹K_b) from the whitened derivatives.
  func addWhitenedSquares(into sum: inout LaneSecondOrder) {
    var off = LaneSecondOrder()
    var diagonal = LaneSecondOrder()
    var block = UnsafePointer(c.pointee.squares)
    var i = 0
    while i < s {
      var j = 0
      while j < i {
        off.addSquares(block[0], block[1], block[2])
        off.addSquares(block[3], block[4], block[5])
        off.addSquares(block[6], block[7], block[8])
        off.addSquares(block[9], block[10], block[11])
        block += 12
        j &+= 2
      }
      diagonal.addSquares(block[0], block[1], block[2])
      diagonal.addSquares(block[3], block[4], block[5])
      off.addSquares(block[6], block[7], block[8])
      block += 12
      i &+= 2
    }
    let minusTwo = Lanes(repeating: -2)
    sum.h11.accumulate(minusTwo, off.h11)
    sum.h12.accumulate(minusTwo, off.h12)
    sum.h13.accumulate(minusTwo, off.h13)
    sum.h22.accumulate(minusTwo, off.h22)
    sum.h23.accumulate(minusTwo, off.h23)
    sum.h33.accumulate(minusTwo, off.h33)
    sum.h11 -= diagonal.h11
    sum.h12 -= diagonal.h12
    sum.h13 -= diagonal.h13
    sum.h22 -= diagonal.h22
    sum.h23 -= diagonal.h23
    sum.h33 -= diagonal.h33
  }
}
