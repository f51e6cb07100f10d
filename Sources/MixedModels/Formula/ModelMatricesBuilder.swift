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
    let part = try fixedPart()
    let (random, shape, randomNames, terms) = try randomPart(donorOfSample: donorOfSample)
    let n = frame.rowCount
    return ModelMatrices(
      fixed: Matrix(rows: n, columns: part.fixed), fixedNames: part.fixedNames,
      fixedVariables: part.fixedVariables,
      genotype: Matrix(rows: n, columns: part.genotype), genotypeNames: part.genotypeNames,
      testedColumns: part.tested, random: random, shape: shape,
      randomNames: randomNames,
      donorOfSample: donorOfSample, terms: terms)
  }

  /// The means over rows of the fixed columns and of those that genotype multiplies, for rows that
  /// differ from the model's own: coded as those were (R's "safe prediction").
  ///
  /// - Parameter rows: the variables of the formula.
  /// - Throws: `ModelError` where a function of the formula is not defined there.
  package func columnMeans(
    of rows: ModelFrame
  ) throws(ModelError) -> (fixed: [Double], genotype: [Double]) {
    var coded = rows
    var known = frame
    // Genotype takes no coding from the data.
    known.columns[Self.genotype] = .numeric([Double](repeating: 0, count: frame.rowCount))
    coded.bases = try CodingBases(formula, frame: known)
    let part = try ModelMatricesBuilder(formula: formula, frame: coded).fixedPart()
    func means(_ columns: [[Double]]) -> [Double] {
      columns.map { $0.reduce(0, +) / Double($0.count) }
    }
    return (means(part.fixed), means(part.genotype))
  }

  /// What the fixed part of the formula gives.
  private struct FixedColumnSet {
    var fixedNames: [String] = []
    var fixedVariables: [Set<String>] = []
    var fixed: [[Double]] = []
    var genotypeNames: [String] = []
    var genotype: [[Double]] = []
    var tested: [Int] = []
  }

  private func fixedPart() throws(ModelError) -> FixedColumnSet {
    var part = FixedColumnSet()
    for term in formula.fixed {
      if term.contains(variable: Self.genotype) {
        let (names, columns) = try code(term.removing(variable: Self.genotype), within: term)
        if term.mentions(Self.time) {
          part.tested += part.genotype.count..<(part.genotype.count + columns.count)
        }
        part.genotypeNames += names.map { $0 == "(Intercept)" ? Self.genotype : "\($0):genotype" }
        part.genotype += columns
      } else if term.mentions(Self.genotype) {
        throw ModelError(
          "genotype can only be multiplied with other terms", found: "'\(term.name)'",
          expected: "genotype as it is, e.g. time * genotype")
      } else {
        let (names, columns) = try code(term, within: term)
        part.fixedNames += names
        part.fixedVariables += names.map { _ in term.variables }
        part.fixed += columns
      }
    }
    return part
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
