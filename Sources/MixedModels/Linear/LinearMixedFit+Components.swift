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
    var rows: [VarianceComponentEstimate] = []
    for (index, d) in covariances.enumerated() {
      let term = model.terms[index]
      func row(_ a: Int, _ b: Int?) -> VarianceComponentEstimate {
        let value = d[a, b ?? a]
        let scale = b.map { (d[a, a] * d[$0, $0]).squareRoot() } ?? value.squareRoot()
        let shown = b == nil ? scale : scale > 0 ? max(-1, min(1, value / scale)) : .nan
        let interval = interval(term: index, a, b, value: shown)
        return VarianceComponentEstimate(
          group: term.group, stratum: model.origins[index].stratum, first: term.columnNames[a],
          second: b.map { term.columnNames[$0] }, covariance: value,
          deviationOrCorrelation: shown, lower: interval.lower, upper: interval.upper)
      }
      for a in 0..<d.rows { rows.append(row(a, nil)) }
      for b in 0..<d.rows { for a in 0..<b { rows.append(row(a, b)) } }
    }
    return rows
  }

  /// The interval of the residual SD; NaN where there is none.
  public var residualDeviationInterval: (lower: Double, upper: Double) {
    guard let engine else { return (.nan, .nan) }
    var slope = scoreSlope(engine)
    for (k, change) in units.logVarianceSlopes.enumerated() {
      slope[engine.criterion.parameters.covarianceCount + k] += change
    }
    return logInterval(residualDeviation, halfVariance: spread(slope, engine, isScaled: true))
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
    func half(_ place: Int, scale: Double) -> Double {
      var slope = [Double](repeating: 0, count: engine.criterion.parameters.count)
      slope[start + place] = 1 / scale
      return self.half(spread(slope, engine, isScaled: false) * 2)
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

  /// b'H⁻¹b, with 1/ν for what scales with σ²: half the variance of a function with slope b along D̃
  /// and φ.
  private func spread(_ slope: [Double], _ engine: Engine, isScaled: Bool) -> Double {
    guard let inverse = engine.optimum.inverseHessian else { return .nan }
    let b = engine.optimum.jacobian.transposed * slope
    return dotProduct(inverse * b, b) + (isScaled ? 1 / engine.criterion.degreesOfFreedom : 0)
  }

  /// The interval of D[a, a]'s SD, or of the correlation of a and b.
  private func interval(
    term: Int, _ a: Int, _ b: Int?, value: Double
  ) -> (lower: Double, upper: Double) {
    guard let engine, value.isFinite, abs(value) > 0 else { return (.nan, .nan) }
    let criterion = engine.criterion
    let phi = criterion.design.rotations[term]
    let covariance = criterion.parameters.covariance(term, of: engine.optimum.x)
    let q = phi.rows
    // On the boundary there is no interval: of this term, whatever the others are.
    guard let system = symmetricEigensystem(covariance),
      system.values[0] > max(StructuredDesign.negligible, 1e-10 * system.values[q - 1])
    else { return (.nan, .nan) }
    let d = phi * (covariance * phi.transposed)
    let start = criterion.parameters.offsets[term]
    /// Adds the slope of D[r, s] / scale along D̃.
    func add(_ r: Int, _ s: Int, divisor: Double, to slope: inout [Double]) {
      for i in 0..<q {
        for j in 0..<q { slope[start + i * q + j] += phi[r, i] * phi[s, j] / divisor }
      }
    }
    var slope = [Double](repeating: 0, count: criterion.parameters.count)
    guard let b else {
      slope = scoreSlope(engine)
      add(a, a, divisor: d[a, a], to: &slope)
      return logInterval(value, halfVariance: spread(slope, engine, isScaled: true))
    }
    guard abs(value) < 1 else { return (.nan, .nan) }
    // d atanh ρ = dρ / (1 − ρ²), ρ = D_ab / √(D_aa D_bb).
    let factor = 1 - value * value
    add(a, b, divisor: factor * (d[a, a] * d[b, b]).squareRoot(), to: &slope)
    add(a, a, divisor: -2 * factor * d[a, a] / value, to: &slope)
    add(b, b, divisor: -2 * factor * d[b, b] / value, to: &slope)
    let half = half(spread(slope, engine, isScaled: false) * 2)
    return (tanh(atanh(value) - half), tanh(atanh(value) + half))
  }

  /// The interval of an SD whose log variance has twice this variance.
  private func logInterval(
    _ value: Double, halfVariance: Double
  ) -> (lower: Double, upper: Double) {
    let half = half(halfVariance / 2)
    return (value * exp(-half), value * exp(half))
  }

  private func half(_ variance: Double) -> Double {
    variance.squareRoot()
      * StudentT.twoSidedQuantile(model.options.level, degreesOfFreedom: .infinity)
  }
}
