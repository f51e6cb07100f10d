import Glibc

/// From the profiled criterion's value to lme4's scale.
struct CriterionScale {
  /// ν = n − p − k (REML) or n (ML).
  let degreesOfFreedom: Double
  /// n − p − k.
  let residualDegreesOfFreedom: Double
  private let constant: Double

  /// - Parameter genotypeCount: genotype columns in the model: k, or 0 for a null model.
  init(design: DesignCrossProducts, criterion: EstimationCriterion, genotypeCount: Int) {
    residualDegreesOfFreedom = Double(design.sampleCount - design.fixedCount - genotypeCount)
    let nu = criterion == .ml ? Double(design.sampleCount) : residualDegreesOfFreedom
    degreesOfFreedom = nu
    let scale =
      criterion == .ml
      ? 0
      : design.basis.logDeterminant
        + (genotypeCount > 0 ? design.genotypeBasis.logDeterminant : 0)
    constant = nu * (1 + log(2 * Double.pi / nu)) + 2 * scale
  }

  /// Minus twice the (restricted) log-likelihood with all its constants, for the fixed columns in
  /// the user's units (lme4's REML criterion or deviance).
  func deviance(of value: Double) -> Double { value + constant }
}
