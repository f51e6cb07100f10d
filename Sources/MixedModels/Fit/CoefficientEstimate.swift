/// One fixed-effect coefficient with what is needed to test it.
public struct CoefficientEstimate: Sendable, Equatable, BitwiseCopyable {
  /// The estimate, in units of the response per unit of the column.
  public var value: Double
  /// Its standard error.
  public var standardError: Double
  /// Denominator degrees of freedom of the t test; infinite for a normal test.
  public var degreesOfFreedom: Double

  /// value / standardError.
  public var statistic: Double { value / standardError }

  static let missing = CoefficientEstimate(
    value: .nan, standardError: .nan, degreesOfFreedom: .nan)
}
