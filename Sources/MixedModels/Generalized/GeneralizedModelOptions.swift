/// How a generalised linear mixed model is fitted.
public struct GeneralizedModelOptions: Sendable {
  /// What the responses are.
  public var family: ResponseFamily
  /// Nodes of adaptive Gauss–Hermite quadrature; 1 is Laplace's approximation.
  public var quadraturePoints = 1
  /// The variable that holds numbers of trials of proportions, or weights of counts.
  public var weights: String?
  /// The variable whose values are added to the linear predictor.
  public var offset: String?
  /// A variable constant within subjects, for every level of which random effects have a covariance
  /// of their own.
  public var groupCovariance: String?
  /// Coverage of intervals.
  public var level = 0.95

  /// The defaults: Laplace's approximation.
  public init(family: ResponseFamily) { self.family = family }
}
