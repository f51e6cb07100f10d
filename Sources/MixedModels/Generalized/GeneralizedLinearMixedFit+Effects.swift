import LinearAlgebra

/// Random effects, residuals and dispersion.
extension GeneralizedLinearMixedFit {
  /// The modes of every fitted term, levels × q, in the user's units.
  var effects: [Matrix] {
    guard let engine else { return [] }
    let laplace = engine.laplace
    return model.terms.indices.map { term in
      let q = model.terms[term].columns.columns
      let values = laplace.effects(ofTerm: term)
      return Matrix(rows: values.count / q, columns: q, elements: values)
        * laplace.design.rotations[term].transposed
    }
  }

  /// Every random effect, by part, level and column: its conditional mode and SD, on the scale of the
  /// link.
  public var randomEffects: [RandomEffectEstimate] {
    guard let engine else { return [] }
    let (effects, covariances) = (effects, covariances)
    var rows: [RandomEffectEstimate] = []
    for (index, term) in model.terms.enumerated() {
      let q = term.columns.columns
      let phi = engine.laplace.design.rotations[index]
      let conditional = engine.laplace.engine.conditionalCovariances(term: index)
      for level in 0..<term.levelCount {
        let block = Matrix(
          rows: q, columns: q,
          elements: Array(conditional[(level * q * q)..<((level + 1) * q * q)]))
        let variance = phi * (block * phi.transposed)
        for a in 0..<q {
          let prior = covariances[index][a, a]
          rows.append(
            RandomEffectEstimate(
              group: term.group, level: term.levelNames[level], term: term.columnNames[a],
              estimate: effects[index][level, a],
              standardError: max(0, variance[a, a]).squareRoot(), ownEstimate: .nan,
              shrinkage: q == 1 && prior > 0 ? 1 - variance[a, a] / prior : .nan))
        }
      }
    }
    return rows
  }

  /// The mean of every row, given the modes.
  public var conditionalMeans: [Double] {
    guard let engine else {
      return [Double](repeating: .nan, count: model.observationCount)
    }
    return engine.laplace.conditionalPredictor.map(model.options.family.mean)
  }

  /// Pearson residuals (y − mean) / SD of every row, given the modes.
  public var pearsonResiduals: [Double] {
    guard let engine else {
      return [Double](repeating: .nan, count: model.observationCount)
    }
    return engine.laplace.conditionalPredictor.enumerated().map { row, eta in
      let (mean, variance, _) = model.options.family.moments(eta)
      let size = model.response.sizes[row]
      return size > 0
        ? (model.response.values[row] - mean) * (size / variance).squareRoot() : 0
    }
  }

  /// What Pearson's residuals say of the variance; nil for single trials, which say nothing of it, and
  /// where no degrees of freedom are left.
  public var dispersion: Dispersion? {
    guard let engine, !(model.options.family == .binomial && model.response.areTrials) else {
      return nil
    }
    let statistic = pearsonResiduals.reduce(0) { $0 + $1 * $1 }
    // Random effects take as many degrees of freedom as they fit.
    let random = engine.laplace.engine.traces().leverages.reduce(0, +)
    // Rows without trials say nothing.
    let rows = model.response.sizes.count { $0 > 0 }
    let freedom = Double(rows - model.fixedNames.count) - random
    return freedom >= 1 ? Dispersion(statistic: statistic, degreesOfFreedom: freedom) : nil
  }

  /// Likelihood-ratio tests of every term but the intercept: each against the model without its columns,
  /// factors with contrasts that sum to 0 (type III).
  public func likelihoodTests() throws(ModelError) -> [LikelihoodRatioTest] {
    let coding = try SumCoding(model.fixedPart)
    return coding.terms.map { term in
      let kept = (0..<coding.columns.columns).filter { !term.columns.contains($0) }
      let reduced = Matrix(rows: coding.columns.rows, columns: kept.map(coding.columns.column))
      let other = model.responses.optimum(reduced)
      return LikelihoodRatioTest(
        term: term.name, statistic: max(0, (other?.deviance ?? .nan) - deviance),
        degreesOfFreedom: Double(term.columns.count))
    }
  }
}
