import LinearAlgebra

/// The model of one gene–variant pair of a scan.
extension LinearMixedModel {
  /// Puts a variant's columns behind the covariates of a scan's model.
  ///
  /// - Parameters:
  ///   - formula: as fitted, for reports.
  ///   - matrices: of the gene's samples.
  ///   - donorNames: by the donors' numbers in `matrices`.
  ///   - dosages: likewise; those of donors without a sample are not read.
  ///   - response: one per sample.
  ///   - residual: of the same samples.
  /// - Throws: `OrthonormalBasis.Dependency` where the columns are linearly dependent.
  package init(
    pairOf formula: Formula, matrices: ModelMatrices, donorNames: [String], dosages: [Double],
    response: [Double], residual: ResidualVariance, options: LinearModelOptions
  ) throws(OrthonormalBasis.Dependency) {
    precondition(response.count == matrices.fixed.rows, "\(response.count) responses")
    let samples = matrices.donorOfSample
    let fixedColumns = (0..<matrices.fixed.columns).map(matrices.fixed.column)
    let genotypeColumns = (0..<matrices.genotype.columns).map { column in
      zip(matrices.genotype.column(column), samples).map { $0 * dosages[$1] }
    }
    self.formula = formula
    self.options = options
    frame = ModelFrame(rowCount: response.count, columns: [:])
    self.response = response
    offset = [Double](repeating: 0, count: response.count)
    fixed = Matrix(rows: response.count, columns: fixedColumns + genotypeColumns)
    fixedNames = matrices.fixedNames + matrices.genotypeNames
    basis = try OrthonormalBasis(fixed)
    projection = basis.q.transposed * response
    remainder = zip(response, basis.q * projection).map { $0 - $1 }
    parts = []
    // Levels of donors without a sample go.
    let terms = matrices.namedRandomTerms(donors: donorNames).map {
      $0.selecting(samples: Array(response.indices))
    }
    origins = terms.enumerated().map { place, term in
      RandomTermOrigin(part: place, columns: Array(0..<term.columns.columns))
    }
    self.terms = terms
    self.residual = residual
    warnings = []
  }

  /// The grouping factors of the random terms, with their numbers of levels.
  package var termGroups: [(name: String, levels: Int)] {
    var seen: Set<String> = []
    return terms.compactMap { term in
      seen.insert(term.group).inserted ? (term.group, term.levelCount) : nil
    }
  }
}
