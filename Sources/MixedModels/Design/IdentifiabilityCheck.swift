import LinearAlgebra

/// Refuses models that the data cannot identify, before anything is fitted.
///
/// The checks are lme4's (`check.nobs.vs.nlev`, `check.nobs.vs.nRE`, `check.rankX`) and a minimum
/// number of donors.
package struct IdentifiabilityCheck {
  /// The fewest donors from which variances between donors can be told.
  package static let minimumDonors = 5

  let matrices: ModelMatrices
  /// The grouping factor's name in messages.
  let group: String
  /// The flag that replaces the random part; nil where the formula is the only place for it.
  let flag: String?
  /// Whether samples have a residual of unknown variance, beside which one random effect a sample
  /// cannot be told; counts and proportions have none.
  let hasResidual: Bool

  package init(
    _ matrices: ModelMatrices, group: String, flag: String? = "--random", hasResidual: Bool = true
  ) {
    self.matrices = matrices
    self.group = group
    self.flag = flag
    self.hasResidual = hasResidual
  }

  /// What may be fitted instead of a random slope.
  private func interceptAdvice(_ group: String) -> String {
    let term = "(1 | \(group))"
    return "fit a random intercept only: " + (flag.map { "\($0) '\(term)'" } ?? term)
  }

  /// The error of a grouping factor; of its columns, where the formula alone names them.
  private func refusal(
    of group: String, _ what: String, found: String? = nil, expected: String? = nil,
    advice: String? = nil
  ) -> ModelError {
    var error = ModelError(what, found: found, expected: expected, advice: advice)
    if flag == nil { error.variables = Set(group.split(separator: ":").map(String.init)) }
    return error
  }

  /// - Returns: the orthonormal basis of the fixed columns.
  /// - Throws: `ModelError` for the first term that is not identifiable, with a simpler model.
  @discardableResult
  package func check() throws(ModelError) -> OrthonormalBasis {
    let n = matrices.donorOfSample.count
    let donors = Self.distinctCount(matrices.donorOfSample)
    guard donors >= Self.minimumDonors else {
      throw refusal(
        of: group, "too few levels of '\(group)' for random effects", found: "\(donors)",
        expected: "at least \(Self.minimumDonors)")
    }
    try checkRandomPart(samples: n, donors: donors)
    let parameters = matrices.fixed.columns + matrices.genotype.columns
    guard n > parameters else {
      throw ModelError(
        "the model has more parameters than the data can identify",
        found: "\(n) observations for \(parameters) fixed effects",
        expected: "more observations than fixed effects", advice: "use fewer covariates")
    }
    let fixed: OrthonormalBasis
    do throws(OrthonormalBasis.Dependency) {
      fixed = try OrthonormalBasis(byGram: matrices.fixed)
    } catch {
      throw dependencyError(error)
    }
    for term in matrices.terms { try check(term, beside: fixed) }
    do throws(OrthonormalBasis.Dependency) {
      try OrthonormalBasis.checkIndependence(matrices.genotype)
    } catch {
      let name = matrices.genotypeNames[error.column]
      let others = error.others.map { matrices.genotypeNames[$0] }
      throw ModelError(
        "the genotype column '\(name)' is not identifiable",
        found: others.isEmpty
          ? "a column of zeros" : "a linear combination of \(others.joined(separator: ", "))",
        expected: "linearly independent columns", advice: "leave it out of the model")
    }
    return fixed
  }

  private func checkRandomPart(samples n: Int, donors: Int) throws(ModelError) {
    guard n > donors || !hasResidual else {
      throw refusal(
        of: group,
        "every \(group) has one sample, so \(Self.text(matrices.randomTerms[0], group)) is not "
          + "identifiable",
        found: "\(n) observations of \(donors) levels of '\(group)'",
        expected: "repeated samples",
        advice: "a mixed model needs at least two samples of most levels; check the "
          + (flag == nil ? "grouping factor" : "sample sheet"))
    }
    if matrices.terms.isEmpty {
      // Uncorrelated effects of the donors are one part of the formula.
      let levels = matrices.randomTerms[0]
      try check(
        RandomTerm(
          group: group, columns: matrices.random, columnNames: matrices.randomNames,
          levelOfRow: levels.levelOfRow, levelNames: levels.levelNames), samples: n)
    } else {
      for term in matrices.terms { try check(term, samples: n) }
      try checkPairs()
    }
  }

  static func text(_ term: RandomTerm, _ group: String) -> String {
    let part = term.columnNames.map { $0 == "(Intercept)" ? "1" : $0 }
    return "(\(part.joined(separator: " + ")) | \(group))"
  }

  private func check(_ term: RandomTerm, samples n: Int) throws(ModelError) {
    let group = term.group == ModelMatricesBuilder.donor ? group : term.group
    let text = Self.text(term, group)
    let levels = Self.distinctCount(term.levelOfRow)
    guard levels > 1 else {
      throw refusal(
        of: group, "the grouping factor '\(group)' has one level, so \(text) is not identifiable",
        found: "one level", expected: "two or more levels", advice: "leave the term out")
    }
    guard levels < n || !hasResidual else {
      throw refusal(
        of: group, "every level of '\(group)' has one sample, so \(text) is not identifiable",
        found: "\(n) observations of \(levels) levels", expected: "levels with several samples",
        advice: "leave the term out")
    }
    // Before the count: a constant slope column is not identifiable whatever the count.
    for (index, name) in term.columnNames.enumerated() where name != "(Intercept)" {
      guard !isConstantWithinLevels(term, index) else {
        throw refusal(
          of: name,
          "'\(name)' is constant within every \(group), so its random slope in \(text) is not "
            + "identifiable",
          advice: interceptAdvice(group))
      }
    }
    let effects = levels * term.columns.columns
    guard n > effects || !hasResidual else {
      throw refusal(
        of: group, "\(n) observations cannot identify \(effects) random effects of \(text)",
        found: "\(n) observations, \(effects) random effects",
        expected: "more observations than random effects",
        advice: interceptAdvice(group))
    }
    do throws(OrthonormalBasis.Dependency) {
      try OrthonormalBasis.checkIndependence(term.columns)
    } catch {
      throw refusal(
        of: group,
        "the random effect '\(term.columnNames[error.column])' of \(text) is not identifiable",
        found: "a linear combination of the others of its term",
        expected: "linearly independent columns",
        advice: "leave it out, or centre it where its values are far from 0")
    }
  }

  private func isConstantWithinLevels(_ term: RandomTerm, _ column: Int) -> Bool {
    // Rows without a level are one more.
    var values = [Double](repeating: .nan, count: term.levelCount + 1)
    for (row, level) in term.levelOfRow.enumerated() {
      let value = term.columns[row, column]
      let known = values[level + 1]
      guard known.isNaN || known == value else { return false }
      values[level + 1] = value
    }
    return true
  }

  /// How many different numbers there are; from −1.
  static func distinctCount(_ numbers: [Int]) -> Int {
    guard let last = numbers.max() else { return 0 }
    var isPresent = [Bool](repeating: false, count: last + 2)
    for number in numbers { isPresent[number + 1] = true }
    return isPresent.count(where: \.self)
  }

  private func dependencyError(_ dependency: OrthonormalBasis.Dependency) -> ModelError {
    let name = matrices.fixedNames[dependency.column]
    let others = dependency.others.map { matrices.fixedNames[$0] }
    let found: String
    switch others {
    case []: found = "a column of zeros"
    case ["(Intercept)"]: found = "a constant"
    default: found = "a linear combination of \(others.joined(separator: ", "))"
    }
    var error = ModelError(
      "the fixed-effect column '\(name)' is not identifiable", found: found,
      expected: "linearly independent columns", advice: "leave it out of the model")
    if !matrices.fixedVariables.isEmpty {
      error.variables = matrices.fixedVariables[dependency.column]
    }
    return error
  }
}
