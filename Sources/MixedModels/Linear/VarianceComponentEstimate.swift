/// A variance or covariance of random effects, as lme4's `as.data.frame(VarCorr(fit))` has it.
public struct VarianceComponentEstimate: Sendable, Equatable {
  /// The grouping factor.
  public var group: String
  /// The level of the variable by which covariances differ; nil where they do not.
  public var stratum: String?
  /// The column, or the first of two.
  public var first: String
  /// nil for a variance.
  public var second: String?
  /// The variance or covariance.
  public var covariance: Double
  /// The SD or correlation; a correlation is NaN where an SD is 0.
  public var deviationOrCorrelation: Double
  /// Wald interval of the SD on the scale of its logarithm, or of the correlation on that of Fisher's
  /// z, as nlme's `intervals`; NaN on the boundary, where there is none.
  public var lower: Double
  /// The interval's upper end.
  public var upper: Double
}

/// A parameter of the residual's variance, in nlme's parametrisation.
public struct ResidualParameter: Sendable, Equatable {
  /// `ratio:LEVEL`, `exp`, `power` or `ar1`.
  public var name: String
  /// A ratio of SDs, φ, δ or ρ.
  public var estimate: Double
  /// Wald interval; NaN for a parameter that is held.
  public var lower: Double
  /// The interval's upper end.
  public var upper: Double
}
