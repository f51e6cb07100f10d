import Distributions
import MixedModels

/// Natural logarithms of the two-sided p-values of a pair's estimates; NaN where one is missing.
struct PairLogPValues: Sendable {
  var genotype: Double
  var time: Double
  var interaction: Double

  /// - Parameter interaction: that of the interaction, which decides whether there is a row.
  init(_ fit: PairFit, interaction: Double) {
    genotype = Self.logPValue(fit.genotype)
    time = Self.logPValue(fit.time)
    self.interaction = interaction
  }

  /// log p of the t test of an estimate.
  static func logPValue(_ estimate: CoefficientEstimate) -> Double {
    StudentT.logTwoSidedTail(
      estimate.statistic, degreesOfFreedom: estimate.degreesOfFreedom)
  }
}
