/// Answers to questions about combinations of a fit's coefficients, on the scale of the link.
public struct FixedEffectQuestions {
  let part: FixedEffectsPart
  /// Names of the fixed columns, as R has them.
  public let names: [String]
  /// The estimate of a combination less a value: weights by column, name, value.
  let estimate: ([Double], String, Double) -> FixedEffect
  /// A test of several combinations at once.
  let joint: ([[Double]]) -> JointTest

  /// The estimate of a combination, less what it is compared with, and its test.
  public func test(_ combination: LinearCombination) -> FixedEffect {
    estimate(combination.weights, combination.text, combination.value)
  }
}

/// A fit whose fixed effects can be asked about.
public protocol FixedEffectFit {
  /// What answers.
  var questions: FixedEffectQuestions { get }
}

extension FixedEffectFit {
  /// Marginal means of combinations of factors at settings, the offset at its mean, and each one's
  /// difference from the first combination.
  ///
  /// - Throws: `ModelError` for names and values that the model has not.
  public func means(
    _ request: MarginalRequest
  ) throws(ModelError) -> (means: [MarginalEstimate], differences: [MarginalEstimate]) {
    try questions.means(request)
  }

  /// Slopes of the mean by a number or an expression of the fixed part, at levels and settings, and
  /// each one's difference from the first level.
  public func slopes(
    _ request: MarginalRequest
  ) throws(ModelError) -> (slopes: [MarginalEstimate], differences: [MarginalEstimate]) {
    try questions.slopes(request)
  }

  /// Type III tests of every term but the intercept.
  public func termTests() throws(ModelError) -> [TermTest] { try questions.termTests() }

  /// The estimate of a combination, less what it is compared with, and its test.
  public func test(_ combination: LinearCombination) -> FixedEffect { questions.test(combination) }
}
