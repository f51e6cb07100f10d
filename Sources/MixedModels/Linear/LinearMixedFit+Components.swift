import Distributions
import Glibc
import LinearAlgebra

/// Variance parameters in the user's units, with intervals.
extension LinearMixedFit {
  /// D of every fitted term.
  var covariances: [Matrix] {
    guard let engine else {
      return model.terms.map { term in
        let q = term.columns.columns
        return Matrix(rows: q, columns: q, elements: [Double](repeating: .nan, count: q * q))
      }
    }
    return engine.criterion.design.covariances(
      at: engine.optimum.x, residualVariance: engine.residualVariance)
  }

  /// Variances and covariances of every random part, term by term.
  public var varianceComponents: [VarianceComponentEstimate] {
    CovarianceReport(
      terms: model.terms, origins: model.origins, covariances: covariances,
      intervals: engine.map(intervals)
    ).rows
  }

  private func intervals(_ engine: Engine) -> CovarianceIntervals {
    CovarianceIntervals(
      parameters: engine.criterion.parameters, optimum: engine.optimum,
      rotations: engine.criterion.design.rotations, scaleSlope: scoreSlope(engine),
      scaleVariance: 1 / engine.criterion.degreesOfFreedom, level: model.options.level)
  }

  /// The interval of the residual SD; NaN where there is none.
  public var residualDeviationInterval: (lower: Double, upper: Double) {
    guard let engine else { return (.nan, .nan) }
    var slope = scoreSlope(engine)
    for (k, change) in units.logVarianceSlopes.enumerated() {
      slope[engine.criterion.parameters.covarianceCount + k] += change
    }
    let intervals = intervals(engine)
    return intervals.logInterval(
      residualDeviation, halfVariance: intervals.spread(slope, isScaled: true))
  }

  /// Parameters of the residual's variance in the order of the options.
  public var residualParameters: [ResidualParameter] {
    guard let engine else {
      return residual.names.map {
        ResidualParameter(name: $0, estimate: .nan, lower: .nan, upper: .nan)
      }
    }
    let start = engine.criterion.parameters.covarianceCount
    let values = units.parameters(engine.phi)
    let intervals = intervals(engine)
    func half(_ place: Int, scale: Double) -> Double {
      var slope = [Double](repeating: 0, count: engine.criterion.parameters.count)
      slope[start + place] = 1 / scale
      return intervals.half(intervals.spread(slope, isScaled: false) * 2)
    }
    return residual.names.enumerated().map { index, name in
      if let serial = residual.serial, index == residual.covariateNames.count {
        // On the scale of τ, which has no bounds; where ρ may not be negative it ends at 0.
        let place = units.kept.count
        let tau = engine.phi[place]
        let half = half(place, scale: 1)
        let isCrossing = !serial.isSigned && half > abs(tau)
        return ResidualParameter(
          name: name, estimate: values[index],
          lower: isCrossing
            ? 0 : serial.correlation(serial.isSigned ? tau - half : abs(tau) - half),
          upper: serial.correlation(serial.isSigned ? tau + half : abs(tau) + half))
      }
      guard let (place, scale) = units.place(of: index) else {
        return ResidualParameter(
          name: name, estimate: residual.reported(values[index], parameter: index), lower: .nan,
          upper: .nan)
      }
      let half = half(place, scale: scale)
      func shown(_ value: Double) -> Double { residual.reported(value, parameter: index) }
      return ResidualParameter(
        name: name, estimate: shown(values[index]), lower: shown(values[index] - half),
        upper: shown(values[index] + half))
    }
  }

  /// −e'E_d e / y'Py: the slope of log σ̂² along the profiled criterion.
  private func scoreSlope(_ engine: Engine) -> [Double] {
    let criterion = engine.criterion
    return criterion.scoreSquares().map { -$0 / criterion.residualSquares }
  }
}
