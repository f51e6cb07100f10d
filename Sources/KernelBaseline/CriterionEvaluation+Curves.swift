import KernelInterface

extension CriterionEvaluation {
  /// Curves of the determinants and of combinations of the coefficients, at the point last evaluated.
  ///
  /// For w = K⁻¹ℓ and x_a = L⁻¹K_a w, (ℓ'K⁻¹ℓ')_a = −w'K_a w' and
  /// (ℓ'K⁻¹ℓ')_ab = x_a'x'_b + x_b'x'_a − w'K_ab w'. K_ab is met in a trace alone, as in the criterion.
  func curve(
    contrasts: UnsafePointer<Double>, count: Int, curves: UnsafeMutablePointer<Lanes>
  ) {
    // The weights are still those of the point; what is wanted is ℓ₀.
    var determinants = LaneSecondOrder()
    _ = weigh(into: &determinants)
    for column in 0..<packed { c.pointee.adjoint[column] = .zero }
    addInverse()
    contractCoefficients(into: &determinants)
    addWhitenedSquares(into: &determinants)
    determinants.store(curves)

    for index in 0..<count { solve(contrasts + index &* m, index) }
    for index in 0..<count {
      addCurve(index, index, contrasts, into: curves + (1 &+ index) &* LaneCurve.count)
    }
    if count > 1 { addCurve(0, 1, contrasts, into: curves + (1 &+ count) &* LaneCurve.count) }
  }

  /// w of a combination in its row of the columns, followed by x_11, x_12, x_22.
  private func row(_ index: Int) -> UnsafeMutablePointer<Lanes> {
    c.pointee.columns + 4 &* index &* t
  }

  private func solve(_ contrast: UnsafePointer<Double>, _ index: Int) {
    let v = UnsafePointer(c.pointee.inverse)
    let w = row(index)
    for j in 0..<m { w[j] = .zero }
    for i in 0..<m {
      let from = v + i &* s
      var u = Lanes.zero
      for j in 0...i { u.accumulate(from[j], Lanes(repeating: contrast[j])) }
      for j in 0...i { w[j].accumulate(from[j], u) }
    }
    for a in 0..<3 {
      let x = w + (1 &+ a) &* t
      guard isParameter(a) else {
        for j in 0..<m { x[j] = .zero }
        continue
      }
      multiply(c.pointee.slopes + a &* packed, w, into: x, order: m)
      // From the last row up, so that every row finds what it needs.
      for j in (0..<m).reversed() {
        let from = v + j &* s
        var sum = Lanes.zero
        for q in 0...j { sum.accumulate(from[q], x[q]) }
        x[j] = sum
      }
    }
  }

  private func addCurve(
    _ first: Int, _ second: Int, _ contrasts: UnsafePointer<Double>,
    into out: UnsafeMutablePointer<Lanes>
  ) {
    let x = row(first)
    let z = row(second)
    var curve = LaneSecondOrder()
    var at = 0
    for i in 0..<m {
      for j in 0..<i {
        c.pointee.adjoint[at &+ j] = Lanes.fused(x[i], z[j], x[j] * z[i])
      }
      c.pointee.adjoint[at &+ i] = x[i] * z[i]
      at &+= i &+ 1
    }
    contractCoefficients(into: &curve)
    curve.negateDerivatives()
    let contrast = contrasts + second &* m
    for j in 0..<m {
      curve.value.accumulate(x[j], Lanes(repeating: contrast[j]))
      curve.addProducts(
        (x[t &+ j], x[2 &* t &+ j], x[3 &* t &+ j]), (z[t &+ j], z[2 &* t &+ j], z[3 &* t &+ j]))
    }
    curve.store(out)
  }
}
