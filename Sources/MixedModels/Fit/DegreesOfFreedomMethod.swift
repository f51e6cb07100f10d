/// How the denominator degrees of freedom of a t test are found.
public enum DegreesOfFreedomMethod: String, Sendable, CaseIterable {
  /// Satterthwaite's approximation, per coefficient and fit.
  case satterthwaite
  /// n − p − k.
  case residual
  /// The normal distribution.
  case infinite
}
