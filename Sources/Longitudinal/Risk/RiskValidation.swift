import Distributions
import MixedModels
import Workers

/// Cross-validation over subjects: both stages see the training subjects alone, and those held out are
/// predicted from their own measurements.
struct RiskValidation: Sendable {
  /// By repeat and subject; NaN where a fold failed or the outcome is not known.
  let risks: [[Double]]
  /// By repeat and subject: the fold it was held out with, −1 where its outcome is not known.
  let assignments: [[Int]]
  /// Folds of all repeats that gave no risks, and those without finite estimates.
  let failedFolds: Int
  let unboundedFolds: Int
  let folds: Int

  private struct Outcome: Sendable {
    var risks: [(subject: Int, risk: Double)] = []
    var isUnbounded = false
  }

  /// Nil where a class has fewer than two subjects.
  init?(_ stages: RiskStages) {
    let data = stages.data
    let options = stages.options
    let rarest = min(data.eventCount, data.knownCount - data.eventCount)
    let folds = min(options.folds, rarest)
    guard folds >= 2 else { return nil }
    self.folds = folds
    let assignments = (0..<options.repeats).map { Self.assignment(data, folds: folds, options, $0) }
    self.assignments = assignments
    let outcomes = parallelMap(options.repeats * folds, threads: options.threads) { task in
      Self.fold(stages, assignments[task / folds], held: task % folds)
    }
    var risks = [[Double]](
      repeating: [Double](repeating: .nan, count: data.ids.count), count: options.repeats)
    for (task, outcome) in outcomes.enumerated() {
      for (subject, risk) in outcome.risks { risks[task / folds][subject] = risk }
    }
    self.risks = risks
    failedFolds = outcomes.count(where: \.risks.isEmpty)
    unboundedFolds = outcomes.count(where: \.isUnbounded)
  }

  /// The fold of every subject, −1 where the outcome is not known; each class is spread evenly.
  private static func assignment(
    _ data: RiskData, folds: Int, _ options: RiskOptions, _ index: Int
  ) -> [Int] {
    var random = RandomNumbers(seed: options.seed, stream: 102, index: index)
    var fold = [Int](repeating: -1, count: data.ids.count)
    var next = 0
    for outcome in [1.0, 0.0] {
      var members = data.outcome.indices.filter { data.outcome[$0] == outcome }
      random.shuffle(&members)
      for subject in members {
        fold[subject] = next % folds
        next += 1
      }
    }
    return fold
  }

  private static func fold(_ stages: RiskStages, _ fold: [Int], held: Int) -> Outcome {
    let training = fold.indices.filter { fold[$0] != held }
    guard let fit = try? stages.firstStage(training),
      let known = try? stages.predictors(by: fit),
      let second = try? stages.secondStage(training, known, stages.use)
    else { return Outcome() }
    return Outcome(
      risks: fold.indices.filter { fold[$0] == held }.map {
        ($0, known.risk($0, coefficients: second.coefficients, stages.use))
      }, isUnbounded: second.status != .ok)
  }

  /// By subject: the mean over the repeats.
  var meanRisks: [Double] {
    (0..<(risks.first?.count ?? 0)).map { subject in
      let own = risks.map { $0[subject] }.filter(\.isFinite)
      return own.isEmpty ? .nan : own.reduce(0, +) / Double(own.count)
    }
  }
}
