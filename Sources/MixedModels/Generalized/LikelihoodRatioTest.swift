import Distributions

/// Twice what the log-likelihood falls by without a term.
public struct LikelihoodRatioTest: Sendable, Equatable {
  /// The term as R names it.
  public var term: String
  /// −2 log of the ratio.
  public var statistic: Double
  /// Columns of the term.
  public var degreesOfFreedom: Double
  /// log of the p-value by χ², natural logarithm.
  public var logPValue: Double {
    ChiSquared.logUpperTail(statistic, degreesOfFreedom: degreesOfFreedom)
  }
}
