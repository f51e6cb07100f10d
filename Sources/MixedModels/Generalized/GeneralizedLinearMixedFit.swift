import Distributions
import Glibc
import LinearAlgebra

/// The fit of a generalised linear mixed model. One object serves one thread.
public final class GeneralizedLinearMixedFit: FixedEffectFit {
  /// What was fitted.
  public let model: GeneralizedLinearMixedModel
  /// How the fit ended; where it failed, numbers are NaN.
  public let status: FitStatus
  /// −2 log-likelihood by the approximation, all constants kept.
  public let deviance: Double
  /// The largest absolute derivative of the deviance, per standard error's order of magnitude.
  public let largestGradient: Double
  /// Fixed effects in the order of the columns, with normal tests.
  public let fixedEffects: [FixedEffect]
  /// nil where the fit failed.
  let engine: GeneralizedOptimum?
  /// Of the fixed effects, p × p.
  private let covariance: Matrix
  private let coefficients: [Double]

  init(model: GeneralizedLinearMixedModel, engine: GeneralizedOptimum?) {
    self.model = model
    self.engine = engine
    let p = model.fixedNames.count
    guard let engine else {
      status = .failed(.numerical)
      deviance = .nan
      largestGradient = .nan
      coefficients = [Double](repeating: .nan, count: p)
      covariance = Matrix(rows: p, columns: p, elements: [Double](repeating: .nan, count: p * p))
      fixedEffects = model.fixedNames.map {
        FixedEffect(term: $0, .missing, level: model.options.level)
      }
      return
    }
    status = engine.optimum.status
    deviance = engine.deviance
    largestGradient = engine.optimum.largestGradient
    let (coefficients, covariance) = (engine.coefficients, engine.covariance)
    self.coefficients = coefficients
    self.covariance = covariance
    fixedEffects = model.fixedNames.indices.map { j in
      FixedEffect(
        term: model.fixedNames[j],
        CoefficientEstimate(
          value: coefficients[j], standardError: covariance[j, j].squareRoot(),
          degreesOfFreedom: .infinity),
        level: model.options.level)
    }
  }

  /// The log-likelihood by the approximation.
  public var logLikelihood: Double { -0.5 * deviance }

  /// Fixed effects and (co)variances.
  public var parameterCount: Int {
    model.fixedNames.count
      + model.terms.reduce(0) { $0 + $1.columns.columns * ($1.columns.columns + 1) / 2 }
  }

  /// Akaike's criterion, deviance + 2 · parameters.
  public var akaike: Double { deviance + 2 * Double(parameterCount) }

  /// By the number of observations, as lme4 has it.
  public var bayesian: Double {
    deviance + log(Double(model.observationCount)) * Double(parameterCount)
  }

  /// The sampling covariance of the fixed effects.
  public var coefficientCovariance: [[Double]] {
    (0..<covariance.rows).map { i in (0..<covariance.columns).map { covariance[i, $0] } }
  }

  /// D of every fitted term, in the user's units.
  var covariances: [Matrix] {
    guard let engine else {
      return model.terms.map { term in
        let q = term.columns.columns
        return Matrix(rows: q, columns: q, elements: [Double](repeating: .nan, count: q * q))
      }
    }
    return engine.covariances
  }

  /// Variances and covariances of every random part on the scale of the link, term by term.
  public var varianceComponents: [VarianceComponentEstimate] {
    CovarianceReport(
      terms: model.terms, origins: model.origins, covariances: covariances,
      intervals: engine.map { engine in
        let parameters = engine.laplace.parameters
        return CovarianceIntervals(
          parameters: parameters, optimum: engine.optimum,
          rotations: engine.laplace.design.rotations,
          scaleSlope: [Double](repeating: 0, count: parameters.count), scaleVariance: 0,
          level: model.options.level)
      }
    ).rows
  }

  /// A linear combination of the fixed effects less `value`.
  ///
  /// - Parameter weights: one per fixed column.
  func estimate(_ weights: [Double], named name: String, minus value: Double = 0) -> FixedEffect {
    FixedEffect(
      term: name,
      CoefficientEstimate(
        value: dotProduct(weights, coefficients) - value,
        standardError: dotProduct(covariance * weights, weights).squareRoot(),
        degreesOfFreedom: .infinity),
      level: model.options.level)
  }

  /// Wald's χ² of several combinations at once, as F: divided by their number.
  func joint(_ weights: [[Double]]) -> JointTest {
    let k = weights.count
    let values = weights.map { dotProduct($0, coefficients) }
    var covariances = Matrix(rows: k, columns: k)
    for i in 0..<k {
      let image = covariance * weights[i]
      for j in 0..<k { covariances[i, j] = dotProduct(image, weights[j]) }
    }
    return JointTest(values: values, places: Array(0..<k), covariances)
  }

  /// Answers to questions about combinations of the fixed effects.
  public var questions: FixedEffectQuestions {
    FixedEffectQuestions(
      part: model.fixedPart, names: model.fixedNames,
      estimate: { self.estimate($0, named: $1, minus: $2) }, joint: { self.joint($0) })
  }
}
