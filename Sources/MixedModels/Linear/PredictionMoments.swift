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
    var frame = PredictionFrame(
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
  private var lastKnown: KnownEffects?

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
  ///
  /// - Complexity: rows × measured ones.
  mutating func add(_ component: [Int], to moments: inout PredictionMoments) {
    let known = knownEffects(of: component)
    let errors = component.map { error(of: $0, known) }
    let images = errors.map { known.covariance * $0.effects }
    /// The covariance of two rows given β, before new measurements.
    func prior(_ i: Int, _ k: Int) -> Double {
      sizes.indices.reduce(dotProduct(errors[i].effects, images[k])) { sum, j in
        let level = rows.levels[j][component[i]]
        guard case .new = level, level == rows.levels[j][component[k]] else { return sum }
        return sum + form(j, component[i], component[k])
      }
    }
    let measured =
      component.contains(where: rows.hasNewLevel)
      ? component.indices.filter { !rows.responses[component[$0]].isNaN } : []
    var shares = Matrix(rows: component.count, columns: measured.count)
    for (place, k) in measured.enumerated() {
      for i in component.indices { shares[i, place] = prior(i, k) }
    }
    let gain = gain(component, measured, shares: shares, means: errors.map(\.mean))
    for (i, row) in component.enumerated() {
      var fitted = errors[i].mean
      var error = errors[i].fixed
      var variance = prior(i, i)
      for (place, k) in measured.enumerated() {
        let weight = gain[i, place]
        fitted += weight * (rows.responses[component[k]] - errors[k].mean)
        variance -= weight * shares[i, place]
        for column in error.indices { error[column] -= weight * errors[k].fixed[column] }
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

  /// Rows one after the other are often of one subject, at different times: then found once.
  private mutating func knownEffects(of component: [Int]) -> KnownEffects {
    var seen: Set<KnownEffects.Level> = []
    var levels: [KnownEffects.Level] = []
    for row in component {
      for j in sizes.indices {
        guard case .known(let level) = rows.levels[j][row] else { continue }
        let found = KnownEffects.Level(term: j, level: level)
        if seen.insert(found).inserted { levels.append(found) }
      }
    }
    if let last = lastKnown, last.levels == levels { return last }
    let known = KnownEffects(levels, criterion: criterion)
    lastKnown = known
    return known
  }

  /// The mean of a row, and its error before new measurements: of the fixed effects, in coordinates
  /// that are independent of variance 1, and of known random effects.
  private func error(
    of row: Int, _ known: KnownEffects
  ) -> (mean: Double, fixed: [Double], effects: [Double]) {
    var x = (0..<fixed.columns).map { fixed[row, $0] }
    var mean = dotProduct(x, coefficients)
    var z = [Double](repeating: 0, count: known.offsets[known.levels.count])
    for j in sizes.indices {
      guard case .known(let level) = rows.levels[j][row],
        let place = known.places[KnownEffects.Level(term: j, level: level)]
      else { continue }
      for a in 0..<sizes[j] {
        let value = columns[j][row, a]
        z[known.offsets[place] + a] = value
        mean += value * effects[j][level * sizes[j] + a]
        for column in x.indices { x[column] -= value * known.sensitivities[place][a, column] }
      }
    }
    return (mean, criterion.solve(x), z)
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
    _ component: [Int], _ measured: [Int], shares: Matrix, means: [Double]
  ) -> Matrix {
    var total = Matrix(rows: measured.count, columns: measured.count)
    for (a, i) in measured.enumerated() {
      for (b, k) in measured.enumerated() {
        total[a, b] = shares[i, b]
        guard a == b || serial != nil else { continue }
        let one = deviation(component[i], fitted: means[i])
        let two = deviation(component[k], fitted: means[k])
        total[a, b] += one * two * correlation(component[i], component[k])
      }
    }
    guard !measured.isEmpty, let inverse = positiveDefiniteInverse(total) else {
      return Matrix(rows: component.count, columns: measured.count)
    }
    return shares * inverse
  }

  /// Of the residuals of two rows of one component.
  private func correlation(_ one: Int, _ two: Int) -> Double {
    if one == two { return 1 }
    guard let serial, let times = rows.times, rows.subjects[one] == rows.subjects[two]
    else { return 0 }
    let gap = abs(times[one] - times[two])
    return serial < 0
      ? (gap.truncatingRemainder(dividingBy: 2) == 0 ? 1 : -1) * pow(-serial, gap)
      : pow(serial, gap)
  }
}
