import LinearAlgebra

/// Turns a formula and its data into model matrices, with R's coding and names.
///
/// A factor in a term is coded by treatment contrasts where the term without it is in the model
/// too, and by one column per level otherwise. Terms that hold the variable `genotype` give the
/// columns that genotype multiplies.
package struct ModelMatricesBuilder {
  package let formula: Formula
  package let frame: ModelFrame
  /// The variable whose values change from variant to variant.
  package static let genotype = "genotype"
  /// The variable whose product with genotype is tested.
  package static let time = "time"
  /// The grouping factor whose levels have genotypes.
  package static let donor = "donor"

  package init(formula: Formula, frame: ModelFrame) {
    self.formula = formula
    self.frame = frame
  }

  /// - Parameter donorOfSample: non-decreasing donor index per row.
  /// - Throws: `ModelError` for unknown variables and for models that are not supported.
  package func build(donorOfSample: [Int]) throws(ModelError) -> ModelMatrices {
    var fixedNames: [String] = []
    var fixedVariables: [Set<String>] = []
    var fixed: [[Double]] = []
    var genotypeNames: [String] = []
    var genotype: [[Double]] = []
    var tested: [Int] = []
    for term in formula.fixed {
      if term.contains(variable: Self.genotype) {
        let (names, columns) = try code(term.removing(variable: Self.genotype), within: term)
        if term.mentions(Self.time) {
          tested += genotype.count..<(genotype.count + columns.count)
        }
        genotypeNames += names.map { $0 == "(Intercept)" ? Self.genotype : "\($0):genotype" }
        genotype += columns
      } else if term.mentions(Self.genotype) {
        throw ModelError(
          "genotype can only be multiplied with other terms", found: "'\(term.name)'",
          expected: "genotype as it is, e.g. time * genotype")
      } else {
        let (names, columns) = try code(term, within: term)
        fixedNames += names
        fixedVariables += names.map { _ in term.variables }
        fixed += columns
      }
    }
    let (random, shape, randomNames, terms) = try randomPart(donorOfSample: donorOfSample)
    let n = frame.rowCount
    return ModelMatrices(
      fixed: Matrix(rows: n, columns: fixed), fixedNames: fixedNames,
      fixedVariables: fixedVariables,
      genotype: Matrix(rows: n, columns: genotype), genotypeNames: genotypeNames,
      testedColumns: tested, random: random, shape: shape,
      randomNames: randomNames,
      donorOfSample: donorOfSample, terms: terms)
  }

  /// Names and columns of a term; the first variable's columns vary fastest, as in R.
  private func code(
    _ term: FormulaTerm, within whole: FormulaTerm
  ) throws(ModelError) -> ([String], [[Double]]) {
    try TermCoder(frame: frame, model: formula.fixed).code(term, within: whole)
  }

  /// The donors' term where it is the only one and has one or two columns, with no `terms`; else an
  /// intercept in its stead and all terms.
  private func randomPart(
    donorOfSample: [Int]
  ) throws(ModelError) -> (Matrix, RandomEffectShape, [String], [RandomTerm]) {
    guard !formula.random.isEmpty else {
      throw ModelError(
        "the model needs a random part", found: "none",
        expected: "one such as (1 + time | \(Self.donor))")
    }
    var parts: [RandomTermsBuilder.Part] = []
    for part in formula.random {
      parts.append(
        try RandomTermsBuilder(frame: frame, donorOfSample: donorOfSample).part(part))
    }
    if parts.count == 1, parts[0].group == Self.donor, parts[0].columns.columns <= 2 {
      let part = parts[0]
      let shape: RandomEffectShape =
        part.columns.columns == 1 ? .scalar : part.isCorrelated ? .full : .diagonal
      return (part.columns, shape, part.names, [])
    }
    let ones = [Double](repeating: 1, count: frame.rowCount)
    return (
      Matrix(rows: frame.rowCount, columns: [ones]), .scalar, ["(Intercept)"],
      parts.flatMap(\.terms)
    )
  }
}
