import KernelInterface

/// Kenward and Roger's inference in place of Satterthwaite's.
extension ChartSolver {
  /// Adjusts the test, and what else was written: standard errors, degrees of freedom and the
  /// covariance of the genotype columns.
  ///
  /// A function of its own that is not inlined: fits without it keep their registers.
  ///
  /// - Parameters:
  ///   - forms: derivatives of Q₁₁, Q₁₂, Q₂₂ to one order more than the chart's: 3 × 20 or 35.
  ///   - time: 2 × 20 derivatives of ρ = X'WC A⁻¹ℓ; nil where only the test was written.
  ///   - means: mean dosages.
  /// - Returns: lanes with a positive definite information.
  @inline(never)
  func adjust(
    forms: UnsafePointer<Packet>, time: UnsafePointer<Packet>?, means: UnsafePointer<Double>,
    to out: UnsafeMutablePointer<Double>, stride: Int
  ) -> LaneMask {
    // Where the step left over leads, as the estimates are.
    let x = (x1 + step1, x2 + step2, x3 + step3)
    let adjustment = ChartAdjustment(forms, gene: gene, polynomials, at: x)
    let i = gene.pointee.interactionContrast
    let interaction = adjustment.inference(adjustment.form(i, i))
    Self.scale(.statistic, by: 1 / interaction.ratio, out, stride)
    Self.store(interaction.degreesOfFreedom, .degreesOfFreedom, out, stride)
    guard let time else { return adjustment.isPositive }
    Self.scale(.interactionError, by: interaction.ratio, out, stride)
    let g = gene.pointee.genotypeContrast
    let genotype = adjustment.inference(adjustment.form(g, g))
    Self.scale(.genotypeError, by: genotype.ratio, out, stride)
    Self.store(genotype.degreesOfFreedom, .genotypeDegrees, out, stride)
    let deviation = Self.load(.residualDeviation, out, stride)
    let excess = adjustment.excess(adjustment.form(g, i))
    Self.store(
      Self.load(.covariance, out, stride) - deviation * deviation * excess, .covariance, out,
      stride)
    let isCubic = gene.pointee.order == 3
    let mean = Packet(at: means)
    let shift = gene.pointee.timeShift
    let effect = adjustment.inference(
      adjustment.form(
        Jet(quartic: polynomials.timePrecision, x.0, x.1, x.2).reciprocal,
        Jet(time, isCubic: isCubic, x.0, x.1, x.2),
        Jet(time + 20, isCubic: isCubic, x.0, x.1, x.2),
        shift: (mean * shift.0, mean * shift.1)))
    Self.scale(.timeError, by: effect.ratio, out, stride)
    Self.store(effect.degreesOfFreedom, .timeDegrees, out, stride)
    return adjustment.isPositive
  }

  @inline(__always)
  private static func load(
    _ row: ChartResult, _ out: UnsafeMutablePointer<Double>, _ stride: Int
  ) -> Packet {
    Packet(at: out + row.rawValue &* stride)
  }

  @inline(__always)
  private static func scale(
    _ row: ChartResult, by factor: Packet, _ out: UnsafeMutablePointer<Double>, _ stride: Int
  ) {
    store(load(row, out, stride) * factor, row, out, stride)
  }
}
