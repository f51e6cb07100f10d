import LinearAlgebra

/// Random effects of levels that covary by a relationship matrix.
extension LinearMixedFit {
  /// û = Cov(u, y) V⁻¹ (y − Xβ̂) of every term, levels × q, in the user's units.
  ///
  /// V is taken apart by clusters of samples that covary, and so is what is solved with it: with a
  /// relationship that ties all donors the cost is that of one dense factorisation.
  /// - Complexity: O(n² (n + levels · q)) over clusters of n samples.
  var relationshipEffects: [Matrix]? {
    let covariances = covariances
    let deviations = residualDeviations
    guard
      let v = MarginalCovariance(
        terms: model.terms, covariances: covariances, residual: deviations.map { $0 * $0 })
    else { return nil }
    let rest = zip(zip(model.response, model.offset), marginalMeans).map { $0.0 + $0.1 - $1 }
    let residuals = v.whitened(Matrix(rows: rest.count, columns: [rest])).elements
    return zip(model.terms, covariances).map { term, covariance in
      let q = term.columns.columns
      let scaled = term.columns * covariance
      let shares = term.relationship.map { $0 * $0.transposed }
      var effects = Matrix(rows: term.levelCount, columns: q)
      for level in 0..<term.levelCount {
        var columns = Matrix(rows: rest.count, columns: q)
        for (row, other) in term.levelOfRow.enumerated() where other >= 0 {
          let share = shares?[level, other] ?? (level == other ? 1 : 0)
          guard share != 0 else { continue }
          for a in 0..<q { columns[row, a] = share * scaled[row, a] }
        }
        let whitened = v.whitened(columns)
        for a in 0..<q {
          effects[level, a] = dotProduct(whitened.column(a), residuals)
        }
      }
      return effects
    }
  }

  /// Every random effect's group, level, column and BLUP.
  package var effectEstimates: [(group: String, level: String, term: String, estimate: Double)] {
    zip(model.terms, effects).flatMap { term, values in
      (0..<values.rows).flatMap { level in
        (0..<values.columns).map { column in
          (term.group, term.levelNames[level], term.columnNames[column], values[level, column])
        }
      }
    }
  }
}
