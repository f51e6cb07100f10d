import KernelInterface

/// The criterion of eight pairs at one point each of a gene's chart.
///
/// With Q = h X'P_C X, s = h X'P_C y, β = Q⁻¹s and RSS = h RSS₀ − s'β, minus twice the log-likelihood
/// is, up to a constant, F − π log det(I + Δ) + ρ log h + log|Q| + ν log RSS (log|Q| under REML only),
/// and with e_a = s_a − Q_a β, RSS₀ standing for h RSS₀,
///
///   RSS_a = RSS₀_a − β'(s_a + e_a)
///   RSS_ab = RSS₀_ab − 2β's_ab + β'Q_ab β − 2 e_a'Q⁻¹e_b
///   (log|Q|)_a = tr Q⁻¹Q_a     (log|Q|)_ab = tr Q⁻¹Q_ab − tr Q⁻¹Q_a Q⁻¹Q_b.
struct ChartEvaluation {
  var gradient: (Packet, Packet, Packet)
  /// 11, 12, 13, 22, 23, 33.
  var hessian: (Packet, Packet, Packet, Packet, Packet, Packet)
  /// F without constants and logarithms.
  var smooth: Packet
  /// det(I + Δ), det Q and RSS (h times the model's).
  var changeDeterminant: Packet
  var formDeterminant: Packet
  var residual: Packet
  /// h and h_a / h.
  var scale: Packet
  var scaleSlope: (Packet, Packet, Packet)
  /// RSS_a / RSS.
  var residualSlope: (Packet, Packet, Packet)
  /// β and its derivatives Q⁻¹e_a.
  var beta: (Packet, Packet)
  var betaSlope1: (Packet, Packet)
  var betaSlope2: (Packet, Packet)
  var betaSlope3: (Packet, Packet)
  /// Q⁻¹: 11, 12, 22.
  var inverse: (Packet, Packet, Packet)
  /// Q_a: 11, 12, 22 of each.
  var form1: (Packet, Packet, Packet)
  var form2: (Packet, Packet, Packet)
  var form3: (Packet, Packet, Packet)

  /// Evaluates in place: vectors pass through memory only, and this code exists once.
  ///
  /// - Parameters:
  ///   - c: 5 × 20 derivatives: Q₁₁, Q₁₂, Q₂₂, s₁, s₂.
  ///   - x: the three coordinates.
  ///   - isOrigin: whether they are all zero, which spares the polynomials.
  @inline(never)
  static func compute(
    _ c: UnsafePointer<Packet>, gene: UnsafePointer<ChartGene>, _ polynomials: GenePolynomials,
    at x: UnsafePointer<Packet>,
    isOrigin: Bool, into evaluation: UnsafeMutablePointer<ChartEvaluation>
  ) {
    // Two copies of the code: a choice inside would make the optimiser split every vector.
    if isOrigin {
      evaluation.initialize(
        to: ChartEvaluation(c, gene: gene, polynomials, isOrigin: true, .zero, .zero, .zero))
    } else {
      evaluation.initialize(
        to: ChartEvaluation(c, gene: gene, polynomials, isOrigin: false, x[0], x[1], x[2]))
    }
  }

  @inline(__always)
  private init(
    _ c: UnsafePointer<Packet>, gene: UnsafePointer<ChartGene>, _ polynomials: GenePolynomials,
    isOrigin: Bool, _ x1: Packet,
    _ x2: Packet, _ x3: Packet
  ) {
    let isCubic = gene.pointee.order == 3
    let weight = Packet(gene.pointee.determinantWeight)
    let nu = Packet(gene.pointee.degreesOfFreedom)
    let n = Packet(gene.pointee.determinantPower)
    let q11 = isOrigin ? Jet(origin: c) : Jet(c, isCubic: isCubic, x1, x2, x3)
    let q12 = isOrigin ? Jet(origin: c + 20) : Jet(c + 20, isCubic: isCubic, x1, x2, x3)
    let q22 = isOrigin ? Jet(origin: c + 40) : Jet(c + 40, isCubic: isCubic, x1, x2, x3)
    let s1 = isOrigin ? Jet(origin: c + 60) : Jet(c + 60, isCubic: isCubic, x1, x2, x3)
    let s2 = isOrigin ? Jet(origin: c + 80) : Jet(c + 80, isCubic: isCubic, x1, x2, x3)
    let r =
      isOrigin
      ? Jet(origin: polynomials.residual) : Jet(quartic: polynomials.residual, x1, x2, x3)
    let f =
      isOrigin
      ? Jet(origin: polynomials.logDeterminant)
      : Jet(quartic: polynomials.logDeterminant, x1, x2, x3)

    formDeterminant = Packet.fused(q11.value, q22.value, -(q12.value * q12.value))
    let inverseDeterminant = 1 / formDeterminant
    let i11 = q22.value * inverseDeterminant
    let i12 = -(q12.value * inverseDeterminant)
    let i22 = q11.value * inverseDeterminant
    let b1 = Packet.fused(i11, s1.value, i12 * s2.value)
    let b2 = Packet.fused(i12, s1.value, i22 * s2.value)
    residual = r.value - Packet.fused(s1.value, b1, s2.value * b2)
    let inverseResidual = 1 / residual

    // det(I + Δ), its inverse's derivatives.
    let u1 = 1 + x1
    let u3 = 1 + x3
    changeDeterminant = Packet.fused(u1, u3, -(x2 * x2))
    let change = 1 / changeDeterminant
    let l1 = u3 * change
    let l2 = -2 * x2 * change
    let l3 = u1 * change

    let a = gene.pointee.scaleSlope
    scale = Packet.fused(
      Packet(a.0), x1, Packet.fused(Packet(a.1), x2, Packet.fused(Packet(a.2), x3, Packet.one)))
    let inverseScale = 1 / scale
    let k1 = a.0 * inverseScale
    let k2 = a.1 * inverseScale
    let k3 = a.2 * inverseScale
    scaleSlope = (k1, k2, k3)
    let power = Packet(gene.pointee.scalePower)

    @inline(__always)
    func first(
      _ qa: Packet, _ qb: Packet, _ qc: Packet, _ sa: Packet, _ sb: Packet, _ ra: Packet
    ) -> (
      e: (Packet, Packet), y: (Packet, Packet), w: (Packet, Packet, Packet, Packet), slope: Packet,
      trace: Packet
    ) {
      let e1 = sa - Packet.fused(qa, b1, qb * b2)
      let e2 = sb - Packet.fused(qb, b1, qc * b2)
      let w11 = Packet.fused(i11, qa, i12 * qb)
      let w12 = Packet.fused(i11, qb, i12 * qc)
      let w21 = Packet.fused(i12, qa, i22 * qb)
      let w22 = Packet.fused(i12, qb, i22 * qc)
      let drop = Packet.fused(b1, sa + e1, b2 * (sb + e2))
      return (
        (e1, e2), (Packet.fused(i11, e1, i12 * e2), Packet.fused(i12, e1, i22 * e2)),
        (w11, w12, w21, w22), (ra - drop) * inverseResidual, w11 + w22
      )
    }
    let a1 = first(q11.g1, q12.g1, q22.g1, s1.g1, s2.g1, r.g1)
    let a2 = first(q11.g2, q12.g2, q22.g2, s1.g2, s2.g2, r.g2)
    let a3 = first(q11.g3, q12.g3, q22.g3, s1.g3, s2.g3, r.g3)
    gradient = (
      Packet.fused(power, k1, f.g1 - n * l1) + Packet.fused(weight, a1.trace, nu * a1.slope),
      Packet.fused(power, k2, f.g2 - n * l2) + Packet.fused(weight, a2.trace, nu * a2.slope),
      Packet.fused(power, k3, f.g3 - n * l3) + Packet.fused(weight, a3.trace, nu * a3.slope)
    )

    let bb11 = b1 * b1
    let bb12 = 2 * b1 * b2
    let bb22 = b2 * b2
    @inline(__always)
    func second(
      _ qa: Packet, _ qb: Packet, _ qc: Packet, _ sa: Packet, _ sb: Packet, _ rab: Packet,
      _ fab: Packet,
      _ change: Packet, _ scales: Packet,
      _ e: (Packet, Packet), _ y: (Packet, Packet), _ w: (Packet, Packet, Packet, Packet),
      _ v: (Packet, Packet, Packet, Packet), _ slopes: Packet
    ) -> Packet {
      let scores = Packet.fused(b1, sa, Packet.fused(b2, sb, Packet.fused(e.0, y.0, e.1 * y.1)))
      let forms = Packet.fused(bb11, qa, Packet.fused(bb12, qb, bb22 * qc))
      let residual = (rab - 2 * scores + forms) * inverseResidual - slopes
      let plain = Packet.fused(i11, qa, Packet.fused(2 * i12, qb, i22 * qc))
      let mixed = Packet.fused(
        w.0, v.0, Packet.fused(w.1, v.2, Packet.fused(w.2, v.1, w.3 * v.3)))
      return fab - n * change - power * scales + Packet.fused(weight, plain - mixed, nu * residual)
    }
    hessian = (
      second(
        q11.h11, q12.h11, q22.h11, s1.h11, s2.h11, r.h11, f.h11, -(l1 * l1), k1 * k1, a1.e, a1.y,
        a1.w,
        a1.w, a1.slope * a1.slope),
      second(
        q11.h12, q12.h12, q22.h12, s1.h12, s2.h12, r.h12, f.h12, -(l1 * l2), k1 * k2, a1.e, a2.y,
        a1.w,
        a2.w, a1.slope * a2.slope),
      second(
        q11.h13, q12.h13, q22.h13, s1.h13, s2.h13, r.h13, f.h13, change - l1 * l3, k1 * k3, a1.e,
        a3.y,
        a1.w, a3.w, a1.slope * a3.slope),
      second(
        q11.h22, q12.h22, q22.h22, s1.h22, s2.h22, r.h22, f.h22, -2 * change - l2 * l2, k2 * k2,
        a2.e, a2.y,
        a2.w, a2.w, a2.slope * a2.slope),
      second(
        q11.h23, q12.h23, q22.h23, s1.h23, s2.h23, r.h23, f.h23, -(l2 * l3), k2 * k3, a2.e, a3.y,
        a2.w,
        a3.w, a2.slope * a3.slope),
      second(
        q11.h33, q12.h33, q22.h33, s1.h33, s2.h33, r.h33, f.h33, -(l3 * l3), k3 * k3, a3.e, a3.y,
        a3.w,
        a3.w, a3.slope * a3.slope)
    )
    smooth = f.value
    residualSlope = (a1.slope, a2.slope, a3.slope)
    beta = (b1, b2)
    betaSlope1 = a1.y
    betaSlope2 = a2.y
    betaSlope3 = a3.y
    inverse = (i11, i12, i22)
    form1 = (q11.g1, q12.g1, q22.g1)
    form2 = (q11.g2, q12.g2, q22.g2)
    form3 = (q11.g3, q12.g3, q22.g3)
  }
}
