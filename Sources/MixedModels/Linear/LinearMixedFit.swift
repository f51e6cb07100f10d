import Distributions
import Glibc
import LinearAlgebra

/// The fit of a linear mixed model. One object serves one thread.
public final class LinearMixedFit: FixedEffectFit {
  /// What was fitted.
  public let model: LinearMixedModel
  /// How the fit ended; where it failed, numbers are NaN.
  public let status: FitStatus
  /// REML criterion, or −2 log-likelihood, all constants kept.
  public let deviance: Double
  /// The largest absolute derivative of the deviance by a variance parameter.
  public let largestGradient: Double
  /// Fixed effects in the order of the columns.
  public let fixedEffects: [FixedEffect]
  /// As fitted: with the power of fitted values.
  let residual: ResidualVariance
  let units: ResidualVariance.Units
  let engine: Engine?

  /// What a fit that did not fail can still compute.
  struct Engine {
    let criterion: any LikelihoodCriterion
    let optimum: StructuredOptimum
    let inference: StructuredInference

    /// σ² of the standardised residual.
    var residualVariance: Double { inference.residualVariance }
    var phi: [Double] { Array(optimum.x[criterion.parameters.covarianceCount...]) }
  }

  init(
    model: LinearMixedModel, status: FitStatus, residual: ResidualVariance,
    units: ResidualVariance.Units, engine: Engine?
  ) {
    self.model = model
    self.status = status
    self.residual = residual
    self.units = units
    self.engine = engine
    guard let engine else {
      deviance = .nan
      largestGradient = .nan
      fixedEffects = model.fixedNames.map {
        FixedEffect(term: $0, .missing, level: model.options.level)
      }
      return
    }
    deviance = engine.criterion.deviance(logDeterminants: model.basis.logDeterminant)
    largestGradient = engine.optimum.largestGradient
    fixedEffects = model.fixedNames.indices.map { column in
      var contrast = [Double](repeating: 0, count: model.fixedNames.count)
      contrast[column] = 1
      return FixedEffect(
        term: model.fixedNames[column],
        engine.inference.estimate(model.rotated(contrast)), level: model.options.level)
    }
  }

  /// log-likelihood, restricted under REML.
  public var logLikelihood: Double { -0.5 * deviance }

  /// Fixed effects, (co)variances and residual parameters.
  public var parameterCount: Int {
    model.fixedNames.count + residual.parameterCount + 1
      + model.terms.reduce(0) { $0 + $1.columns.columns * ($1.columns.columns + 1) / 2 }
  }

  /// Akaike's criterion, deviance + 2 · parameters.
  public var akaike: Double { deviance + 2 * Double(parameterCount) }

  /// By the number of observations, as lme4 has it.
  public var bayesian: Double {
    deviance + log(Double(model.observationCount)) * Double(parameterCount)
  }

  /// The residual SD where its covariates are 0 and the weight is 1.
  public var residualDeviation: Double {
    guard let engine else { return .nan }
    return units.variance(engine.residualVariance, phi: engine.phi).squareRoot()
  }

  /// β̂, in the user's units.
  var coefficients: [Double] { fixedEffects.map(\.estimate) }

  /// The sampling covariance of the fixed effects.
  public var coefficientCovariance: [[Double]] {
    let count = model.fixedNames.count
    guard let engine else {
      return [[Double]](repeating: [Double](repeating: .nan, count: count), count: count)
    }
    let contrasts = (0..<count).map { column in
      model.rotated((0..<count).map { $0 == column ? 1 : 0 })
    }
    return contrasts.map { a in contrasts.map { engine.inference.covariance(a, $0) } }
  }

  /// A linear combination of the fixed effects less `value`.
  ///
  /// - Parameter weights: one per fixed column.
  package func estimate(_ weights: [Double], named name: String, minus value: Double = 0)
    -> FixedEffect
  {
    guard let engine else { return FixedEffect(term: name, .missing, level: model.options.level) }
    var estimate = engine.inference.estimate(model.rotated(weights))
    estimate.value -= value
    return FixedEffect(term: name, estimate, level: model.options.level)
  }

  /// Answers to questions about combinations of the fixed effects.
  public var questions: FixedEffectQuestions {
    FixedEffectQuestions(
      part: model.fixedPart, names: model.fixedNames,
      estimate: { self.estimate($0, named: $1, minus: $2) }, joint: { self.joint($0) })
  }

  /// F of several combinations at once.
  package func joint(_ weights: [[Double]]) -> JointTest {
    engine?.inference.joint(weights.map(model.rotated)) ?? .missing
  }
}

extension LinearMixedModel {
  /// A combination of the fixed columns, as one of their orthonormal basis.
  func rotated(_ weights: [Double]) -> [Double] {
    (0..<basis.q.columns).map { j in
      weights.indices.reduce(0) { $0 + weights[$1] * basis.inverseR[$1, j] }
    }
  }

  /// Fits the model at its best optimum.
  ///
  /// The power of fitted values is iterated: fitted values are those of the last fit, until they stay
  /// the same.
  public func fit() -> LinearMixedFit {
    guard options.residual.contains(.powerOfFitted) else { return fit(residual) }
    var fit = fit(residual)
    var last = fit.conditionalMeans
    for _ in 0..<Self.maximumRounds {
      guard fit.engine != nil, last.allSatisfy({ $0 != 0 }) else { return fit }
      fit = self.fit(residual.combined(with: .power(last)))
      let means = fit.conditionalMeans
      let change = zip(means, last).reduce(0) { max($0, abs($1.0 - $1.1) / abs($1.1)) }
      last = means
      if change < 1e-9 { return fit }
    }
    return fit
  }

  private static let maximumRounds = 100

  private func fit(_ residual: ResidualVariance) -> LinearMixedFit {
    let units = residual.standardised().units
    let criterion = makeCriterion(residual)
    func ended(_ status: FitStatus, _ engine: LinearMixedFit.Engine? = nil) -> LinearMixedFit {
      LinearMixedFit(
        model: self, status: status, residual: residual, units: units, engine: engine)
    }
    guard criterion.degreesOfFreedom > 0 else { return ended(.failed(.notIdentifiable)) }
    guard hasResidualVariation else { return ended(.failed(.noResidualVariation)) }
    criterion.load(response: remainder)
    guard let optimum = criterion.optimum() else { return ended(.failed(.numerical)) }
    var tested = criterion
    if options.degreesOfFreedom == .kenwardRoger {
      // The adjustment needs all of A⁻¹, once.
      let dense = extendedCriterion(criterion.design)
      dense.load(response: remainder)
      guard dense.evaluate(at: optimum.x) else { return ended(.failed(.numerical)) }
      dense.prepareForms()
      tested = dense
    }
    let inference = StructuredInference(
      criterion: tested, optimum: optimum, method: options.degreesOfFreedom, shift: projection)
    return ended(
      optimum.status,
      LinearMixedFit.Engine(criterion: criterion, optimum: optimum, inference: inference))
  }

  /// Whether the response is more than a combination of the fixed columns.
  private var hasResidualVariation: Bool {
    let rest = dotProduct(remainder, remainder)
    let total = dotProduct(response, response)
    return rest > 1e-24 * total
  }
}
