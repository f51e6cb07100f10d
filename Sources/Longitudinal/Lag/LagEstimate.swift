import Distributions
import Glibc

/// An estimate with its Wald test and interval.
package struct LagEstimate: Sendable, Equatable {
  package var name: String
  package var estimate: Double
  package var standardError: Double
  package var lower: Double
  package var upper: Double

  package var statistic: Double { estimate / standardError }
  /// Two-sided, natural logarithm.
  package var logPValue: Double { StudentT.logTwoSidedNormalTail(statistic) }
  package var pValue: Double { exp(logPValue) }

  init(_ name: String, _ estimate: Double, variance: Double, level: Double) {
    self.name = name
    self.estimate = estimate
    standardError = variance > 0 ? variance.squareRoot() : .nan
    let half = standardError * StudentT.twoSidedQuantile(level, degreesOfFreedom: .infinity)
    lower = estimate - half
    upper = estimate + half
  }
}
