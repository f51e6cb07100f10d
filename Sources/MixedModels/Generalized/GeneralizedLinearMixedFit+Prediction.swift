import Distributions
import Glibc
import LinearAlgebra

extension GeneralizedLinearMixedFit {
  /// Predicts the mean response of rows of new data.
  ///
  /// Known levels have their conditional modes; of a level that the model has not seen the mean is
  /// that of its median member, its uncertainty the population's; where a grouping factor is missing
  /// the random effect is 0. Intervals are made on the scale of the link, where β̂ and modes are
  /// normal; variance parameters count as known. `lowerNew` and `upperNew` are quantiles of a new
  /// count, NaN for other families.
  ///
  /// - Parameter frame: every variable of the fixed part and of random slopes; grouping factors may
  ///   be left out, or be empty where missing.
  /// - Throws: `ModelError` for variables and levels that the model has not.
  public func predict(_ frame: ModelFrame) throws(ModelError) -> [Prediction] {
    let rows = try NewColumns(
      frame, known: model.frame, formula: model.formula, parts: model.parts, terms: model.terms,
      origins: model.origins, offset: model.options.offset,
      groupCovariance: model.options.groupCovariance)
    guard let engine else {
      return [Prediction](repeating: .missing, count: rows.frame.rowCount)
    }
    let moments = LinkMoments(rows: rows, optimum: engine, covariances: covariances)
    return (0..<rows.frame.rowCount).map { row in
      let (mean, variance) = moments.row(row)
      return prediction(mean + rows.offset[row], deviation: max(0, variance).squareRoot())
    }
  }

  /// - Parameters:
  ///   - eta: the linear predictor, and its standard deviation.
  private func prediction(_ eta: Double, deviation: Double) -> Prediction {
    let family = model.options.family
    let level = model.options.level
    let half = deviation * StudentT.twoSidedQuantile(level, degreesOfFreedom: .infinity)
    var new = (lower: Double.nan, upper: Double.nan)
    if family == .poisson, let counts = CountMixture(eta, deviation: deviation) {
      new = (counts.quantile(0.5 * (1 - level)), counts.quantile(0.5 * (1 + level)))
    }
    return Prediction(
      fitted: family.mean(eta), standardError: family.moments(eta).variance * deviation,
      degreesOfFreedom: .infinity, lower: family.mean(eta - half), upper: family.mean(eta + half),
      lowerNew: new.lower, upperNew: new.upper, newDeviation: .nan, newDegreesOfFreedom: .infinity)
  }
}

/// Mean and variance of linear predictors of new rows.
private struct LinkMoments {
  private let rows: NewColumns
  private let laplace: LaplaceCriterion
  /// With the fixed columns in place, at the mode's weights.
  private let engine: SparseCriterion
  /// Rows × p in the coordinates of the parameters, and the estimates there with their covariance.
  private let fixed: Matrix
  private let covariance: Matrix
  private let fixedPart: [Double]
  /// Z̃ by term, and the modes, levels × q.
  private let columns: [Matrix]
  private let modes: [[Double]]
  /// D in the coordinates of Z̃.
  private let priors: [Matrix]

  init(rows: NewColumns, optimum: GeneralizedOptimum, covariances: [Matrix]) {
    self.rows = rows
    laplace = optimum.laplace
    engine = optimum.laplace.engineWithFixedColumns(at: optimum.optimum.x)
    fixed = rows.fixed * optimum.inverseR
    covariance = optimum.scaledCovariance
    fixedPart = rows.fixed * optimum.coefficients
    columns = zip(rows.columns, laplace.design.rotations).map { $0 * $1 }
    modes = rows.columns.indices.map { optimum.laplace.effects(ofTerm: $0) }
    priors = rows.columns.indices.map {
      optimum.laplace.parameters.covariance($0, of: optimum.optimum.x)
    }
  }

  func row(_ row: Int) -> (mean: Double, variance: Double) {
    var mean = fixedPart[row]
    var slope = fixed.row(row)
    var known: [(term: Int, level: Int)] = []
    var z: [Double] = []
    var variance = 0.0
    for term in columns.indices {
      let own = columns[term].row(row)
      switch rows.levels[term][row] {
      case .known(let level):
        let sensitivity = engine.fixedSensitivity(term: term, level: level)
        for a in own.indices {
          mean += own[a] * modes[term][level * own.count + a]
          for j in slope.indices { slope[j] -= own[a] * sensitivity[a, j] }
        }
        known.append((term, level))
        z += own
      case .new: variance += dotProduct(priors[term] * own, own)
      case .average, .none: break
      }
    }
    if !known.isEmpty {
      variance += dotProduct(engine.conditionalCovariance(of: known) * z, z)
    }
    return (mean, variance + dotProduct(covariance * slope, slope))
  }
}

/// A count whose log mean is normal: a mixture of Poisson distributions.
private struct CountMixture {
  private let means: [Double]
  private let shares: [Double]

  init?(_ eta: Double, deviation: Double) {
    guard let rule = GaussHermite(count: 21) else { return nil }
    means = rule.nodes.map { exp(eta + 2.0.squareRoot() * deviation * $0) }
    shares = rule.logWeights.map { exp($0) / Double.pi.squareRoot() }
    guard means.allSatisfy({ $0 < 1e15 }) else { return nil }
  }

  /// P(count ≤ k).
  private func cumulative(_ k: Double) -> Double {
    zip(means, shares).reduce(0) { sum, node in
      // The upper tail of χ² with 2(k + 1) degrees of freedom at twice the mean.
      sum
        + node.1 * exp(ChiSquared.logUpperTail(2 * node.0, degreesOfFreedom: 2 * (k + 1)))
    }
  }

  /// The least k with P(count ≤ k) ≥ p.
  func quantile(_ p: Double) -> Double {
    var high = 1.0
    while cumulative(high) < p, high < 1e17 { high *= 2 }
    var low = -1.0
    while high - low > 1 {
      let middle = ((low + high) / 2).rounded(.down)
      if cumulative(middle) >= p { high = middle } else { low = middle }
    }
    return high
  }
}
