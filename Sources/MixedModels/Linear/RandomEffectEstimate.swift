/// A random effect of one level.
public struct RandomEffectEstimate: Sendable, Equatable {
  /// The grouping factor.
  public var group: String
  /// The level's name.
  public var level: String
  /// The column of the random part.
  public var term: String
  /// The BLUP: its conditional mode given the data, at the estimated parameters.
  public var estimate: Double
  /// Its conditional SD at the estimated parameters, as lme4's `condVar`.
  public var standardError: Double
  /// The level's own least-squares estimate, on the BLUP's scale: of the response less fixed effects
  /// and the other random effects; NaN where the level's rows do not determine it.
  public var ownEstimate: Double
  /// The weight of the level's own estimate in the BLUP, from 0 to 1: the diagonal of
  /// W = D(D + S⁻¹)⁻¹, S = Z'R⁻¹Z of the level, with BLUP = W · own estimates.
  public var shrinkage: Double
}
