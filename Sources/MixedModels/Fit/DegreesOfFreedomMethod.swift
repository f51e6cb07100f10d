/// How the denominator degrees of freedom of a t test are found.
public enum DegreesOfFreedomMethod: String, Sendable, CaseIterable {
  /// Satterthwaite's approximation, per coefficient and fit.
  case satterthwaite
  /// Kenward and Roger's approximation, per coefficient and fit, with their adjusted standard
  /// errors; defined for REML alone.
  case kenwardRoger = "kenward-roger"
  /// n − p − k.
  case residual
  /// The normal distribution.
  case infinite

  /// Whether the method exists for a criterion.
  package func isDefined(for criterion: EstimationCriterion) -> Bool {
    self != .kenwardRoger || criterion == .reml
  }
}
