/// The regression of the outcome with another use of the measurements.
package struct RiskComparison: Sendable {
  /// `integrated`, `plugin`, or `own`: least squares of each subject.
  package var name: String
  package var subjects: Int
  package var coefficients: [RiskCoefficient]
  package var deviance: Double
}
