import Distributions

/// What a model says of one row of new data.
public struct Prediction: Sendable, Equatable {
  /// The subject's mean: fixed effects, BLUPs of known levels, and of new levels what their first
  /// measurements say.
  public var fitted: Double
  /// Of `fitted` as an estimate of that mean; fixed effects, random effects and variance parameters
  /// are all uncertain in it.
  public var standardError: Double
  /// By Satterthwaite, like those below.
  public var degreesOfFreedom: Double
  /// The interval of the mean.
  public var lower: Double
  /// The interval's upper end.
  public var upper: Double
  /// The interval of a new observation.
  public var lowerNew: Double
  /// The interval's upper end.
  public var upperNew: Double
  /// The SD of a new observation about `fitted`, and its degrees of freedom.
  public var newDeviation: Double
  /// By Satterthwaite.
  public var newDegreesOfFreedom: Double

  /// The probability that a new observation is above a threshold.
  public func probability(above threshold: Double) -> Double {
    StudentT.upperTail(
      (threshold - fitted) / newDeviation, degreesOfFreedom: newDegreesOfFreedom)
  }

  static let missing = Prediction(
    fitted: .nan, standardError: .nan, degreesOfFreedom: .nan, lower: .nan, upper: .nan,
    lowerNew: .nan, upperNew: .nan, newDeviation: .nan, newDegreesOfFreedom: .nan)
}
