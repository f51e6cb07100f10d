import LinearAlgebra

/// The rows of a longitudinal model, one per sample, samples of a donor next to each other.
package struct ModelMatrices: Sendable {
  /// Fixed-effect columns without genotype, samples × p, in the user's units.
  package var fixed: Matrix
  package var fixedNames: [String]
  /// The variables each fixed column is made of, to say where a column at fault comes from.
  package var fixedVariables: [Set<String>]
  /// The columns that genotype multiplies, samples × k (for `time * genotype`: 1 and time).
  package var genotype: Matrix
  package var genotypeNames: [String]
  /// Indices of the genotype columns whose term also holds time: the tested block.
  package var testedColumns: [Int]
  /// Random-effect columns of the donors' term, samples × q with q = 1 or 2; of models with `terms`
  /// an intercept in their stead.
  package var random: Matrix
  package var shape: RandomEffectShape
  /// Whether the random columns are an intercept and a slope (decides the reported names).
  package var randomNames: [String]
  /// Donor index of every sample; non-decreasing.
  package var donorOfSample: [Int]
  /// The random terms of a model that has others than one of one or two columns for the donors;
  /// otherwise empty.
  package var terms: [RandomTerm]

  package init(
    fixed: Matrix, fixedNames: [String], fixedVariables: [Set<String>] = [], genotype: Matrix,
    genotypeNames: [String],
    testedColumns: [Int], random: Matrix, shape: RandomEffectShape, randomNames: [String],
    donorOfSample: [Int], terms: [RandomTerm] = []
  ) {
    precondition(fixed.rows == donorOfSample.count && random.rows == donorOfSample.count)
    precondition(genotype.rows == donorOfSample.count && random.columns == shape.columns)
    self.fixed = fixed
    self.fixedNames = fixedNames
    self.fixedVariables = fixedVariables
    self.genotype = genotype
    self.genotypeNames = genotypeNames
    self.testedColumns = testedColumns
    self.random = random
    self.shape = shape
    self.randomNames = randomNames
    self.donorOfSample = donorOfSample
    self.terms = terms
  }

  /// Every random term, also of a model whose only one is the donors'.
  package var randomTerms: [RandomTerm] {
    guard terms.isEmpty else { return terms }
    let count = (donorOfSample.last ?? -1) + 1
    func term(_ columns: [Int]) -> RandomTerm {
      RandomTerm(
        group: ModelMatricesBuilder.donor,
        columns: Matrix(rows: random.rows, columns: columns.map(random.column)),
        columnNames: columns.map { randomNames[$0] }, levelOfRow: donorOfSample,
        levelNames: (0..<count).map(String.init))
    }
    let all = Array(0..<random.columns)
    return shape == .diagonal ? all.map { term([$0]) } : [term(all)]
  }

  /// Every random term, with the names of donors where their numbers stand.
  ///
  /// - Parameter donors: by number.
  package func namedRandomTerms(donors: [String]) -> [RandomTerm] {
    guard terms.isEmpty else { return terms }
    return randomTerms.map { term in
      var named = term
      named.levelNames = term.levelNames.indices.map { donors[$0] }
      return named
    }
  }

  /// The model with some of its genotype columns.
  package func selecting(genotypeColumns kept: [Int]) -> ModelMatrices {
    var selected = self
    selected.genotype = Matrix(rows: genotype.rows, columns: kept.map(genotype.column))
    selected.genotypeNames = kept.map { genotypeNames[$0] }
    selected.testedColumns = kept.indices.filter { testedColumns.contains(kept[$0]) }
    return selected
  }

  /// The model restricted to the samples at `indices` (ascending).
  package func selecting(samples indices: [Int]) -> ModelMatrices {
    ModelMatrices(
      fixed: fixed.selecting(rows: indices), fixedNames: fixedNames, fixedVariables: fixedVariables,
      genotype: genotype.selecting(rows: indices), genotypeNames: genotypeNames,
      testedColumns: testedColumns, random: random.selecting(rows: indices), shape: shape,
      randomNames: randomNames,
      donorOfSample: indices.map { donorOfSample[$0] },
      terms: terms.map { $0.selecting(samples: indices) })
  }
}
