/// The exact fit of one gene–variant pair.
public struct PairFit: Sendable {
  /// How the fit ended; numbers are NaN where it failed.
  public var status: FitStatus
  /// Main effect of genotype, at the time the design is centred on.
  public var genotype: CoefficientEstimate
  /// Effect of time at dosage 0; missing where the model has no plain time column.
  public var time: CoefficientEstimate
  /// Genotype × time; missing where several columns are tested.
  public var interaction: CoefficientEstimate
  /// Sampling covariance of the genotype and interaction estimates.
  public var covarianceGenotypeInteraction: Double
  /// Variance components at the optimum.
  public var components: VarianceComponents
  /// Minus twice the (restricted) log-likelihood, on lme4's scale.
  public var deviance: Double
  /// Of richer models; nil where there is nothing more to say.
  public var details: PairDetails?

  package init(
    status: FitStatus, genotype: CoefficientEstimate, time: CoefficientEstimate,
    interaction: CoefficientEstimate, covarianceGenotypeInteraction: Double,
    components: VarianceComponents, deviance: Double, details: PairDetails? = nil
  ) {
    self.status = status
    self.genotype = genotype
    self.time = time
    self.interaction = interaction
    self.covarianceGenotypeInteraction = covarianceGenotypeInteraction
    self.components = components
    self.deviance = deviance
    self.details = details
  }

  /// A pair without a fit: every number missing.
  package static func failed(_ reason: FitStatus.Reason) -> PairFit {
    PairFit(
      status: .failed(reason), genotype: .missing, time: .missing, interaction: .missing,
      covarianceGenotypeInteraction: .nan, components: .missing, deviance: .nan)
  }
}
