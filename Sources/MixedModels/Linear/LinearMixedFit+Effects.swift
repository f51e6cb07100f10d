import Glibc
import LinearAlgebra

/// Random effects and fitted values.
extension LinearMixedFit {
  /// û of every fitted term, levels × q, in the user's units.
  var effects: [Matrix] {
    guard let engine else {
      return model.terms.map { term in
        Matrix(
          rows: term.levelCount, columns: term.columns.columns,
          elements: [Double](
            repeating: .nan, count: term.levelCount * term.columns.columns))
      }
    }
    if model.terms.contains(where: { $0.relationship != nil }), let found = relationshipEffects {
      return found
    }
    let design = engine.criterion.design
    return zip(engine.criterion.effects(), model.terms.indices).map { values, j in
      let q = model.terms[j].columns.columns
      return Matrix(rows: values.count / q, columns: q, elements: values)
        * design.rotations[j].transposed
    }
  }

  /// Xβ̂ + offset of every row.
  var marginalMeans: [Double] {
    zip(model.fixed * coefficients, model.offset).map { $0 + $1 }
  }

  /// Xβ̂ + Zû + offset of every row: the fitted values.
  public var conditionalMeans: [Double] { conditionalMeans(effects) }

  func conditionalMeans(_ effects: [Matrix]) -> [Double] {
    var means = marginalMeans
    for (term, values) in zip(model.terms, effects) {
      for (row, level) in term.levelOfRow.enumerated() where level >= 0 {
        for a in 0..<values.columns { means[row] += term.columns[row, a] * values[level, a] }
      }
    }
    return means
  }

  /// The residual SD of every row.
  var residualDeviations: [Double] {
    guard let engine else {
      return [Double](repeating: .nan, count: model.observationCount)
    }
    return residual.deviations(
      scale: residualDeviation, parameters: units.parameters(engine.phi))
  }

  /// Whether the residual SD has all but vanished beside the response's range: then fixed and random effects
  /// explain it entirely, and the likelihood has no bound.
  public var explainsEverything: Bool {
    // From the middle: where the unit has its 0, as in hPa or years, says nothing.
    guard let least = model.response.min(), let most = model.response.max() else { return false }
    let largest = 0.5 * (most - least)
    guard let residual = residualDeviations.max() else { return false }
    return residual < 1e-6 * largest
  }

  /// (y − fitted) / SD of every row.
  public var scaledResiduals: [Double] {
    let means = conditionalMeans
    let deviations = residualDeviations
    return means.indices.map {
      (model.response[$0] + model.offset[$0] - means[$0]) / deviations[$0]
    }
  }

  /// Every random effect, by part, level and column.
  public var randomEffects: [RandomEffectEstimate] {
    guard let engine else { return [] }
    let effects = effects
    let means = conditionalMeans(effects)
    let deviations = residualDeviations
    let covariances = covariances
    var rows: [RandomEffectEstimate] = []
    for (j, term) in model.terms.enumerated() {
      let q = term.columns.columns
      let phi = engine.criterion.design.rotations[j]
      let conditional = engine.criterion.conditionalCovariances(term: j)
      let own = OwnEstimates(
        term: term,
        partial: means.indices.map { row in
          let level = term.levelOfRow[row]
          var rest = model.response[row] + model.offset[row] - means[row]
          if level >= 0 {
            for a in 0..<q { rest += term.columns[row, a] * effects[j][level, a] }
          }
          return rest
        }, deviations: deviations, covariance: covariances[j])
      for level in 0..<term.levelCount {
        let block = Matrix(
          rows: q, columns: q,
          elements: Array(conditional[(level * q * q)..<((level + 1) * q * q)]))
        let variance = phi * (block * phi.transposed)
        let (estimates, weights) = own.level(level)
        for a in 0..<q {
          rows.append(
            RandomEffectEstimate(
              group: term.group, level: term.levelNames[level], term: term.columnNames[a],
              estimate: effects[j][level, a],
              standardError: (max(0, variance[a, a]) * engine.residualVariance).squareRoot(),
              ownEstimate: estimates[a], shrinkage: weights[a]))
        }
      }
    }
    return rows
  }
}

/// Least-squares estimates of the levels of a term, each from its own rows.
private struct OwnEstimates {
  private let q: Int
  /// By level: Z'R⁻¹Z and Z'R⁻¹r.
  private var grams: [Matrix]
  private var products: [[Double]]
  private let covariance: Matrix

  /// - Parameters:
  ///   - partial: the response less everything but this term.
  ///   - deviations: residual SDs.
  init(term: RandomTerm, partial: [Double], deviations: [Double], covariance: Matrix) {
    q = term.columns.columns
    grams = [Matrix](repeating: Matrix(rows: q, columns: q), count: term.levelCount)
    products = [[Double]](repeating: [Double](repeating: 0, count: q), count: term.levelCount)
    self.covariance = covariance
    for (row, level) in term.levelOfRow.enumerated() where level >= 0 {
      let weight = 1 / (deviations[row] * deviations[row])
      for a in 0..<q {
        let scaled = weight * term.columns[row, a]
        products[level][a] += scaled * partial[row]
        for b in 0..<q { grams[level][a, b] += scaled * term.columns[row, b] }
      }
    }
  }

  /// Estimates and their weights in the BLUPs.
  func level(_ level: Int) -> (estimates: [Double], weights: [Double]) {
    let missing = [Double](repeating: .nan, count: q)
    // Unit diagonal, so that the inverse does not depend on units.
    let scales = (0..<q).map { grams[level][$0, $0].squareRoot() }
    guard scales.allSatisfy({ $0 > 0 }) else { return (missing, missing) }
    var scaled = grams[level]
    for a in 0..<q { for b in 0..<q { scaled[a, b] /= scales[a] * scales[b] } }
    guard let system = symmetricEigensystem(scaled), system.values[0] > 1e-10,
      let inverse = positiveDefiniteInverse(scaled)
    else { return (missing, weights(level)) }
    let estimates = (0..<q).map { a in
      (0..<q).reduce(0) { $0 + inverse[a, $1] * products[level][$1] / scales[$1] } / scales[a]
    }
    return (estimates, weights(level))
  }

  /// diag DS(I + DS)⁻¹, with D = HH as diag H(I + HSH)⁻¹HS: valid for singular D and S.
  private func weights(_ level: Int) -> [Double] {
    let missing = [Double](repeating: .nan, count: q)
    guard let system = symmetricEigensystem(covariance) else { return missing }
    var scaled = system.vectors
    for a in 0..<q { for k in 0..<q { scaled[a, k] *= max(0, system.values[k]).squareRoot() } }
    let root = scaled * system.vectors.transposed
    var inner = root * (grams[level] * root)
    for a in 0..<q { inner[a, a] += 1 }
    guard let inverse = positiveDefiniteInverse(inner) else { return missing }
    let weights = root * (inverse * (root * grams[level]))
    return (0..<q).map { weights[$0, $0] }
  }
}
