import Distributions
import Glibc

/// A coefficient of the outcome: a log odds ratio per unit of its predictor.
package struct RiskCoefficient: Sendable, Equatable {
  package var term: String
  package var estimate: Double
  /// From the replicates; without any that of the second stage alone.
  package var standardError: Double
  package var lower: Double
  package var upper: Double

  package var statistic: Double { estimate / standardError }
  /// The log of the two-sided p-value of a normal test.
  package var logPValue: Double { StudentT.logTwoSidedNormalTail(statistic) }
  package var pValue: Double { exp(logPValue) }

  package var oddsRatio: (value: Double, lower: Double, upper: Double) {
    (exp(estimate), exp(lower), exp(upper))
  }

  /// The bias-corrected interval of the replicates (Efron 1981, doi:10.2307/3314608), and half the
  /// distance between their quantiles at ±1 SD as the standard error: replicates without finite
  /// estimates are far out in both, whatever they are.
  ///
  /// - Parameter modelError: the second stage's own standard error, which takes the first stage's
  ///   parameters for known; what there is without replicates.
  init(term: String, estimate: Double, modelError: Double, replicates: [Double], level: Double) {
    self.term = term
    self.estimate = estimate
    let z = StudentT.twoSidedQuantile(level, degreesOfFreedom: .infinity)
    guard replicates.count > 1 else {
      standardError = modelError
      lower = estimate - z * modelError
      upper = estimate + z * modelError
      return
    }
    let draws = ReplicateDistribution(replicates)
    standardError = draws.standardError
    (lower, upper) = draws.biasCorrected(about: estimate, level: level)
  }
}
