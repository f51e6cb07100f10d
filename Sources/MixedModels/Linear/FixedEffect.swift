import Distributions
import Glibc

/// An estimate with its test and interval.
public struct FixedEffect: Sendable, Equatable {
  /// The column's name, as R has it, or that of a combination.
  public var term: String
  public var estimate: Double
  public var standardError: Double
  /// Denominator degrees of freedom; infinite for a normal test.
  public var degreesOfFreedom: Double
  /// log of the two-sided p-value, natural logarithm.
  public var logPValue: Double
  /// The interval of the model's level.
  public var lower: Double
  public var upper: Double

  public var statistic: Double { estimate / standardError }
  public var pValue: Double { exp(logPValue) }

  init(term: String, _ estimate: CoefficientEstimate, level: Double) {
    self.term = term
    self.estimate = estimate.value
    standardError = estimate.standardError
    degreesOfFreedom = estimate.degreesOfFreedom
    logPValue = StudentT.logTwoSidedTail(
      estimate.statistic, degreesOfFreedom: estimate.degreesOfFreedom)
    let half =
      estimate.standardError
      * StudentT.twoSidedQuantile(level, degreesOfFreedom: estimate.degreesOfFreedom)
    lower = estimate.value - half
    upper = estimate.value + half
  }
}
