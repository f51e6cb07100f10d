import LinearAlgebra
import MixedModels

/// By subject, what a first stage says of it.
struct SubjectPredictors: Sendable {
  /// How they enter a second stage.
  enum Use: Sendable {
    case integrated
    case plugin
    /// The subject's own least squares.
    case own
  }

  var means: [[Double]]
  var covariances: [Matrix]
  var own: [[Double]]
  var covariates: [[Double]]

  func row(_ subject: Int, _ use: Use) -> [Double] {
    covariates[subject] + (use == .own ? own[subject] : means[subject])
  }

  func isComplete(_ subject: Int, _ use: Use) -> Bool {
    row(subject, use).allSatisfy(\.isFinite)
  }

  /// The mean and the SD of a subject's linear predictor.
  func predictor(
    _ subject: Int, coefficients: [Double], _ use: Use
  ) -> (mean: Double, deviation: Double) {
    UncertainLogisticModel.predictor(
      row(subject, use), covariance: use == .integrated ? covariances[subject] : nil,
      coefficients: coefficients)
  }

  /// A subject's risk given its own measurements.
  func risk(_ subject: Int, coefficients: [Double], _ use: Use) -> Double {
    let (mean, deviation) = predictor(subject, coefficients: coefficients, use)
    return LogisticNormal(eta: mean, deviation: deviation).probability
  }
}
