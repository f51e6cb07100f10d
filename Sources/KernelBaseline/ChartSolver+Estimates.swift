import KernelInterface

/// Estimates at the solution.
extension ChartSolver {
  /// The curvature of the criterion on the surface each lane's optimum lies on: 1/df − 1/ν of a
  /// variance with gradient b of its logarithm is b'H⁻¹b in the surface's coordinates (Giesbrecht
  /// & Burns 1985, σ² profiled out).
  struct Curvature {
    // LDL' of the Hessian by x in the free coordinates.
    var d1: Packet
    var d2: Packet
    var d3: Packet
    var l21: Packet
    var l31: Packet
    var l32: Packet
    /// By r and ψ.
    var polar: PolarDerivatives
    var p1: Packet
    var p2: Packet
    var l: Packet
    /// Packet whose surface has a positive curvature in all directions.
    var isPositive: LaneMask
  }

  @inline(__always)
  func curvature() -> Curvature {
    let h = evaluation.pointee.hessian
    let d1 = h.0 * free1 + (1 - free1)
    let l21 = h.1 * free1 * free2 / d1
    let l31 = h.2 * free1 * free3 / d1
    let d2 = h.3 * free2 + (1 - free2) - l21 * l21 * d1
    let t = h.4 * free2 * free3 - l21 * l31 * d1
    let l32 = t / d2
    let d3 = h.5 * free3 + (1 - free3) - l31 * l31 * d1 - l32 * t
    let polar = polarDerivatives()
    let p1 = polar.hessian.0
    let l = polar.hessian.1 / p1
    let p2 = polar.hessian.2 - l * polar.hessian.1
    let interior = (d1 > 0) .& (d2 > 0) .& (d3 > 0)
    let boundary = (p1 > 0) .& (p2 > 0)
    return Curvature(
      d1: d1, d2: d2, d3: d3, l21: l21, l31: l31, l32: l32, polar: polar, p1: p1, p2: p2, l: l,
      isPositive: isZero .| (isRankOne .& boundary) .| ((isInterior .| isAxis) .& interior))
  }

  /// Satterthwaite's degrees of freedom for the gradient `b` (by x) of a log variance.
  @inline(__always)
  func degreesOfFreedom(_ b: (Packet, Packet, Packet), _ curvature: Curvature) -> Packet {
    let y1 = b.0 * free1
    let y2 = b.1 * free2 - curvature.l21 * y1
    let y3 = b.2 * free3 - curvature.l31 * y1 - curvature.l32 * y2
    var form =
      y1 * y1 / curvature.d1 + y2 * y2 / curvature.d2 + y3 * y3 / curvature.d3
    let v = curvature.polar.along
    let d = curvature.polar.across
    let u1 = b.0 * v.0 + b.1 * v.1 + b.2 * v.2
    let u2 = b.0 * d.0 + b.1 * d.1 + b.2 * d.2 - curvature.l * u1
    form.replace(
      with: u1 * u1 / curvature.p1 + u2 * u2 / curvature.p2, where: isRankOne)
    form.replace(with: Packet.zero, where: isZero)
    return 1 / (1 / gene.pointee.degreesOfFreedom + form)
  }

  /// A contrast c'β of the genotype columns, c'Q⁻¹c and the gradient of the log of its variance.
  ///
  /// The iteration stops one small step before the optimum; that step is made to first order here
  /// (∂β/∂x_a = Q⁻¹e_a), which saves an evaluation.
  @inline(__always)
  func contrast(
    _ c: (Double, Double)
  ) -> (value: Packet, error: Packet, slope: (Packet, Packet, Packet)) {
    let e = evaluation.pointee
    let u1 = e.inverse.0 * c.0 + e.inverse.1 * c.1
    let u2 = e.inverse.1 * c.0 + e.inverse.2 * c.1
    let unscaled = u1 * c.0 + u2 * c.1
    let scale = 1 / unscaled
    @inline(__always)
    func slope(_ r: Packet, _ q: (Packet, Packet, Packet)) -> Packet {
      r - (u1 * u1 * q.0 + 2 * u1 * u2 * q.1 + u2 * u2 * q.2) * scale
    }
    let change1 = step1 * e.betaSlope1.0 + step2 * e.betaSlope2.0 + step3 * e.betaSlope3.0
    let change2 = step1 * e.betaSlope1.1 + step2 * e.betaSlope2.1 + step3 * e.betaSlope3.1
    let slopes = (
      slope(e.residualSlope.0, e.form1), slope(e.residualSlope.1, e.form2),
      slope(e.residualSlope.2, e.form3)
    )
    return (
      (e.beta.0 + change1) * c.0 + (e.beta.1 + change2) * c.1,
      (unscaled * e.residual / gene.pointee.degreesOfFreedom).squareRoot() * stepped(slopes),
      slopes
    )
  }

  /// What the last step makes of a standard error, given the gradient of its log variance.
  @inline(__always)
  private func stepped(_ slope: (Packet, Packet, Packet)) -> Packet {
    Packet.one + 0.5 * (step1 * slope.0 + step2 * slope.1 + step3 * slope.2)
  }

  /// Writes the test of genotype × time.
  @inline(__always)
  func writeTest(_ curvature: Curvature, to out: UnsafeMutablePointer<Double>, stride: Int) {
    let interaction = contrast(gene.pointee.interactionContrast)
    Self.store(interaction.value / interaction.error, .statistic, out, stride)
    Self.store(degreesOfFreedom(interaction.slope, curvature), .degreesOfFreedom, out, stride)
    Self.store(distance, .distance, out, stride)
    let e = evaluation.pointee
    // β'Qβ with Q from its inverse.
    let explained =
      e.formDeterminant
      * (e.beta.0 * e.beta.0 * e.inverse.2 - 2 * e.beta.0 * e.beta.1 * e.inverse.1 + e.beta.1
        * e.beta.1 * e.inverse.0)
    Self.store(gene.pointee.degreesOfFreedom * explained / e.residual, .explained, out, stride)
    var m = matrix(after: (step1, step2, step3))
    // Of rank one to the last digit.
    let half = 0.5 * length
    m.0.replace(with: half + half * cosine, where: isRankOne)
    m.1.replace(with: half * sine, where: isRankOne)
    m.2.replace(with: half - half * cosine, where: isRankOne)
    Self.store(m.0, .point11, out, stride)
    Self.store(m.1, .point12, out, stride)
    Self.store(m.2, .point22, out, stride)
  }

  /// Writes everything else.
  ///
  /// - Parameters:
  ///   - time: 2 × 20 derivatives of ρ = X'WC A⁻¹ℓ.
  ///   - means: mean dosages.
  @inline(__always)
  func writeEstimates(
    _ curvature: Curvature, time: UnsafePointer<Packet>, means: Packet,
    to out: UnsafeMutablePointer<Double>, stride: Int
  ) {
    let e = evaluation.pointee
    let nu = gene.pointee.degreesOfFreedom
    let slope = e.residualSlope
    let k = e.scaleSlope
    let logChange = step1 * slope.0 + step2 * slope.1 + step3 * slope.2
    let scaleChange = step1 * k.0 + step2 * k.1 + step3 * k.2
    // h σ², which goes with Q⁻¹ = (h X'P_C X)⁻¹, and σ² itself.
    let scaledVariance = e.residual / nu * (Packet.one + logChange)
    let variance = e.residual / (nu * e.scale) * (Packet.one + logChange - scaleChange)
    let genotype = contrast(gene.pointee.genotypeContrast)
    Self.store(genotype.value, .genotype, out, stride)
    Self.store(genotype.error, .genotypeError, out, stride)
    Self.store(degreesOfFreedom(genotype.slope, curvature), .genotypeDegrees, out, stride)
    let interaction = contrast(gene.pointee.interactionContrast)
    Self.store(interaction.value, .interaction, out, stride)
    Self.store(interaction.error, .interactionError, out, stride)
    let g = gene.pointee.genotypeContrast
    let i = gene.pointee.interactionContrast
    let u1 = e.inverse.0 * i.0 + e.inverse.1 * i.1
    let u2 = e.inverse.1 * i.0 + e.inverse.2 * i.1
    Self.store(scaledVariance * (u1 * g.0 + u2 * g.1), .covariance, out, stride)
    writeTime(
      curvature, time: time, means: means, variance: e.residual / (nu * e.scale), to: out,
      stride: stride)
    writeComponents(variance, to: out, stride: stride)
    let logarithms =
      gene.pointee.determinantWeight * logarithm(e.formDeterminant)
      - gene.pointee.determinantPower * logarithm(e.changeDeterminant) + nu
      * logarithm(e.residual) + gene.pointee.scalePower * logarithm(e.scale)
    // The step left over would take half its promise off.
    Self.store(
      e.smooth + logarithms + gene.pointee.constant - 0.5 * promise, .deviance, out, stride)
  }

  /// The effect of time at dosage 0: a − ρ'β with variance σ²(ℓ'A⁻¹ℓ + ρ'Q⁻¹ρ).
  @inline(__always)
  private func writeTime(
    _ curvature: Curvature, time: UnsafePointer<Packet>, means: Packet, variance: Packet,
    to out: UnsafeMutablePointer<Double>, stride: Int
  ) {
    let e = evaluation.pointee
    let isCubic = gene.pointee.order == 3
    let r1 = Jet(time, isCubic: isCubic, x1, x2, x3)
    let r2 = Jet(time + 20, isCubic: isCubic, x1, x2, x3)
    let plain = Jet(polynomials.timeVariance, isCubic: true, x1, x2, x3)
    let plainValue = Jet(polynomials.timeValue, isCubic: true, x1, x2, x3)
    let rho1 = r1.value + means * gene.pointee.timeShift.0
    let rho2 = r2.value + means * gene.pointee.timeShift.1
    let u1 = e.scale * (e.inverse.0 * rho1 + e.inverse.1 * rho2)
    let u2 = e.scale * (e.inverse.1 * rho1 + e.inverse.2 * rho2)
    let explained = u1 * rho1 + u2 * rho2
    let inverseScale = 1 / e.scale
    // v = ℓ'A⁻¹ℓ and its derivatives from those of v det(I + Δ).
    let determinant = e.changeDeterminant
    let inverseDeterminant = 1 / determinant
    let direct = plain.value * inverseDeterminant
    let slopes = (
      (plain.g1 - direct * (1 + x3)) * inverseDeterminant,
      (plain.g2 + 2 * direct * x2) * inverseDeterminant,
      (plain.g3 - direct * (1 + x1)) * inverseDeterminant
    )
    let unscaled = direct + explained
    let scale = 1 / unscaled
    @inline(__always)
    func slope(
      _ r: Packet, _ w: Packet, _ d1: Packet, _ d2: Packet, _ q: (Packet, Packet, Packet),
      _ k: Packet
    ) -> Packet {
      // u'(X'P_C X)_a u from the derivatives of h X'P_C X.
      let form =
        (u1 * u1 * q.0 + 2 * u1 * u2 * q.1 + u2 * u2 * q.2) * inverseScale - k * explained
      return r - k + (w + 2 * (u1 * d1 + u2 * d2) - form) * scale
    }
    let b = (
      slope(e.residualSlope.0, slopes.0, r1.g1, r2.g1, e.form1, e.scaleSlope.0),
      slope(e.residualSlope.1, slopes.1, r1.g2, r2.g2, e.form2, e.scaleSlope.1),
      slope(e.residualSlope.2, slopes.2, r1.g3, r2.g3, e.form3, e.scaleSlope.2)
    )
    @inline(__always)
    func change(_ a: Packet, _ d1: Packet, _ d2: Packet, _ beta: (Packet, Packet)) -> Packet {
      a - d1 * e.beta.0 - d2 * e.beta.1 - rho1 * beta.0 - rho2 * beta.1
    }
    let here = plainValue.value - rho1 * e.beta.0 - rho2 * e.beta.1
    let first = step1 * change(plainValue.g1, r1.g1, r2.g1, e.betaSlope1)
    let second = step2 * change(plainValue.g2, r1.g2, r2.g2, e.betaSlope2)
    let third = step3 * change(plainValue.g3, r1.g3, r2.g3, e.betaSlope3)
    Self.store(here + first + second + third, .time, out, stride)
    Self.store((variance * unscaled).squareRoot() * stepped(b), .timeError, out, stride)
    Self.store(degreesOfFreedom(b, curvature), .timeDegrees, out, stride)
  }

  /// D = Φ((I − M)⁻¹ − I)Φ' as SDs and a correlation.
  @inline(__always)
  private func writeComponents(
    _ variance: Packet, to out: UnsafeMutablePointer<Double>, stride: Int
  ) {
    var m = matrix(after: (step1, step2, step3))
    // Exactly zero where the optimum lies there, whatever rounding made of it.
    m.0.replace(with: Packet.zero, where: isZero .| (isAxis .& (free1 == 0)))
    m.1.replace(with: Packet.zero, where: isZero)
    m.2.replace(with: Packet.zero, where: isZero .| (isAxis .& (free3 == 0)))
    let c11 = 1 - m.0
    let c22 = 1 - m.2
    let scale = 1 / (c11 * c22 - m.1 * m.1)
    let r11 = c22 * scale - 1
    let r12 = m.1 * scale
    let r22 = c11 * scale - 1
    let phi = gene.pointee.rotation
    let d11 = phi.0 * phi.0 * r11 + 2 * phi.0 * phi.1 * r12 + phi.1 * phi.1 * r22
    let d12 = phi.2 * (phi.0 * r12 + phi.1 * r22)
    let d22 = phi.2 * phi.2 * r22
    let first = Packet.larger(d11, Packet.zero)
    let second = Packet.larger(d22, Packet.zero)
    Self.store((variance * first).squareRoot(), .firstDeviation, out, stride)
    Self.store((variance * second).squareRoot(), .secondDeviation, out, stride)
    let product = (first * second).squareRoot()
    let one = Packet(1)
    var correlation = (d12 / product).clamped(to: one)
    // A rank-one covariance has a correlation of exactly ±1.
    correlation.replace(
      with: one.replacing(with: -one, where: d12 < 0), where: isRankOne)
    correlation.replace(with: Packet(.nan), where: .!(product > 0))
    Self.store(correlation, .correlation, out, stride)
    Self.store(variance.squareRoot(), .residualDeviation, out, stride)
  }

  /// What became of the lanes.
  @inline(__always)
  func writeOutcomes(_ curvature: Curvature, to out: UnsafeMutablePointer<UInt8>) {
    let found = (isInterior .| isRankOne .| isAxis .| isZero) .& curvature.isPositive .& .!isLost
    let isTrusted = found .& .!isFar .& .!isBorderline
    for lane in 0..<Packet.width {
      let outcome: ChartOutcome
      if isTrusted[lane] {
        outcome = isInterior[lane] ? .interior : .boundary
      } else if found[lane], isInterior[lane] || isRankOne[lane] {
        outcome = isInterior[lane] ? .nearInterior : .nearRankOne
      } else {
        outcome = .unsettled
      }
      out[lane] = outcome.rawValue
    }
  }

  @inline(__always)
  static func store(
    _ value: Packet, _ row: ChartResult, _ out: UnsafeMutablePointer<Double>, _ stride: Int
  ) {
    UnsafeMutableRawPointer(out + row.rawValue &* stride).storeBytes(
      of: value.lanes, as: PacketStorage.self)
  }
}
