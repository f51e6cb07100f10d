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
