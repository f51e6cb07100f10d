/// One fixed-effect coefficient with what is needed to test it.
public struct CoefficientEstimate: Sendable, Equatable {
  public var value: Double
  public var standardError: Double
  /// Denominator degrees of freedom of the t test; infinite for a normal test.
  public var degreesOfFreedom: Double

  /// value / standardError.
  public var statistic: Double { value / standardError }

  static let missing = CoefficientEstimate(
    value: .nan, standardError: .nan, degreesOfFreedom: .nan)
}
