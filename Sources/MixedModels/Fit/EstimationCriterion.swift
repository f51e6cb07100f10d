/// The criterion that variance parameters optimise.
public enum EstimationCriterion: String, Sendable, CaseIterable {
  /// Restricted (residual) maximum likelihood.
  case reml
  /// Maximum likelihood.
  case ml
}
