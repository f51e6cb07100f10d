import KernelInterface

/// One evaluation of the criterion in eight lanes.
///
/// For [C X y] let H = [C X y]'W[C X y] = LL', K its block without y and v the last row of L⁻¹. Up to
/// a constant, minus twice the (restricted) log-likelihood is f = ℓ₀ + log|K| + ν log RSS with
/// RSS = L_yy², without log|K| under ML. Its derivative by H is Γ = K⁻¹ + ν vv' (K⁻¹ padded with
/// zeros), so that with H_a, H_ab the derivatives of H by the entries of M
///
///   f_a = ℓ₀_a + tr(Γ H_a)
///   f_ab = ℓ₀_ab + tr(Γ H_ab) − tr(K⁻¹K_aK⁻¹K_b) − ν (2 Σ_{j≠y} b_aj b_bj + b_ay b_by),
///
/// b_a = v'H_aL⁻ᵀ. H is linear in the entries of M_κ, and all its first derivatives by M are needed,
/// but Γ meets H_ab only in a trace, for which one contraction of the statistics with Γ is enough.
struct CriterionEvaluation {
  let c: UnsafePointer<LaneCriterion>
  /// p.
  let p: Int
  /// k.
  let k: Int
  /// p + k.
  let m: Int
  /// p + k + 1.
  let t: Int
  /// Row length of the square scratch matrices.
  let s: Int
  /// Columns that the lanes share.
  let shared: Int
  /// Packed columns of H.
  let packed: Int
  /// Statistic rows.
  let rows: Int

  init(_ criterion: UnsafePointer<LaneCriterion>) {
    c = criterion
    p = criterion.pointee.fixedCount
    k = criterion.pointee.genotypeCount
    m = p &+ k
    t = m &+ 1
    s = (m &+ 1) / 2 &* 2
    shared = p &* (p &+ 1) / 2
    packed = t &* (t &+ 1) / 2
    rows = criterion.pointee.patternCount &* criterion.pointee.entries
  }

  func evaluate(isAtNull: Bool) {
    var sum = LaneSecondOrder()
    var isDefined = weigh(into: &sum)
    contract(isAtNull: isAtNull)
    isDefined = isDefined .& factorise()
    invert()
    differentiate()
    contractAdjoint(isAtNull: isAtNull, into: &sum)
    residualCurvature(into: &sum)
    if c.pointee.isRestricted, c.pointee.needsHessian { determinantCurvature(into: &sum) }
    sum.value += logarithms()
    sum.store(c.pointee.results)
    c.pointee.results[LaneResult.isDefined] = Lanes.zero.replacing(
      with: Lanes(repeating: 1), where: isDefined)
  }
}

/// A scalar function of M in eight lanes: value, gradient and Hessian.
struct LaneSecondOrder {
  var value = Lanes.zero
  var g1 = Lanes.zero
  var g2 = Lanes.zero
  var g3 = Lanes.zero
  var h11 = Lanes.zero
  var h12 = Lanes.zero
  var h13 = Lanes.zero
  var h22 = Lanes.zero
  var h23 = Lanes.zero
  var h33 = Lanes.zero

  /// Adds `count` tr(E_a X) and `squared` tr(E_a X E_b X), X given by its entries.
  @inline(__always)
  mutating func addTraces(_ x1: Lanes, _ x2: Lanes, _ x3: Lanes, count: Lanes, squared: Lanes) {
    let two = Lanes(repeating: 2)
    g1.accumulate(count, x1)
    g2.accumulate(two * count, x2)
    g3.accumulate(count, x3)
    let q1 = squared * x1
    let q2 = squared * x2
    let q3 = squared * x3
    h11.accumulate(q1, x1)
    h12.accumulate(two * q1, x2)
    h13.accumulate(q2, x2)
    h22.accumulate(two, q2 * x2)
    h22.accumulate(two * q1, x3)
    h23.accumulate(two * q2, x3)
    h33.accumulate(q3, x3)
  }

  /// Adds scale · x_a x_b to the Hessian.
  @inline(__always)
  mutating func addSquares(_ x1: Lanes, _ x2: Lanes, _ x3: Lanes, scale: Lanes) {
    let q1 = scale * x1
    let q2 = scale * x2
    h11.accumulate(q1, x1)
    h12.accumulate(q1, x2)
    h13.accumulate(q1, x3)
    h22.accumulate(q2, x2)
    h23.accumulate(q2, x3)
    h33.accumulate(scale * x3, x3)
  }

  /// Adds x_a x_b to the Hessian.
  @inline(__always)
  mutating func addSquares(_ x1: Lanes, _ x2: Lanes, _ x3: Lanes) {
    h11.accumulate(x1, x1)
    h12.accumulate(x1, x2)
    h13.accumulate(x1, x3)
    h22.accumulate(x2, x2)
    h23.accumulate(x2, x3)
    h33.accumulate(x3, x3)
  }

  @inline(__always)
  func store(_ results: UnsafeMutablePointer<Lanes>) {
    results[LaneResult.value] = value
    results[LaneResult.gradient] = g1
    results[LaneResult.gradient + 1] = g2
    results[LaneResult.gradient + 2] = g3
    results[LaneResult.hessian] = h11
    results[LaneResult.hessian + 1] = h12
    results[LaneResult.hessian + 2] = h13
    results[LaneResult.hessian + 3] = h22
    results[LaneResult.hessian + 4] = h23
    results[LaneResult.hessian + 5] = h33
  }
}
