import Distributions
import Glibc

/// An estimate with its test and interval.
public struct FixedEffect: Sendable, Equatable {
  /// The column's name, as R has it, or that of a combination.
  public var term: String
  /// In units of the response per unit of the column.
  public var estimate: Double
  /// Under Kenward and Roger's method the adjusted one.
  public var standardError: Double
  /// Denominator degrees of freedom; infinite for a normal test.
  public var degreesOfFreedom: Double
  /// log of the two-sided p-value, natural logarithm.
  public var logPValue: Double
  /// The interval of the model's level.
  public var lower: Double
  /// The interval's upper end.
  public var upper: Double

  /// estimate / standardError.
  public var statistic: Double { estimate / standardError }
  /// Two-sided; 0 below the smallest double.
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
