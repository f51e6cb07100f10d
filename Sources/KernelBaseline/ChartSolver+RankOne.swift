import KernelInterface

/// The boundary of an unstructured covariance: matrices of rank one.
extension ChartSolver {
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
  mutating func startAtOrigin() {
    let o = gene.pointee.origin
    let trace = o.0 + o.2
    length = Packet(trace)
    cosine = Packet((o.0 - o.2) / trace)
    sine = Packet(2 * o.1 / trace)
  }

  /// The rank-one matrix nearest to M.
  @inline(__always)
  mutating func startAtLargestEigenvector(_ lanes: LaneMask) {
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
  mutating func startAtSteepestRay() {
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
  func quadratic(
    _ h: (Packet, Packet, Packet, Packet, Packet, Packet), _ a: (Packet, Packet, Packet),
    _ b: (Packet, Packet, Packet)
  ) -> Packet {
    let p = Packet.fused(h.0, b.0, Packet.fused(h.1, b.1, h.2 * b.2))
    let q = Packet.fused(h.1, b.0, Packet.fused(h.3, b.1, h.4 * b.2))
    let r = Packet.fused(h.2, b.0, Packet.fused(h.4, b.1, h.5 * b.2))
    return Packet.fused(a.0, p, Packet.fused(a.1, q, a.2 * r))
  }

  @inline(__always)
  func dot(_ a: (Packet, Packet, Packet), _ b: (Packet, Packet, Packet)) -> Packet {
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
  mutating func followBoundary(_ active: LaneMask) -> LaneMask {
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
  func inwardDerivative() -> Packet {
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
  mutating func finishBoundary(_ settled: LaneMask) {
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
}
