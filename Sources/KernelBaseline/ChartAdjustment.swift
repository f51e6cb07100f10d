import KernelInterface

/// Kenward and Roger's adjusted variances and degrees of freedom of a packet of pairs, at one point
/// each of a gene's chart.
///
/// Kenward & Roger (1997, doi:10.2307/2533558) with V linear in its parameters, as MixedModels'
/// `KenwardRoger` has it; here the derivatives are those by x. V = σ²(I + Z̃D̃Z̃') is linear in σ²
/// and σ²Γ with Γ = (I + Δ)⁻¹. What is a straight line for Γ bends for Δ: it is
/// Δ + tε + t²εΓε + … in the direction ε. Second derivatives by Γ, in directions of x, are thus
///
///   f̃_ab = f_ab + Σ f_c (E_aΓE_b + E_bΓE_a)_c
///
/// with E_a = ∂Δ/∂x_a. For L = log|V| + log|X'V⁻¹X| at σ² = 1 the expected information on
/// (x, log σ²) has the blocks −½L̃_ab, ½L_a and ½ν, and therefore, with C = 2(−L̃ − ∇L∇L'/ν)⁻¹,
///
///   Cov(x̂) = C    Cov(x̂, log σ̂²) = −C∇L/ν    Var(log σ̂²) = 2/ν + ∇L'C∇L/ν².
///
/// Their adjusted variance is σ̂²(v − Σ C_ab ṽ_ab) for σ̂²v, and their degrees of freedom of one
/// contrast are 2 / Var(log σ̂²v̂) to first order. All parameters stay in wherever the point lies.
struct ChartAdjustment {
  /// A function of the coordinates: value, gradient, and second derivatives 11, 12, 13, 22, 23, 33.
  struct Curve {
    var value: Packet
    var gradient: (Packet, Packet, Packet)
    var hessian: Six
  }

  typealias Six = (Packet, Packet, Packet, Packet, Packet, Packet)
  typealias Pair = (Packet, Packet)

  /// Q₁₁, Q₁₂, Q₂₂.
  private let form11: Jet
  private let form12: Jet
  private let form22: Jet
  /// Q⁻¹: 11, 12, 22.
  private let inverse: (Packet, Packet, Packet)
  /// Γ: 11, 12, 22.
  private let precision: (Packet, Packet, Packet)
  /// C.
  private var covariance: Six
  /// Cov(x̂, log σ̂²).
  private var mixed: (Packet, Packet, Packet)
  /// Var(log σ̂²).
  private var scaleVariance: Packet
  /// Lanes with a positive definite information.
  let isPositive: LaneMask

  /// - Parameters:
  ///   - c: derivatives of Q₁₁, Q₁₂, Q₂₂ to one order more than the chart's: 3 × 20 or 35.
  ///   - x: the point.
  init(
    _ c: UnsafePointer<Packet>, gene: UnsafePointer<ChartGene>, _ polynomials: GenePolynomials,
    at x: (Packet, Packet, Packet)
  ) {
    if gene.pointee.order == 3 {
      form11 = Jet(quartic: c, x.0, x.1, x.2)
      form12 = Jet(quartic: c + 35, x.0, x.1, x.2)
      form22 = Jet(quartic: c + 70, x.0, x.1, x.2)
    } else {
      form11 = Jet(c, isCubic: true, x.0, x.1, x.2)
      form12 = Jet(c + 20, isCubic: true, x.0, x.1, x.2)
      form22 = Jet(c + 40, isCubic: true, x.0, x.1, x.2)
    }
    let f = Jet(quartic: polynomials.logDeterminant, x.0, x.1, x.2)
    let scale =
      1 / Packet.fused(form11.value, form22.value, -(form12.value * form12.value))
    let i = (form22.value * scale, -(form12.value * scale), form11.value * scale)
    inverse = i
    let u1 = 1 + x.0
    let u3 = 1 + x.2
    let change = 1 / Packet.fused(u1, u3, -(x.1 * x.1))
    let p = (u3 * change, -(x.1 * change), u1 * change)
    precision = p

    // L without its multiple of log det(I + Δ), whose second derivatives by Γ are simpler on their own.
    let w1 = Self.product(i, (form11.g1, form12.g1, form22.g1))
    let w2 = Self.product(i, (form11.g2, form12.g2, form22.g2))
    let w3 = Self.product(i, (form11.g3, form12.g3, form22.g3))
    let g = (f.g1 + w1.0 + w1.3, f.g2 + w2.0 + w2.3, f.g3 + w3.0 + w3.3)
    @inline(__always)
    func second(_ fab: Packet, _ a: Packet, _ b: Packet, _ c: Packet) -> Packet {
      fab + Packet.fused(i.0, a, Packet.fused(2 * i.1, b, i.2 * c))
    }
    let h = Self.bent(
      (
        second(f.h11, form11.h11, form12.h11, form22.h11) - Self.trace(w1, w1),
        second(f.h12, form11.h12, form12.h12, form22.h12) - Self.trace(w1, w2),
        second(f.h13, form11.h13, form12.h13, form22.h13) - Self.trace(w1, w3),
        second(f.h22, form11.h22, form12.h22, form22.h22) - Self.trace(w2, w2),
        second(f.h23, form11.h23, form12.h23, form22.h23) - Self.trace(w2, w3),
        second(f.h33, form11.h33, form12.h33, form22.h33) - Self.trace(w3, w3)
      ), g, p)
    let n = Packet(gene.pointee.determinantPower)
    let l = (g.0 - n * p.0, g.1 - 2 * n * p.1, g.2 - n * p.2)

    // −L̃ − ∇L∇L'/ν, where −N log det(I + Δ) gives −L̃ the terms N tr ΓE_aΓE_b; rows and columns
    // of what is no parameter are those of the identity.
    // A switch: == of enumerations is a weak symbol.
    let (has2, has3) =
      switch gene.pointee.shape {
      case .full: (1.0, 1.0)
      case .diagonal: (0.0, 1.0)
      case .scalar: (0.0, 0.0)
      }
    let byNu = Packet(1 / gene.pointee.degreesOfFreedom)
    let e11 = n * p.0 * p.0 - h.0 - l.0 * l.0 * byNu
    let e12 = (2 * n * p.0 * p.1 - h.1 - l.0 * l.1 * byNu) * has2
    let e13 = (n * p.1 * p.1 - h.2 - l.0 * l.2 * byNu) * has3
    let e22 =
      (2 * n * Packet.fused(p.0, p.2, p.1 * p.1) - h.3 - l.1 * l.1 * byNu) * has2 + (1 - has2)
    let e23 = (2 * n * p.1 * p.2 - h.4 - l.1 * l.2 * byNu) * (has2 * has3)
    let e33 = (n * p.2 * p.2 - h.5 - l.2 * l.2 * byNu) * has3 + (1 - has3)
    let k11 = e22 * e33 - e23 * e23
    let k12 = e13 * e23 - e12 * e33
    let k13 = e12 * e23 - e13 * e22
    let k33 = e11 * e22 - e12 * e12
    let determinant = e11 * k11 + e12 * k12 + e13 * k13
    isPositive = (e11 > 0) .& (k33 > 0) .& (determinant > 0)
    let twice = 2 / determinant
    let covariance = (
      twice * k11, twice * k12, twice * k13, twice * (e11 * e33 - e13 * e13) * has2,
      twice * (e12 * e13 - e11 * e23), twice * k33 * has3
    )
    self.covariance = covariance
    let cl = Self.product(covariance, l)
    mixed = (-byNu * cl.0, -byNu * cl.1, -byNu * cl.2)
    scaleVariance = byNu * (2 + byNu * (cl.0 * l.0 + cl.1 * l.1 + cl.2 * l.2))
  }

  /// Σ C_ab ṽ_ab: what the adjustment takes off a variance or covariance.
  @inline(__always)
  func excess(_ v: Curve) -> Packet {
    let h = Self.bent(v.hessian, v.gradient, precision)
    let c = covariance
    let mixed = Packet.fused(c.1, h.1, Packet.fused(c.2, h.2, c.4 * h.4))
    return Packet.fused(c.0, h.0, Packet.fused(c.3, h.3, c.5 * h.5)) + 2 * mixed
  }

  /// The ratio of the adjusted to the plain standard error, and the degrees of freedom.
  @inline(__always)
  func inference(_ v: Curve) -> (ratio: Packet, degreesOfFreedom: Packet) {
    let scale = 1 / v.value
    let b = (v.gradient.0 * scale, v.gradient.1 * scale, v.gradient.2 * scale)
    let cb = Self.product(covariance, b)
    let direct = Packet.fused(b.0, cb.0, Packet.fused(b.1, cb.1, b.2 * cb.2))
    let cross = Packet.fused(b.0, mixed.0, Packet.fused(b.1, mixed.1, b.2 * mixed.2))
    return (
      (Packet.one - excess(v) * scale).squareRoot(), 2 / (direct + 2 * cross + scaleVariance)
    )
  }

  // MARK: Variances

  /// c'Q⁻¹d of two contrasts of the genotype columns.
  ///
  /// With u = Q⁻¹c and w = Q⁻¹d, its derivatives are −u'Q_a w and
  /// (Q_a u)'Q⁻¹Q_b w + (Q_b u)'Q⁻¹Q_a w − u'Q_ab w.
  @inline(__always)
  func form(_ c: (Double, Double), _ d: (Double, Double)) -> Curve {
    let u = solved((Packet(c.0), Packet(c.1)))
    let w = solved((Packet(d.0), Packet(d.1)))
    let (a, b) = (slopes(u), slopes(w))
    let (s1, s2, s3) = (solved(b.0), solved(b.1), solved(b.2))
    let q = (u.0 * w.0, Packet.fused(u.0, w.1, u.1 * w.0), u.1 * w.1)
    @inline(__always)
    func second(
      _ a: Pair, _ b: Pair, _ sa: Pair, _ sb: Pair, _ f: (Packet, Packet, Packet)
    ) -> Packet {
      Self.dot(a, sb) + Self.dot(b, sa)
        - Packet.fused(q.0, f.0, Packet.fused(q.1, f.1, q.2 * f.2))
    }
    return Curve(
      value: u.0 * d.0 + u.1 * d.1,
      gradient: (-Self.dot(u, b.0), -Self.dot(u, b.1), -Self.dot(u, b.2)),
      hessian: (
        second(a.0, a.0, s1, s1, (form11.h11, form12.h11, form22.h11)),
        second(a.0, a.1, s1, s2, (form11.h12, form12.h12, form22.h12)),
        second(a.0, a.2, s1, s3, (form11.h13, form12.h13, form22.h13)),
        second(a.1, a.1, s2, s2, (form11.h22, form12.h22, form22.h22)),
        second(a.1, a.2, s2, s3, (form11.h23, form12.h23, form22.h23)),
        second(a.2, a.2, s3, s3, (form11.h33, form12.h33, form22.h33))
      ))
  }

  /// r + ρ'Q⁻¹ρ of a scalar and a row that depend on x.
  ///
  /// With w = Q⁻¹ρ and e_a = ρ_a − Q_a w, its derivatives are r_a + w'(ρ_a + e_a) and
  /// r_ab + 2w'ρ_ab − w'Q_ab w + 2e_a'Q⁻¹e_b.
  ///
  /// - Parameter shift: added to ρ.
  @inline(__always)
  func form(_ r: Jet, _ rho1: Jet, _ rho2: Jet, shift: Pair) -> Curve {
    let rho = (rho1.value + shift.0, rho2.value + shift.1)
    let w = solved(rho)
    let a = slopes(w)
    @inline(__always)
    func rest(_ first: Packet, _ second: Packet, _ slope: Pair) -> Pair {
      (first - slope.0, second - slope.1)
    }
    let e1 = rest(rho1.g1, rho2.g1, a.0)
    let e2 = rest(rho1.g2, rho2.g2, a.1)
    let e3 = rest(rho1.g3, rho2.g3, a.2)
    let (s1, s2, s3) = (solved(e1), solved(e2), solved(e3))
    let q = (w.0 * w.0, 2 * w.0 * w.1, w.1 * w.1)
    @inline(__always)
    func second(
      _ r: Packet, _ first: Packet, _ second: Packet, _ e: Pair, _ s: Pair,
      _ f: (Packet, Packet, Packet)
    ) -> Packet {
      let rows = Packet.fused(w.0, first, w.1 * second) + Self.dot(e, s)
      return r + 2 * rows - Packet.fused(q.0, f.0, Packet.fused(q.1, f.1, q.2 * f.2))
    }
    return Curve(
      value: r.value + Self.dot(w, rho),
      gradient: (
        r.g1 + w.0 * (rho1.g1 + e1.0) + w.1 * (rho2.g1 + e1.1),
        r.g2 + w.0 * (rho1.g2 + e2.0) + w.1 * (rho2.g2 + e2.1),
        r.g3 + w.0 * (rho1.g3 + e3.0) + w.1 * (rho2.g3 + e3.1)
      ),
      hessian: (
        second(r.h11, rho1.h11, rho2.h11, e1, s1, (form11.h11, form12.h11, form22.h11)),
        second(r.h12, rho1.h12, rho2.h12, e1, s2, (form11.h12, form12.h12, form22.h12)),
        second(r.h13, rho1.h13, rho2.h13, e1, s3, (form11.h13, form12.h13, form22.h13)),
        second(r.h22, rho1.h22, rho2.h22, e2, s2, (form11.h22, form12.h22, form22.h22)),
        second(r.h23, rho1.h23, rho2.h23, e2, s3, (form11.h23, form12.h23, form22.h23)),
        second(r.h33, rho1.h33, rho2.h33, e3, s3, (form11.h33, form12.h33, form22.h33))
      ))
  }

  // MARK: Products

  /// Q⁻¹v.
  @inline(__always)
  private func solved(_ v: Pair) -> Pair {
    (
      Packet.fused(inverse.0, v.0, inverse.1 * v.1), Packet.fused(inverse.1, v.0, inverse.2 * v.1)
    )
  }

  /// Q_a v.
  @inline(__always)
  private func slopes(_ v: Pair) -> (Pair, Pair, Pair) {
    @inline(__always)
    func slope(_ a: Packet, _ b: Packet, _ c: Packet) -> Pair {
      (Packet.fused(a, v.0, b * v.1), Packet.fused(b, v.0, c * v.1))
    }
    return (
      slope(form11.g1, form12.g1, form22.g1), slope(form11.g2, form12.g2, form22.g2),
      slope(form11.g3, form12.g3, form22.g3)
    )
  }

  @inline(__always)
  private static func dot(_ a: Pair, _ b: Pair) -> Packet { Packet.fused(a.0, b.0, a.1 * b.1) }

  /// The second derivatives f̃ by Γ of a function with these by x.
  @inline(__always)
  private static func bent(
    _ h: Six, _ g: (Packet, Packet, Packet), _ p: (Packet, Packet, Packet)
  ) -> Six {
    let g1 = 2 * g.0
    let g3 = 2 * g.2
    return (
      Packet.fused(p.0, g1, h.0),
      h.1 + Packet.fused(p.1, g1, p.0 * g.1),
      Packet.fused(p.1, g.1, h.2),
      h.3 + Packet.fused(p.2, g1, Packet.fused(2 * p.1, g.1, p.0 * g3)),
      h.4 + Packet.fused(p.2, g.1, p.1 * g3),
      Packet.fused(p.2, g3, h.5)
    )
  }

  /// A product of symmetric 2 × 2 matrices: 11, 12, 21, 22.
  @inline(__always)
  private static func product(
    _ a: (Packet, Packet, Packet), _ b: (Packet, Packet, Packet)
  ) -> (Packet, Packet, Packet, Packet) {
    (
      Packet.fused(a.0, b.0, a.1 * b.1), Packet.fused(a.0, b.1, a.1 * b.2),
      Packet.fused(a.1, b.0, a.2 * b.1), Packet.fused(a.1, b.1, a.2 * b.2)
    )
  }

  /// The trace of the product of two such products.
  @inline(__always)
  private static func trace(
    _ v: (Packet, Packet, Packet, Packet), _ w: (Packet, Packet, Packet, Packet)
  ) -> Packet {
    Packet.fused(v.0, w.0, Packet.fused(v.1, w.2, Packet.fused(v.2, w.1, v.3 * w.3)))
  }

  /// A symmetric 3 × 3 matrix times a vector.
  @inline(__always)
  private static func product(
    _ c: Six, _ v: (Packet, Packet, Packet)
  ) -> (Packet, Packet, Packet) {
    (
      Packet.fused(c.0, v.0, Packet.fused(c.1, v.1, c.2 * v.2)),
      Packet.fused(c.1, v.0, Packet.fused(c.3, v.1, c.4 * v.2)),
      Packet.fused(c.2, v.0, Packet.fused(c.4, v.1, c.5 * v.2))
    )
  }
}
