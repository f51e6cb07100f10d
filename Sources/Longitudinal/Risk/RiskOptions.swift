import MixedModels

/// How trajectories are made a risk model.
package struct RiskOptions: Sendable {
  /// What the second stage takes for a subject's predictors.
  package enum SecondStage: String, Sendable, CaseIterable {
    /// Their conditional distribution, over which the likelihood is integrated.
    case integrated
    /// Their conditional mean.
    case plugin
  }

  /// The model of the trajectories.
  package var formula: String
  package var model = LinearModelOptions()
  package var references: [String: String] = [:]
  /// The table of outcomes, and its column.
  package var outcomes: String
  package var outcome: String
  package var predictors: [RiskPredictor]
  /// Terms of columns of the outcome table, as the right-hand side of a formula.
  package var covariates: String?
  /// The column of time, where the first random slope does not tell.
  package var time: String?
  /// Measurements after this time are left out.
  package var landmark: Double?
  /// The column of the outcome table that holds times of events.
  package var eventTime: String?
  /// Whether subjects that one table alone has are left out.
  package var intersectsIds = false
  package var secondStage = SecondStage.integrated
  package var replicates = 500
  /// 0 for no cross-validation.
  package var folds = 10
  package var repeats = 1
  package var seed: UInt64 = 1
  package var threads = 1

  package init(
    formula: String, outcomes: String, outcome: String, predictors: [RiskPredictor]
  ) {
    self.formula = formula
    self.outcomes = outcomes
    self.outcome = outcome
    self.predictors = predictors
  }
}
