import KernelInterface

/// Fits a packet of pairs of one gene in its chart.
///
/// A Newton iteration on the polynomials finds the optimum without the constraint that M be
/// positive semidefinite; where that lies outside the cone, a second one follows the boundary (the
/// rank-one matrices M = r v(ψ), or an axis where the effects are uncorrelated), and the sign of the
/// derivative into the cone (Karush–Kuhn–Tucker) decides. Whatever does not settle inside the
/// chart is left to the exact evaluator.
struct ChartSolver {
  let gene: UnsafePointer<ChartGene>
  let polynomials: GenePolynomials
  let coefficients: UnsafePointer<Packet>
  /// The evaluation at the current point.
  let evaluation: UnsafeMutablePointer<ChartEvaluation>
  /// x.
  let point: UnsafeMutablePointer<Packet>
  /// Whether all lanes are at x = 0 still.
  private var isOrigin = true
  /// The step from the point of the last evaluation to the optimum, and what it promises.
  private(set) var step1 = Packet.zero
  private(set) var step2 = Packet.zero
  private(set) var step3 = Packet.zero
  private(set) var promise = Packet.zero
  /// M = r · ½(1 + c, s, 1 − c) where a lane follows the rank-one boundary.
  var length = Packet.zero
  var cosine = Packet(1)
  var sine = Packet.zero
  /// 1 where a coordinate is free, 0 where it is fixed.
  var free1 = Packet(1)
  var free2 = Packet(1)
  var free3 = Packet(1)
  var isInterior = LaneMask(repeating: false)
  var isRankOne = LaneMask(repeating: false)
  /// On an axis of uncorrelated effects, or of the only variance.
  var isAxis = LaneMask(repeating: false)
  var isZero = LaneMask(repeating: false)
  /// Beyond what the chart can follow.
  var isLost = LaneMask(repeating: false)
  /// Beyond where the chart is trusted.
  var isFar = LaneMask(repeating: false)
  var isBorderline = LaneMask(repeating: false)

  /// Largest promise of the quadratic model for the last step, which is made to first order.
  private static let tolerance = 1e-6
  /// Optima this close (in x) to the border between interior and boundary are not told apart.
  private static let border = 2e-4

  @inline(__always)
  init(
    gene: UnsafePointer<ChartGene>, polynomials: GenePolynomials,
    coefficients: UnsafePointer<Packet>,
    evaluation: UnsafeMutablePointer<ChartEvaluation>, point: UnsafeMutablePointer<Packet>
  ) {
    self.gene = gene
    self.polynomials = polynomials
    self.coefficients = coefficients
    self.evaluation = evaluation
    self.point = point
    for coordinate in 0..<3 { point[coordinate] = .zero }
  }

  @inline(__always)
  var x1: Packet {
    get { point[0] }
    nonmutating set { point[0] = newValue }
  }
  @inline(__always)
  var x2: Packet {
    get { point[1] }
    nonmutating set { point[1] = newValue }
  }
  @inline(__always)
  var x3: Packet {
    get { point[2] }
    nonmutating set { point[2] = newValue }
  }

  @inline(__always)
  private mutating func evaluate() {
    ChartEvaluation.compute(
      coefficients, gene: gene, polynomials, at: point, isOrigin: isOrigin, into: evaluation)
    isOrigin = false
  }

  /// Largest |x| that iterations go to: not exact there, but a good start for exact ones.
  private var reach: Double { 3 * gene.pointee.radius }

  @inline(never)
  mutating func solve() {
    let all = LaneMask(repeating: true)
    switch (gene.pointee.shape, gene.pointee.face) {
    case (.full, .interior):
      let settled = descend(all)
      let inside = classify(settled)
      isInterior = inside
      let rest = settled .& .!inside
      if any(rest) {
        startAtLargestEigenvector(rest)
        finishBoundary(followBoundary(rest))
      }
    case (.full, .rankOne):
      startAtOrigin()
      solveFromBoundary(all)
    case (.full, .zero):
      evaluate()
      startAtSteepestRay()
      solveFromBoundary(.!isZero)
    case (.diagonal, _):
      free2 = .zero
      solveDiagonal()
    case (.scalar, _):
      free2 = .zero
      free3 = .zero
      solveScalar()
    }
    finish()
  }

  /// The boundary first, then the interior for lanes whose criterion falls into the cone.
  @inline(__always)
  private mutating func solveFromBoundary(_ lanes: LaneMask) {
    guard any(lanes) else { return }
    let held = followBoundary(lanes)
    let derivative = inwardDerivative()
    let leaves = held .& (derivative < 0)
    finishBoundary(held .& .!leaves)
    if any(leaves) { isInterior = isInterior .| classify(descend(leaves)) .& leaves }
  }

  /// A final evaluation at the solution of every lane, and the check that it lies in the chart.
  @inline(__always)
  private mutating func finish() {
    isFar = distance > gene.pointee.radius
  }

  /// The largest |x|.
  @inline(__always)
  var distance: Packet {
    Packet.larger(x1.magnitude, Packet.larger(x2.magnitude, x3.magnitude))
  }

  // MARK: Interior

  /// Newton's iteration without constraints, in the free coordinates; the lanes that settled.
  @inline(never)
  private mutating func descend(_ active: LaneMask) -> LaneMask {
    let floor = Packet(1e-3 * gene.pointee.donorCount)
    let cap = Packet(0.5 * reach)
    let bound = Packet(reach)
    var pending = active
    var settled = LaneMask(repeating: false)
    var iteration = 0
    while iteration < 12 {
      evaluate()
      let (g1, g2, g3) = (
        evaluation.pointee.gradient.0 * free1, evaluation.pointee.gradient.1 * free2,
        evaluation.pointee.gradient.2 * free3
      )
      let h = evaluation.pointee.hessian
      let h12 = h.1 * free1 * free2
      let h13 = h.2 * free1 * free3
      let h23 = h.4 * free2 * free3
      var d1 = h.0 * free1 + floor * (1 - free1)
      let mend1 = d1 < floor
      d1.replace(with: d1.magnitude + floor, where: mend1)
      let l21 = h12 / d1
      let l31 = h13 / d1
      var d2 = h.3 * free2 + floor * (1 - free2) - l21 * h12
      let mend2 = d2 < 0.3 * floor
      d2.replace(with: d2.magnitude + floor, where: mend2)
      let t = h23 - l21 * h13
      let l32 = t / d2
      var d3 = h.5 * free3 + floor * (1 - free3) - l31 * h13 - l32 * t
      let mend3 = d3 < 0.3 * floor
      d3.replace(with: d3.magnitude + floor, where: mend3)
      let y1 = -g1
      let y2 = -g2 - l21 * y1
      let y3 = -g3 - l31 * y1 - l32 * y2
      let z1 = y1 / d1
      let z2 = y2 / d2
      let z3 = y3 / d3
      let promised = y1 * z1 + y2 * z2 + y3 * z3
      let done =
        pending .& (promised < Packet(Self.tolerance)) .& .!mend1 .& .!mend2 .& .!mend3
      let s3 = z3
      let s2 = z2 - l32 * s3
      let s1 = z1 - l21 * s2 - l31 * s3
      keep((s1, s2, s3), promised, where: done)
      settled = settled .| done
      pending = pending .& .!done
      if !any(pending) { break }
      let largest = Packet.larger(s1.magnitude, Packet.larger(s2.magnitude, s3.magnitude))
      let scale = Packet.smaller(Packet(1), cap / largest)
      let n1 = (x1 + scale * s1).clamped(to: bound)
      let n2 = (x2 + scale * s2).clamped(to: bound)
      let n3 = (x3 + scale * s3).clamped(to: bound)
      // Twice at the bound of the same coordinate: the optimum lies beyond it.
      let stuck =
        ((n1.magnitude == bound) .& (n1 == x1)) .| ((n2.magnitude == bound) .& (n2 == x2))
        .| ((n3.magnitude == bound) .& (n3 == x3))
      isLost = isLost .| (pending .& stuck)
      x1.replace(with: n1, where: pending)
      x2.replace(with: n2, where: pending)
      x3.replace(with: n3, where: pending)
      pending = pending .& .!stuck
      if !any(pending) { break }
      iteration &+= 1
    }
    return settled
  }

  /// Keeps the step left over of lanes that are done.
  @inline(__always)
  private mutating func keep(
    _ step: (Packet, Packet, Packet), _ promised: Packet, where mask: LaneMask
  ) {
    step1.replace(with: step.0, where: mask)
    step2.replace(with: step.1, where: mask)
    step3.replace(with: step.2, where: mask)
    promise.replace(with: promised, where: mask)
  }

  /// Lanes of `settled` whose M is positive definite; near the border they are marked.
  @inline(__always)
  private mutating func classify(_ settled: LaneMask) -> LaneMask {
    let m = matrix(after: (step1, step2, step3))
    let mean = 0.5 * (m.0 + m.2)
    let half = 0.5 * (m.0 - m.2)
    let radius = Packet.fused(half, half, m.1 * m.1).squareRoot()
    let least = mean - radius
    // One unit of x changes M by up to 1 − (its larger eigenvalue's complement).
    let margin = Packet(Self.border) * (1 - mean)
    isBorderline = isBorderline .| (settled .& (least.magnitude < margin))
    return settled .& (least > 0)
  }

  /// M one step away from the current point.
  @inline(__always)
  func matrix(after step: (Packet, Packet, Packet)) -> (Packet, Packet, Packet) {
    let o = gene.pointee.origin
    let t = gene.pointee.toMatrix
    let x = (x1 + step.0, x2 + step.1, x3 + step.2)
    return (
      Packet.fused(
        Packet(t.0.0), x.0,
        Packet.fused(Packet(t.0.1), x.1, Packet.fused(Packet(t.0.2), x.2, Packet(o.0)))),
      Packet.fused(
        Packet(t.1.0), x.0,
        Packet.fused(Packet(t.1.1), x.1, Packet.fused(Packet(t.1.2), x.2, Packet(o.1)))),
      Packet.fused(
        Packet(t.2.0), x.0,
        Packet.fused(Packet(t.2.1), x.1, Packet.fused(Packet(t.2.2), x.2, Packet(o.2))))
    )
  }

  // MARK: Rank one

  /// A direction of M, as a direction of x.
  @inline(__always)
  private func chartDirection(
    _ m11: Packet, _ m12: Packet, _ m22: Packet
  ) -> (Packet, Packet, Packet) {
    let t = gene.pointee.toChart
    @inline(__always)
    func row(_ r: ChartGene.Rows3) -> Packet {
      Packet.fused(
        Packet(r.0), m11,
        Packet.fused(Packet(r.1), m12, Packet(r.2) * m22))
    }
    return (row(t.0), row(t.1), row(t.2))
  }

  @inline(__always)
  private mutating func moveToBoundary(_ lanes: LaneMask) {
    keep((.zero, .zero, .zero), .zero, where: lanes)
    let o = gene.pointee.origin
    let half = 0.5 * length
    let x = chartDirection(
      Packet.fused(half, cosine, half) - o.0, half * sine - o.1,
      half - half * cosine - o.2)
    x1.replace(with: x.0, where: lanes)
    x2.replace(with: x.1, where: lanes)
    x3.replace(with: x.2, where: lanes)
  }

  /// The null fit itself, of rank one.
  @inline(__always)
  private mutating func startAtOrigin() {
    let o = gene.pointee.origin
    let trace = o.0 + o.2
    length = Packet(trace)
    cosine = Packet((o.0 - o.2) / trace)
    sine = Packet(2 * o.1 / trace)
  }

  /// The rank-one matrix nearest to M.
  @inline(__always)
  private mutating func startAtLargestEigenvector(_ lanes: LaneMask) {
    let m = matrix(after: (step1, step2, step3))
    let half = 0.5 * (m.0 - m.2)
    let radius = Packet.fused(half, half, m.1 * m.1).squareRoot()
    let inverse = 1 / Packet.larger(radius, Packet(1e-300))
    length = 0.5 * (m.0 + m.2) + radius
    cosine = half * inverse
    sine = m.1 * inverse
    // No positive eigenvalue is left: the optimum may be M = 0.
    isLost = isLost .| (lanes .& (length <= 0))
    length = Packet.larger(length, Packet(1e-3))
  }

  /// From M = 0 along the ray on which the criterion falls fastest; lanes on which it falls along
  /// none stay there.
  @inline(__always)
  private mutating func startAtSteepestRay() {
    let g = evaluation.pointee.gradient
    let t = gene.pointee.toChart
    // The gradient by M, with g₁₂ the derivative by both off-diagonal entries.
    let g11 = g.0 * t.0.0 + g.1 * t.1.0 + g.2 * t.2.0
    let g12 = g.0 * t.0.1 + g.1 * t.1.1 + g.2 * t.2.1
    let g22 = g.0 * t.0.2 + g.1 * t.1.2 + g.2 * t.2.2
    let half = 0.5 * (g11 - g22)
    let cross = 0.5 * g12
    let radius = Packet.fused(half, half, cross * cross).squareRoot()
    let least = 0.5 * (g11 + g22) - radius
    isZero = least >= 0
    // v(ψ) is twice the projector on the eigenvector of the smaller eigenvalue, halved.
    let inverse = 1 / Packet.larger(radius, Packet(1e-300))
    cosine = -half * inverse
    sine = -cross * inverse
    length = Packet(0)
    let v = chartDirection(0.5 + 0.5 * cosine, 0.5 * sine, 0.5 - 0.5 * cosine)
    let h = evaluation.pointee.hessian
    let curvature = quadratic(h, v, v)
    let floor = Packet(1e-3 * gene.pointee.donorCount)
    let step = -least / Packet.larger(curvature, floor)
    isBorderline = isBorderline .| (step.magnitude < Packet(Self.border))
    length = Packet.smaller(
      Packet.larger(step, Packet(1e-6)), Packet(0.7 * gene.pointee.radius))
  }

  @inline(__always)
  private func quadratic(
    _ h: (Packet, Packet, Packet, Packet, Packet, Packet), _ a: (Packet, Packet, Packet),
    _ b: (Packet, Packet, Packet)
  ) -> Packet {
    let p = Packet.fused(h.0, b.0, Packet.fused(h.1, b.1, h.2 * b.2))
    let q = Packet.fused(h.1, b.0, Packet.fused(h.3, b.1, h.4 * b.2))
    let r = Packet.fused(h.2, b.0, Packet.fused(h.4, b.1, h.5 * b.2))
    return Packet.fused(a.0, p, Packet.fused(a.1, q, a.2 * r))
  }

  @inline(__always)
  private func dot(_ a: (Packet, Packet, Packet), _ b: (Packet, Packet, Packet)) -> Packet {
    Packet.fused(a.0, b.0, Packet.fused(a.1, b.1, a.2 * b.2))
  }

  /// The derivatives of the criterion by r and ψ, with the directions in x they belong to.
  struct PolarDerivatives {
    var along: (Packet, Packet, Packet)
    var across: (Packet, Packet, Packet)
    var gradient: (Packet, Packet)
    /// rr, rψ, ψψ.
    var hessian: (Packet, Packet, Packet)
  }

  @inline(__always)
  func polarDerivatives() -> PolarDerivatives {
    let v = chartDirection(0.5 + 0.5 * cosine, 0.5 * sine, 0.5 - 0.5 * cosine)
    let d = chartDirection(-0.5 * sine, 0.5 * cosine, 0.5 * sine)
    let second = chartDirection(-0.5 * cosine, -0.5 * sine, 0.5 * cosine)
    let g = evaluation.pointee.gradient
    let h = evaluation.pointee.hessian
    let gd = dot(g, d)
    return PolarDerivatives(
      along: v, across: (length * d.0, length * d.1, length * d.2),
      gradient: (dot(g, v), length * gd),
      hessian: (
        quadratic(h, v, v), Packet.fused(length, quadratic(h, v, d), gd),
        length * Packet.fused(length, quadratic(h, d, d), dot(g, second))
      ))
  }

  /// Newton's iteration by r and ψ; the lanes that settled.
  @inline(never)
  private mutating func followBoundary(_ active: LaneMask) -> LaneMask {
    let n = Packet(gene.pointee.donorCount)
    let cap = Packet(0.5 * reach)
    let bound = Packet(1.2 * reach)
    var pending = active .& .!isLost
    var settled = LaneMask(repeating: false)
    moveToBoundary(pending)
    var iteration = 0
    while iteration < 14 {
      evaluate()
      let polar = polarDerivatives()
      let size1 = dot(polar.along, polar.along)
      let size2 = dot(polar.across, polar.across)
      var p1 = polar.hessian.0
      let floor1 = 1e-3 * n * size1
      let mend1 = p1 < floor1
      p1.replace(with: p1.magnitude + floor1, where: mend1)
      let l = polar.hessian.1 / p1
      var p2 = polar.hessian.2 - l * polar.hessian.1
      let floor2 = 1e-4 * n * size2
      let mend2 = p2 < floor2
      p2.replace(with: p2.magnitude + floor2, where: mend2)
      let y1 = -polar.gradient.0
      let y2 = -polar.gradient.1 - l * y1
      let z2 = y2 / p2
      let z1 = y1 / p1 - l * z2
      let promised = y1 * y1 / p1 + y2 * z2
      let done = pending .& (promised < Packet(Self.tolerance)) .& .!mend1 .& .!mend2
      keep(
        (
          z1 * polar.along.0 + z2 * polar.across.0, z1 * polar.along.1 + z2 * polar.across.1,
          z1 * polar.along.2 + z2 * polar.across.2
        ), promised, where: done)
      settled = settled .| done
      pending = pending .& .!done
      if !any(pending) { break }
      let step = (z1 * z1 * size1 + z2 * z2 * size2).squareRoot()
      let scale = Packet.smaller(Packet(1), cap / step)
      let lengthened = Packet.larger(length + scale * z1, 0.2 * length)
      length.replace(with: lengthened, where: pending)
      // A rotation by δ up to δ³/12 (Cayley), without trigonometry.
      let q = (0.5 * scale * z2).clamped(to: Packet(0.25))
      let w = 1 / Packet.fused(q, q, Packet(1))
      let turnCosine = (1 - q * q) * w
      let turnSine = 2 * q * w
      let c = cosine * turnCosine - sine * turnSine
      let s = sine * turnCosine + cosine * turnSine
      cosine.replace(with: c, where: pending)
      sine.replace(with: s, where: pending)
      moveToBoundary(pending)
      let largest = Packet.larger(x1.magnitude, Packet.larger(x2.magnitude, x3.magnitude))
      let lost = pending .& ((largest > bound) .| (length < Packet(1e-5)))
      isLost = isLost .| lost
      pending = pending .& .!lost
      if !any(pending) { break }
      iteration &+= 1
    }
    return settled
  }

  /// The derivative of the criterion from a rank-one M into the cone, along uu' with u ⊥ M.
  @inline(__always)
  private func inwardDerivative() -> Packet {
    derivative(along: inward())
  }

  /// The derivative of the criterion after the step left over.
  @inline(__always)
  private func derivative(along direction: (Packet, Packet, Packet)) -> Packet {
    dot(evaluation.pointee.gradient, direction)
      + quadratic(evaluation.pointee.hessian, (step1, step2, step3), direction)
  }

  @inline(__always)
  private func inward() -> (Packet, Packet, Packet) {
    chartDirection(0.5 - 0.5 * cosine, -0.5 * sine, 0.5 + 0.5 * cosine)
  }

  /// Takes in lanes that settled on the boundary with the criterion rising into the cone.
  @inline(__always)
  private mutating func finishBoundary(_ settled: LaneMask) {
    let direction = inward()
    let derivative = derivative(along: direction)
    isRankOne = isRankOne .| (settled .& (derivative >= 0))
    isBorderline = isBorderline .| (settled .& isNearBorder(derivative, direction))
  }

  /// Whether a Newton step along `direction` from a boundary point would be negligible.
  @inline(__always)
  private func isNearBorder(_ derivative: Packet, _ direction: (Packet, Packet, Packet)) -> LaneMask
  {
    let curvature = quadratic(evaluation.pointee.hessian, direction, direction).magnitude
    let size = dot(direction, direction).squareRoot()
    return derivative.magnitude * size < Packet(Self.border) * curvature
  }

  // MARK: Uncorrelated effects

  private mutating func solveDiagonal() {
    let all = LaneMask(repeating: true)
    let settled = descend(all)
    let m = matrix(after: (step1, step2, step3))
    let t = gene.pointee.toChart
    let o = gene.pointee.origin
    let margin1 = Packet(Self.border / t.0.0.magnitude)
    let margin3 = Packet(Self.border / t.2.2.magnitude)
    isBorderline =
      isBorderline .| (settled .& ((m.0.magnitude < margin1) .| (m.2.magnitude < margin3)))
    isInterior = settled .& (m.0 > 0) .& (m.2 > 0)
    let lacksFirst = settled .& (m.0 <= 0)
    let lacksSecond = settled .& (m.2 <= 0)
    // Which variance goes is not clear where both do.
    isLost = isLost .| (lacksFirst .& lacksSecond)
    let axis = (lacksFirst .| lacksSecond) .& .!isLost
    guard any(axis) else { return }
    keep((.zero, .zero, .zero), .zero, where: axis)
    let first = axis .& lacksFirst
    let second = axis .& lacksSecond
    x1.replace(with: Packet(-t.0.0 * o.0), where: first)
    free1.replace(with: Packet.zero, where: first)
    x3.replace(with: Packet(-t.2.2 * o.2), where: second)
    free3.replace(with: Packet.zero, where: second)
    let held = descend(axis)
    let n = matrix(after: (step1, step2, step3))
    let g = evaluation.pointee.gradient
    let h = evaluation.pointee.hessian
    let derivative1 = g.0 * t.0.0
    let derivative3 = g.2 * t.2.2
    let rises =
      (first .& (derivative1 >= 0) .& (n.2 > margin3))
      .| (second .& (derivative3 >= 0) .& (n.0 > margin1))
    isAxis = isAxis .| (held .& rises)
    let border = Packet(Self.border)
    let near =
      (first .& (g.0.magnitude < border * h.0.magnitude))
      .| (second .& (g.2.magnitude < border * h.5.magnitude))
    isBorderline = isBorderline .| (held .& near)
  }

  private mutating func solveScalar() {
    let settled = descend(LaneMask(repeating: true))
    let m = matrix(after: (step1, step2, step3))
    let t = gene.pointee.toChart
    let margin = Packet(Self.border / t.0.0.magnitude)
    isBorderline = isBorderline .| (settled .& (m.0.magnitude < margin))
    isInterior = settled .& (m.0 > 0)
    let vanishes = settled .& (m.0 <= 0)
    guard any(vanishes) else { return }
    keep((.zero, .zero, .zero), .zero, where: vanishes)
    x1.replace(with: Packet(-t.0.0 * gene.pointee.origin.0), where: vanishes)
    evaluate()
    let g = evaluation.pointee.gradient.0
    isZero = vanishes .& (g * t.0.0 >= 0)
    isBorderline =
      isBorderline
      .| (vanishes
        .& (g.magnitude < Packet(Self.border) * evaluation.pointee.hessian.0.magnitude))
  }
}
