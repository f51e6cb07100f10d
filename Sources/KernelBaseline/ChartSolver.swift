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
  static let tolerance = 1e-6
  /// Optima this close (in x) to the border between interior and boundary are not told apart.
  static let border = 2e-4

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
  mutating func evaluate() {
    ChartEvaluation.compute(
      coefficients, gene: gene, polynomials, at: point, isOrigin: isOrigin, into: evaluation)
    isOrigin = false
  }

  /// Largest |x| that iterations go to: not exact there, but a good start for exact ones. I + Δ stays
  /// positive definite.
  var reach: Double {
    let wide = 3 * gene.pointee.radius
    return wide < 0.8 ? wide : 0.8
  }

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
    isFar = distance > gene.pointee.radius
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

  /// The largest |x|.
  @inline(__always)
  var distance: Packet {
    Packet.larger(x1.magnitude, Packet.larger(x2.magnitude, x3.magnitude))
  }

  // MARK: Interior

  /// Newton's iteration without constraints, in the free coordinates; the lanes that settled.
  @inline(never)
  mutating func descend(_ active: LaneMask) -> LaneMask {
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
  mutating func keep(
    _ step: (Packet, Packet, Packet), _ promised: Packet, where mask: LaneMask
  ) {
    step1.replace(with: step.0, where: mask)
    step2.replace(with: step.1, where: mask)
    step3.replace(with: step.2, where: mask)
    promise.replace(with: promised, where: mask)
  }

  /// Lanes of `settled` whose M is positive definite; near the border they are marked.
  @inline(__always)
  mutating func classify(_ settled: LaneMask) -> LaneMask {
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
}
