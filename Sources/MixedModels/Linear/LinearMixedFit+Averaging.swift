import LinearAlgebra

/// What averaging trials would have concluded.
extension LinearMixedFit {
  /// The model's comparison of every level of a condition with the reference, beside that of averages
  /// per subject and condition.
  ///
  /// - Throws: `ModelError` where the condition or the subjects are not told, and where fewer than
  ///   three subjects have both conditions.
  public func averagedComparisons(
    _ request: AveragedRequest
  ) throws(ModelError) -> [AveragedComparison] {
    let design = try ConditionDesign(request, model: model)
    var comparisons: [AveragedComparison] = []
    for level in design.levels.indices.dropFirst() {
      let cells = AveragedCells(design, level: level)
      guard cells.included.count > 2 else {
        var error = ModelError(
          "a paired t test needs more subjects",
          found: "\(cells.included.count) \(design.subject) with \(design.condition) = "
            + "\(design.levels[level]) and \(design.levels[0])",
          expected: "three or more", advice: "leave --compare-averaged out, or the level")
        error.variables = [design.condition]
        throw error
      }
      comparisons.append(try comparison(design, level: level, cells))
    }
    return comparisons
  }

  private func comparison(
    _ design: ConditionDesign, level: Int, _ cells: AveragedCells
  ) throws(ModelError) -> AveragedComparison {
    let name = "\(design.condition): \(design.levels[level]) - \(design.levels[0])"
    let grid = ReferenceGrid(model: questions.part)
    let rows = try [level, 0].map { place throws(ModelError) in
      try grid.row(
        ReferenceGrid.Point(labels: [(name: design.condition, value: design.levels[place])]))
    }
    let contrast = zip(rows[0], rows[1]).map { $0 - $1 }
    let mixed = estimate(contrast, named: name)
    let paired = cells.pairedTest(
      { model.response[$0] + model.offset[$0] }, named: name, level: model.options.level)
    let deviations = residualDeviations
    let variances = DifferenceVariances(self, cells, deviations: deviations)
    let trials = cells.trials.map(Double.init)
    let rest = contributions(contrast, cells, variances)
    let partners = partners(of: design.condition)
    return AveragedComparison(
      condition: design.condition, level: design.levels[level], reference: design.levels[0],
      subject: design.subject, coverage: model.options.level, mixed: mixed,
      heldNumbers: partners.numbers,
      averagedFactors: partners.factors, paired: paired, subjectCount: cells.included.count,
      droppedSubjects: cells.dropped.subjects, droppedRows: cells.dropped.rows,
      trials: AveragedComparison.Extent(trials),
      medianTrials: 0.5 * (trials[(trials.count - 1) / 2] + trials[trials.count / 2]),
      contributions: rest,
      weightingShare: paired.estimate - mixed.estimate - rest.reduce(0) { $0 + $1.value },
      betweenVariance: AveragedComparison.Extent(variances.between),
      noiseVariance: AveragedComparison.Extent(variances.noise),
      noiseShare: AveragedComparison.Extent(
        zip(variances.noise, variances.total).map { $0 / $1 }),
      meanBetween: variances.between.reduce(0, +) / Double(cells.included.count),
      meanNoise: variances.noise.reduce(0, +) / Double(cells.included.count),
      differenceVariance: paired.standardError * paired.standardError
        * Double(cells.included.count),
      weights: AveragedComparison.Extent(variances.weights),
      equalWeightLoss: variances.equalWeightLoss, shared: variances.shared,
      modelStandardError: variances.meanVariance.squareRoot(),
      hasRandomSlope: hasRandomSlope(design.condition),
      residualDeviations: residualDeviations(design, level: level),
      hasOwnDeviations: hasOwnDeviations(design, level: level, deviations),
      isSerial: residual.serial != nil)
  }

  /// By fixed column, the offset and grouping factors that subjects share: what the means of averages
  /// have that the model's comparison holds constant.
  private func contributions(
    _ contrast: [Double], _ cells: AveragedCells, _ variances: DifferenceVariances
  ) -> [AveragedComparison.Contribution] {
    var all: [AveragedComparison.Contribution] = []
    for (column, name) in model.fixedNames.enumerated() {
      let mean = cells.mean { model.fixed[$0, column] }
      let coefficient = fixedEffects[column].estimate
      all.append(
        AveragedComparison.Contribution(
          term: name, meanDifference: mean, modelDifference: contrast[column],
          coefficient: coefficient, value: (mean - contrast[column]) * coefficient))
    }
    if let offset = model.options.offset {
      let mean = cells.mean { model.offset[$0] }
      all.append(
        AveragedComparison.Contribution(
          term: offset, meanDifference: mean, modelDifference: 0, coefficient: 1, value: mean))
    }
    let effects = effects
    for (index, term) in model.terms.enumerated() where variances.isShared[index] {
      let share = cells.mean { row in
        let level = term.levelOfRow[row]
        guard level >= 0 else { return 0 }
        return (0..<term.columns.columns).reduce(0) {
          $0 + term.columns[row, $1] * effects[index][level, $1]
        }
      }
      if let known = all.firstIndex(where: { $0.term == term.group && $0.coefficient.isNaN }) {
        all[known].value += share
      } else {
        all.append(
          AveragedComparison.Contribution(
            term: term.group, meanDifference: .nan, modelDifference: 0, coefficient: .nan,
            value: share))
      }
    }
    return all
  }

  /// What interacts with the condition: numbers at their means, and factors.
  private func partners(
    of condition: String
  ) -> (numbers: [(name: String, value: Double)], factors: [String]) {
    var names: Set<String> = []
    for term in model.formula.fixed where term.mentions(condition) {
      names.formUnion(term.variables)
    }
    names.remove(condition)
    var numbers: [(name: String, value: Double)] = []
    var factors: [String] = []
    for name in names.sorted() {
      if model.frame.bases.levels[name] != nil {
        factors.append(name)
      } else if case .numeric(let values)? = model.frame.columns[name] {
        numbers.append((name, values.reduce(0, +) / Double(values.count)))
      }
    }
    return (numbers, factors)
  }

  private func hasRandomSlope(_ condition: String) -> Bool {
    model.formula.random.contains {
      $0.variables.contains(condition) || $0.groupNames.contains(condition)
    }
  }

  /// Root mean squares of the conditional residuals.
  private func residualDeviations(
    _ design: ConditionDesign, level: Int
  ) -> (level: Double, reference: Double) {
    let means = conditionalMeans
    func deviation(_ place: Int) -> Double {
      var (squares, count) = (0.0, 0)
      for row in means.indices where design.levelOfRow[row] == place {
        let rest = model.response[row] + model.offset[row] - means[row]
        squares += rest * rest
        count += 1
      }
      return (squares / Double(count)).squareRoot()
    }
    return (deviation(level), deviation(0))
  }

  /// Whether the model has other residual SDs at the level than at the reference.
  private func hasOwnDeviations(
    _ design: ConditionDesign, level: Int, _ deviations: [Double]
  ) -> Bool {
    func mean(_ place: Int) -> Double {
      let rows = deviations.indices.filter { design.levelOfRow[$0] == place }
      return rows.reduce(0) { $0 + deviations[$1] * deviations[$1] } / Double(rows.count)
    }
    return abs(mean(level) / mean(0) - 1) > 1e-3
  }
}
