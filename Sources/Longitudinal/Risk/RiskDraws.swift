import Distributions
import MixedModels
import Workers

/// A bootstrap over subjects: both stages are fitted anew to subjects drawn with replacement.
struct RiskDraws: Sendable {
  /// How a replicate ended.
  enum Status: Sendable, Equatable {
    case ok
    /// The second stage has no finite estimates; those given are where it was left.
    case unbounded
    case failed(RiskStages.Failure)
  }

  struct Replicate: Sendable {
    var status: Status
    var coefficients: [Double] = []
    /// By subject: its risk under the replicate's parameters, given its own measurements.
    var risks: [Double] = []
    /// The same were its predictors those of one draw from their distribution.
    var drawnRisks: [Double] = []
  }

  let replicates: [Replicate]

  init(_ stages: RiskStages) {
    replicates = parallelMap(stages.options.replicates, threads: stages.options.threads) { index in
      Self.replicate(stages, index: index)
    }
  }

  /// Those with estimates.
  var used: [Replicate] { replicates.filter { !$0.coefficients.isEmpty } }

  func count(_ status: Status) -> Int { replicates.count { $0.status == status } }

  private static func replicate(_ stages: RiskStages, index: Int) -> Replicate {
    let subjects = stages.data.ids.count
    // The stream is the replicate's own: the bytes do not depend on threads.
    var random = RandomNumbers(seed: stages.options.seed, stream: 101, index: index)
    let drawn = (0..<subjects).map { _ in random.integer(below: subjects) }
    do throws(RiskStages.Failure) {
      let fit = try stages.firstStage(drawn)
      // A level of a factor that no drawn subject has leaves some subjects without a prediction.
      guard let known = try? stages.predictors(by: fit) else { throw .firstStage }
      let second = try stages.secondStage(drawn, known, stages.use)
      var replicate = Replicate(
        status: second.status == .ok ? .ok : .unbounded, coefficients: second.coefficients)
      for subject in 0..<subjects {
        let (mean, deviation) = known.predictor(
          subject, coefficients: second.coefficients, stages.use)
        replicate.risks.append(
          LogisticNormal(eta: mean, deviation: deviation).probability)
        let (_, spread) = known.predictor(
          subject, coefficients: second.coefficients, .integrated)
        replicate.drawnRisks.append(
          ResponseFamily.binomial.mean(mean + spread * random.normal()))
      }
      return replicate
    } catch {
      return Replicate(status: .failed(error))
    }
  }
}
