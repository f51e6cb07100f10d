import Distributions
import Glibc

/// Pearson's χ² against its degrees of freedom: 1 where the family's variance is right.
public struct Dispersion: Sendable, Equatable {
  /// Σ of squared Pearson residuals.
  public var statistic: Double
  /// Observations with trials less fixed effects less what random effects take.
  public var degreesOfFreedom: Double

  /// statistic / degreesOfFreedom.
  public var ratio: Double { statistic / degreesOfFreedom }
  /// The probability of as large a ratio, by χ²; rough where expected counts are below 1.
  public var pValue: Double {
    exp(ChiSquared.logUpperTail(statistic, degreesOfFreedom: degreesOfFreedom))
  }
}
