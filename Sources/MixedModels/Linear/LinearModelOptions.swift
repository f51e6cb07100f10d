/// How a linear mixed model is fitted.
public struct LinearModelOptions: Sendable {
  /// What variance parameters optimise.
  public var criterion: EstimationCriterion = .reml
  /// How degrees of freedom of tests are found.
  public var degreesOfFreedom: DegreesOfFreedomMethod = .satterthwaite
  /// The variable that holds precision weights: residual variances are σ²/weight.
  public var weights: String?
  /// The variable whose values are added to the fixed part with coefficient 1.
  public var offset: String?
  /// How residuals differ and correlate; at most one of each kind.
  public var residual: [ResidualModel] = []
  /// A variable constant within subjects, for every level of which random effects and residuals have
  /// variances of their own.
  public var groupCovariance: String?
  /// Coverage of intervals.
  public var level = 0.95

  /// The defaults: REML, Satterthwaite, independent residuals of equal variance.
  public init() {}
}
