import BlockGzip
import Glibc
import LinearAlgebra
import MixedModels

/// Both stages of a risk model, fitted to any draw of the subjects.
struct RiskStages: Sendable {
  let data: RiskData
  let options: RiskOptions
  let questions: SubjectQuestions
  let functions: [TrajectoryFunction]
  /// By predictor, in the order of the columns.
  let predictors: [RiskPredictor]
  /// The row asked about that a probability's residual is of.
  private let askedOf: [Int]

  var names: [String] { data.covariateNames + predictors.map(\.name) }

  /// - Parameter effects: names of the random effects, which stand for `blup`.
  /// - Throws: `InputError` for predictors that need a time where there is none.
  init(_ data: RiskData, options: RiskOptions, effects: [String]) throws(InputError) {
    self.data = data
    self.options = options
    var predictors: [RiskPredictor] = []
    for predictor in options.predictors {
      if predictor.kind == .effect(nil) {
        predictors += effects.compactMap { RiskPredictor("blup:\($0)") }
      } else {
        predictors.append(predictor)
      }
    }
    self.predictors = predictors
    let asked = try AskedRows(data, predictors: predictors)
    functions = asked.functions
    askedOf = asked.ofPredictor
    questions = try asked.questions(data)
  }

  /// What stops a fit.
  enum Failure: String, Error, Sendable, CaseIterable {
    case firstStage = "first stage"
    case oneClass = "one class"
    case collinear = "collinear predictors"
  }

  /// The first stage of a draw, without tests.
  func firstStage(_ drawn: [Int]) throws(Failure) -> LinearMixedFit {
    var model = options.model
    model.degreesOfFreedom = .infinite
    guard let fit = try? data.model(drawn, options: model).fit() else { throw .firstStage }
    if case .failed = fit.status { throw .firstStage }
    return fit
  }

  /// What a fit says of the predictors of every subject, from its own measurements.
  func predictors(by fit: LinearMixedFit) throws(ModelError) -> SubjectPredictors {
    let moments = try fit.moments(of: functions, questions)
    var result = SubjectPredictors(
      means: [], covariances: [], own: [],
      covariates: (0..<data.ids.count).map { row in
        (0..<data.covariates.columns).map { data.covariates[row, $0] }
      })
    for subject in moments {
      var subject = subject
      for (k, predictor) in predictors.enumerated() {
        guard case .exceed(let threshold, _) = predictor.kind else { continue }
        let residual = subject.deviations[askedOf[k]]
        let spread = (subject.covariance[k, k] + residual * residual).squareRoot()
        subject.means[k] = Self.probability(threshold, subject.means[k], spread)
        subject.own[k] = Self.probability(threshold, subject.own[k], residual)
        for l in predictors.indices {
          subject.covariance[k, l] = 0
          subject.covariance[l, k] = 0
        }
      }
      result.means.append(subject.means)
      result.covariances.append(subject.covariance)
      result.own.append(subject.own)
    }
    return result
  }

  private static func probability(
    _ threshold: Threshold, _ mean: Double, _ deviation: Double
  ) -> Double {
    let z = (threshold.value - mean) / deviation
    return 0.5 * erfc((threshold.isBelow ? -z : z) / 2.0.squareRoot())
  }

  /// The second stage of a draw; subjects whose outcome is not known are left out.
  func secondStage(
    _ drawn: [Int], _ known: SubjectPredictors, _ stage: SubjectPredictors.Use
  ) throws(Failure) -> UncertainLogisticModel.Fit {
    let used = drawn.filter { !data.outcome[$0].isNaN && known.isComplete($0, stage) }
    let outcome = used.map { data.outcome[$0] }
    guard outcome.contains(0), outcome.contains(1) else { throw .oneClass }
    let rows = used.map { known.row($0, stage) }
    let p = names.count
    let columns = Matrix(rows: rows.count, columns: p, elements: rows.flatMap(\.self))
    do throws(OrthonormalBasis.Dependency) {
      return try UncertainLogisticModel(
        columns: columns, uncertainCount: predictors.count,
        covariances: stage == .integrated ? used.map { known.covariances[$0] } : [],
        outcome: outcome
      ).fit()
    } catch {
      throw .collinear
    }
  }

  /// What second stage the options ask for.
  var use: SubjectPredictors.Use { options.secondStage == .integrated ? .integrated : .plugin }
}
