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

  package init(_ matrices: ModelMatrices, group: String) {
    self.matrices = matrices
    self.group = group
  }

  /// - Throws: `ModelError` for the first term that is not identifiable, with a simpler model.
  package func check() throws(ModelError) {
    let n = matrices.donorOfSample.count
    let donors = Set(matrices.donorOfSample).count
    guard donors >= Self.minimumDonors else {
      throw ModelError(
        "too few levels of '\(group)' for random effects", found: "\(donors)",
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
    do throws(OrthonormalBasis.Dependency) {
      _ = try OrthonormalBasis(matrices.fixed)
    } catch {
      throw dependencyError(error)
    }
    do throws(OrthonormalBasis.Dependency) {
      _ = try OrthonormalBasis(matrices.genotype)
    } catch {
      let name = matrices.genotypeNames[error.column]
      let others = error.others.map { matrices.genotypeNames[$0] }
      throw ModelError(
        "the genotype column '\(name)' is not identifiable",
        found: others.isEmpty
          ? "a column of zeros" : "a linear combination of \(others.joined(separator: ", "))",
        expected: "linearly independent columns", advice: "leave it out of the model")
    }
  }

  private func checkRandomPart(samples n: Int, donors: Int) throws(ModelError) {
    let effects = matrices.random.columns * donors
    let part = matrices.randomNames.map { $0 == "(Intercept)" ? "1" : $0 }
      .joined(separator: " + ")
    let term = "(\(part) | \(group))"
    guard n > donors else {
      throw ModelError(
        "every \(group) has one sample, so \(term) is not identifiable",
        found: "\(n) observations of \(donors) levels of '\(group)'",
        expected: "repeated samples",
        advice: "a mixed model needs at least two samples of most donors; check the sample sheet")
    }
    // Before the count: a constant slope column is not identifiable whatever the count.
    for (index, name) in matrices.randomNames.enumerated() where name != "(Intercept)" {
      guard !isConstantWithinDonors(index) else {
        throw ModelError(
          "'\(name)' is constant within every \(group), so its random slope in \(term) is not "
            + "identifiable",
          advice: "fit a random intercept only: --random '(1 | \(group))'")
      }
    }
    guard n > effects else {
      throw ModelError(
        "\(n) observations cannot identify \(effects) random effects of \(term)",
        found: "\(n) observations, \(effects) random effects",
        expected: "more observations than random effects",
        advice: "fit a random intercept only: --random '(1 | \(group))'")
    }
  }

  private func isConstantWithinDonors(_ column: Int) -> Bool {
    let donors = matrices.donorOfSample
    return donors.indices.dropFirst().allSatisfy { row in
      donors[row] != donors[row - 1]
        || matrices.random[row, column] == matrices.random[row - 1, column]
    }
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
