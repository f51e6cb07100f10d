import Distributions
import Glibc
import LinearAlgebra

/// Draws responses from a fitted model, less the projection that the model has taken away.
struct ResponseSampler {
  private let means: [Double]
  private let terms: [RandomTerm]
  /// By term: F with FF' = D.
  private let factors: [Matrix]
  private let deviations: [Double]
  private let serial: (correlation: SerialCorrelation, rho: Double)?
  /// Rows of every subject in the order of their times.
  private let series: [[Int]]

  /// From a compared model's fit to the response that it has loaded.
  init?(
    _ compared: ComparedModel, at x: [Double], model: LinearMixedModel,
    residual: ResidualVariance, units: ResidualVariance.Units
  ) {
    let criterion = compared.criterion
    guard criterion.evaluate(at: x) else { return nil }
    let variance = criterion.residualSquares / criterion.degreesOfFreedom
    let phi = Array(x[criterion.parameters.covarianceCount...])
    means = model.basis.q * criterion.coefficients
    terms = compared.holdsEffectsAtZero ? [] : model.terms
    let covariances = criterion.design.covariances(at: x, residualVariance: variance)
    factors = covariances.map { d in
      guard var system = symmetricEigensystem(d) else { return d }
      for a in 0..<d.rows {
        for k in 0..<d.columns { system.vectors[a, k] *= max(0, system.values[k]).squareRoot() }
      }
      return system.vectors
    }
    let parameters = units.parameters(phi)
    deviations = residual.deviations(
      scale: units.variance(variance, phi: phi).squareRoot(), parameters: parameters)
    serial = residual.serial.map { ($0, parameters[parameters.count - 1]) }
    series =
      residual.serial.map { serial in
        var rows: [Int: [Int]] = [:]
        for (row, subject) in serial.subjectOfRow.enumerated() {
          rows[subject, default: []].append(row)
        }
        return rows.keys.sorted().map { subject in
          rows[subject, default: []].sorted { serial.times[$0] < serial.times[$1] }
        }
      } ?? []
  }

  func sample(_ random: inout RandomNumbers) -> [Double] {
    var response = means
    for (term, factor) in zip(terms, factors) {
      let q = factor.rows
      var effects: [Double] = []
      for _ in 0..<term.levelCount {
        let draws = (0..<q).map { _ in random.normal() }
        for a in 0..<q { effects.append((0..<q).reduce(0) { $0 + factor[a, $1] * draws[$1] }) }
      }
      for (row, level) in term.levelOfRow.enumerated() where level >= 0 {
        for a in 0..<q { response[row] += term.columns[row, a] * effects[level * q + a] }
      }
    }
    var noise = deviations.map { _ in random.normal() }
    if let serial {
      for rows in series {
        for (last, row) in zip(rows, rows.dropFirst()) {
          let gap = serial.correlation.times[row] - serial.correlation.times[last]
          let r = pow(serial.rho, gap)
          noise[row] = r * noise[last] + (1 - r * r).squareRoot() * noise[row]
        }
      }
    }
    for row in response.indices { response[row] += deviations[row] * noise[row] }
    return response
  }
}
