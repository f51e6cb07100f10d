import Glibc
import LinearAlgebra

/// Means and variances of new rows at given variance parameters.
///
/// With errors ε of the fixed effects and of known and new random effects, a row's prediction error is
/// (x − S'z)'(β̂ − β) + z'(ũ − u), S = D̃Z'V⁻¹X; ũ, the BLUP at the true β, is independent of β̂
/// (Henderson 1975). Measurements of a new level are conditioned on with β̂ held: as when the model is
/// not fitted anew.
struct PredictionMoments {
  var fitted: [Double]
  /// Of the mean, and of a new observation.
  var variances: [Double]
  var newVariances: [Double]
}

extension LinearMixedFit {
  /// - Precondition: the criterion was evaluated.
  func moments(_ rows: NewRows, phi: [Double], engine: Engine) -> PredictionMoments {
    let criterion = engine.criterion
    let variance = criterion.residualSquares / criterion.degreesOfFreedom
    let frame = PredictionFrame(
      rows: rows, model: model, criterion: criterion,
      residualScale: (units.variance(variance, phi: phi) / variance).squareRoot(),
      parameters: units.parameters(phi), residual: residual)
    var moments = PredictionMoments(
      fitted: [Double](repeating: .nan, count: rows.count),
      variances: [Double](repeating: .nan, count: rows.count),
      newVariances: [Double](repeating: .nan, count: rows.count))
    for component in rows.components {
      frame.add(component, to: &moments)
    }
    for row in 0..<rows.count {
      moments.fitted[row] += rows.offset[row]
      moments.variances[row] *= variance
      moments.newVariances[row] *= variance
    }
    return moments
  }
}

/// What all rows share at one point of the variance parameters; variances are relative to σ².
private struct PredictionFrame {
  let rows: NewRows
  let criterion: any LikelihoodCriterion
  /// Coded in the coordinates of the criterion: rows × P.
  let fixed: Matrix
  /// Z̃ by term.
  let columns: [Matrix]
  let effects: [[Double]]
  /// Of the response itself, along the basis.
  let coefficients: [Double]
  let sizes: [Int]
  let priors: [Matrix]
  /// SDs of the residuals where the fitted values do not matter.
  let deviations: [Double]
  let powerOfFitted: Double?
  let serial: Double?

  init(
    rows: NewRows, model: LinearMixedModel, criterion: any LikelihoodCriterion,
    residualScale: Double, parameters: [Double], residual: ResidualVariance
  ) {
    self.rows = rows
    self.criterion = criterion
    fixed = rows.fixed * model.basis.inverseR
    columns = zip(rows.columns, criterion.design.rotations).map { $0 * $1 }
    effects = criterion.effects()
    coefficients = zip(criterion.coefficients, model.projection).map { $0 + $1 }
    sizes = criterion.parameters.sizes
    let x = criterion.evaluatedPoint
    priors = sizes.indices.map { criterion.parameters.covariance($0, of: x) }
    let count = rows.residualCovariates.count
    deviations = (0..<rows.count).map { row in
      var log = 0.0
      for k in 0..<count { log += parameters[k] * rows.residualCovariates[k][row] }
      return residualScale * exp(log) / rows.weights[row].squareRoot()
    }
    let isPowered = model.options.residual.contains(.powerOfFitted)
    powerOfFitted = isPowered && residual.covariateNames.count > count ? parameters[count] : nil
    serial = residual.serial == nil ? nil : parameters.last
  }

  private func deviation(_ row: Int, fitted: Double) -> Double {
    guard let powerOfFitted else { return deviations[row] }
    return deviations[row] * exp(powerOfFitted * log(abs(fitted + rows.offset[row])))
  }

  /// The moments of rows that share new levels, or of one row.
  func add(_ component: [Int], to moments: inout PredictionMoments) {
    var known: [(term: Int, level: Int)] = []
    var unseen: [(term: Int, number: Int)] = []
    for row in component {
      for j in sizes.indices {
        switch rows.levels[j][row] {
        case .known(let level):
          if !known.contains(where: { $0 == (j, level) }) { known.append((j, level)) }
        case .new(let number):
          if !unseen.contains(where: { $0 == (j, number) }) { unseen.append((j, number)) }
        case .average, .none: break
        }
      }
    }
    let sensitivities = known.map { criterion.fixedSensitivity(term: $0.term, level: $0.level) }
    let knownCovariance = criterion.conditionalCovariance(of: known)
    let places = known.reduce(into: [0]) { $0.append($0[$0.count - 1] + sizes[$1.term]) }
    var means: [Double] = []
    var whitened: [[Double]] = []
    var knownRows: [[Double]] = []
    for row in component {
      var x = (0..<fixed.columns).map { fixed[row, $0] }
      var mean = dotProduct(x, coefficients)
      var z = [Double](repeating: 0, count: places[known.count])
      for (index, (j, level)) in known.enumerated()
      where rows.levels[j][row] == .known(level) {
        for a in 0..<sizes[j] {
          let value = columns[j][row, a]
          z[places[index] + a] = value
          mean += value * effects[j][level * sizes[j] + a]
          for column in x.indices { x[column] -= value * sensitivities[index][a, column] }
        }
      }
      means.append(mean)
      whitened.append(criterion.solve(x))
      knownRows.append(z)
    }
    // The covariance of rows given β, before new measurements.
    let count = component.count
    var prior = Matrix(rows: count, columns: count)
    let images = knownRows.map { knownCovariance * $0 }
    for i in 0..<count {
      for k in 0...i {
        var sum = dotProduct(knownRows[i], images[k])
        for (j, number) in unseen
        where rows.levels[j][component[i]] == .new(number)
          && rows.levels[j][component[k]] == .new(number)
        {
          sum += form(j, component[i], component[k])
        }
        prior[i, k] = sum
        prior[k, i] = sum
      }
    }
    let measured = component.indices.filter {
      !rows.responses[component[$0]].isNaN && !unseen.isEmpty
    }
    let gain = gain(component, measured, prior: prior, means: means)
    for (i, row) in component.enumerated() {
      var fitted = means[i]
      var error = whitened[i]
      var variance = prior[i, i]
      for (place, k) in measured.enumerated() {
        let weight = gain[i, place]
        fitted += weight * (rows.responses[component[k]] - means[k])
        variance -= weight * prior[k, i]
        for column in error.indices { error[column] -= weight * whitened[k][column] }
      }
      variance = max(0, variance) + dotProduct(error, error)
      var average = 0.0
      for j in sizes.indices where rows.levels[j][row] == .average { average += form(j, row, row) }
      let deviation = deviation(row, fitted: fitted)
      moments.fitted[row] = fitted
      moments.variances[row] = variance
      moments.newVariances[row] = variance + average + deviation * deviation
    }
  }

  /// z̃'D̃z̃ between two rows of a term.
  private func form(_ j: Int, _ one: Int, _ two: Int) -> Double {
    var sum = 0.0
    for a in 0..<sizes[j] {
      for b in 0..<sizes[j] { sum += columns[j][one, a] * priors[j][a, b] * columns[j][two, b] }
    }
    return sum
  }

  /// Π M⁻¹, rows × measured rows: what a measurement moves every row's mean by.
  private func gain(
    _ component: [Int], _ measured: [Int], prior: Matrix, means: [Double]
  ) -> Matrix {
    guard !measured.isEmpty else { return Matrix(rows: component.count, columns: 0) }
    var total = Matrix(rows: measured.count, columns: measured.count)
    var shares = Matrix(rows: component.count, columns: measured.count)
    for (a, i) in measured.enumerated() {
      for k in component.indices { shares[k, a] = prior[k, i] }
      for (b, k) in measured.enumerated() {
        total[a, b] = prior[i, k]
        guard a == b || serial != nil else { continue }
        let one = deviation(component[i], fitted: means[i])
        let two = deviation(component[k], fitted: means[k])
        total[a, b] += one * two * correlation(component[i], component[k])
      }
    }
    guard let inverse = positiveDefiniteInverse(total) else {
      return Matrix(rows: component.count, columns: measured.count)
    }
    return shares * inverse
  }

  /// Of the residuals of two rows of one component.
  private func correlation(_ one: Int, _ two: Int) -> Double {
    if one == two { return 1 }
    guard let serial, let times = rows.times else { return 0 }
    let gap = abs(times[one] - times[two])
    return serial < 0
      ? (gap.truncatingRemainder(dividingBy: 2) == 0 ? 1 : -1) * pow(-serial, gap)
      : pow(serial, gap)
  }
}
