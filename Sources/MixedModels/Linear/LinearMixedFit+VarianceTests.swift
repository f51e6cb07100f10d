import Distributions
import LinearAlgebra

/// How variance tests are simulated.
public struct BootstrapOptions: Sendable {
  /// Replicates; 0 for none but where nothing else tells.
  public var replicates = 0
  /// Seed of the random numbers.
  public var seed: UInt64 = 1

  /// No simulation but where nothing else tells, by default.
  public init(replicates: Int = 0, seed: UInt64 = 1) {
    self.replicates = replicates
    self.seed = seed
  }
}

extension LinearMixedFit {
  /// Tests of every random effect: of intercepts alone, and of every slope with its covariances.
  ///
  /// A variance of 0 is on the boundary, so that the reference of q random effects against q − 1 is
  /// the mixture of χ² with q − 1 and q degrees of freedom.
  public func randomEffectTests(_ options: BootstrapOptions = .init()) -> [VarianceTest] {
    guard let engine else { return [] }
    var tests: [VarianceTest] = []
    for (j, term) in model.terms.enumerated() where model.origins[j].stratum == nil {
      for column in term.columnNames.indices {
        // An intercept beside slopes is no hypothesis: it depends on where the slope is 0.
        if term.columnNames.count > 1, term.columnNames[column] == "(Intercept)" { continue }
        let without = model.dropping(column, of: j)
        let null =
          without.map { ComparedModel(criterion: $0.makeCriterion(residual)) }
          ?? ComparedModel(criterion: model.makeCriterion(residual), holdsEffectsAtZero: true)
        let name = "\(term.columnNames[column]) | \(term.group)"
        tests.append(
          test(
            name, null: (null, without ?? model), engine: engine,
            reference: .mixture(term.columnNames.count - 1), options))
      }
    }
    return tests
  }

  /// Tests, for every slope of terms whose covariances differ between groups, that its variances are
  /// equal in all of them.
  public func equalVarianceTests(_ options: BootstrapOptions = .init()) -> [VarianceTest] {
    guard let engine, let name = model.options.groupCovariance else { return [] }
    var families: [[Int]: [Int]] = [:]
    for (j, origin) in model.origins.enumerated() where origin.stratum != nil {
      families[[origin.part] + origin.columns, default: []].append(j)
    }
    var tests: [VarianceTest] = []
    for key in families.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let members = families[key, default: []]
      let term = model.terms[members[0]]
      for column in term.columnNames.indices {
        let isSlope = term.columnNames[column] != "(Intercept)"
        guard isSlope || term.columnNames.count == 1 else { continue }
        let null = ComparedModel(
          criterion: model.makeCriterion(residual), equal: members.map { ($0, column) })
        tests.append(
          test(
            "equal variances of \(term.columnNames[column]) | \(term.group) by \(name)",
            null: (null, model), engine: engine, reference: .chiSquared(members.count - 1), options)
        )
      }
    }
    return tests
  }

  private func test(
    _ name: String, null: (compared: ComparedModel, model: LinearMixedModel), engine: Engine,
    reference: VarianceTest.Reference, _ options: BootstrapOptions
  ) -> VarianceTest {
    var test = VarianceTest(
      name: name, statistic: .nan, reference: reference, logPValue: .nan)
    guard let outcome = null.compared.fit(model.remainder),
      engine.criterion.evaluate(at: engine.optimum.x)
    else { return test }
    // Both optima are known to about 1e-9: a statistic of 0 has a p-value of 1, rounding one of 1/2.
    let statistic = outcome.value - engine.criterion.value
    test.statistic = statistic < 1e-8 ? 0 : statistic
    // Equal variances that are 0 are on the boundary, where the statistic has no χ² distribution.
    var replicates = options.replicates
    if case .chiSquared = reference, outcome.status == .boundary {
      test.reference = .bootstrap
      if replicates == 0 { replicates = 199 }
    }
    test.logPValue = test.reference.logTail(test.statistic)
    guard replicates > 0 else { return test }
    let full = ComparedModel(criterion: model.makeCriterion(residual))
    guard
      let simulator = ResponseSampler(
        null.compared, at: outcome.x, model: null.model, residual: residual, units: units)
    else { return test }
    var random = RandomNumbers(seed: options.seed)
    var extreme = 0
    for _ in 0..<replicates {
      let response = simulator.sample(&random)
      guard let with = full.fit(response, from: engine.optimum.x),
        let without = null.compared.fit(
          response, from: null.compared.equal.isEmpty ? outcome.x : with.x)
      else { continue }
      test.replicates += 1
      // A statistic of 0 but for the optimiser's tolerance is 0.
      if without.value - with.value >= test.statistic - 1e-6 { extreme += 1 }
    }
    if test.replicates > 0 {
      test.bootstrapPValue = Double(1 + extreme) / Double(1 + test.replicates)
    }
    return test
  }
}

extension LinearMixedModel {
  /// The model without a column of a fitted term; nil where no random effect is left.
  func dropping(_ column: Int, of j: Int) -> LinearMixedModel? {
    var model = self
    let kept = terms[j].columnNames.indices.filter { $0 != column }
    if kept.isEmpty {
      model.terms.remove(at: j)
      model.origins.remove(at: j)
    } else {
      model.terms[j] = RandomTerm(
        group: terms[j].group,
        columns: Matrix(
          rows: terms[j].columns.rows, columns: kept.map(terms[j].columns.column)),
        columnNames: kept.map { terms[j].columnNames[$0] }, levelOfRow: terms[j].levelOfRow,
        levelNames: terms[j].levelNames)
      model.origins[j].columns = kept.map { origins[j].columns[$0] }
    }
    return model.terms.isEmpty ? nil : model
  }
}
