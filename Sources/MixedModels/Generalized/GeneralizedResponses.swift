import LinearAlgebra

/// Responses of a family with the random part of their model: what is fitted with one set of fixed
/// columns or another.
struct GeneralizedResponses: Sendable {
  let family: ResponseFamily
  /// Proportions of successes, or counts.
  let values: [Double]
  /// Numbers of trials, or weights.
  let sizes: [Double]
  /// Added to the linear predictor.
  let offset: [Double]
  let terms: [RandomTerm]
  /// 1 for Laplace's approximation.
  let quadraturePoints: Int

  /// The model without random effects.
  ///
  /// - Throws: the first column that is a combination of those before it.
  func plain(
    _ columns: Matrix
  ) throws(OrthonormalBasis.Dependency) -> GeneralizedLinearModel {
    try GeneralizedLinearModel(
      family: family, response: values, sizes: sizes, offset: offset, columns: columns)
  }

  /// The best optimum with some fixed columns.
  ///
  /// - Parameters:
  ///   - columns: samples × p of full rank.
  ///   - start: the fit without random effects; made where nil.
  func optimum(
    _ columns: Matrix, start given: GeneralizedLinearModel.Fit? = nil
  ) -> GeneralizedOptimum? {
    guard let start = given ?? (try? plain(columns))?.fit() else { return nil }
    // Columns are orthonormal in the information, random effects scaled by it: parameters are of
    // order one whatever the units and the counts.
    let information = start.linearPredictor.indices.map { row in
      sizes[row] * family.moments(start.linearPredictor[row]).variance
    }
    var weighted = columns
    for row in 0..<columns.rows {
      for j in 0..<columns.columns { weighted[row, j] *= information[row].squareRoot() }
    }
    guard let basis = try? OrthonormalBasis(weighted) else { return nil }
    let design = StructuredDesign(
      terms: terms, residual: .homogeneous(samples: values.count), isOutline: true,
      information: information)
    let rows = ResponseRows(
      family: family, response: values, sizes: sizes, offset: start.linearPredictor,
      columns: columns * basis.inverseR)
    let laplace = LaplaceCriterion(design: design, rows: rows)
    let criterion: any SlopedCriterion
    if quadraturePoints > 1 {
      guard
        let quadrature = QuadratureCriterion(design: design, rows: rows, points: quadraturePoints)
      else { return nil }
      criterion = quadrature
    } else {
      criterion = laplace
    }
    guard let optimum = criterion.optimum(), laplace.evaluate(at: optimum.x) else { return nil }
    return GeneralizedOptimum(
      laplace: laplace, optimum: optimum, deviance: criterion.value, start: start.coefficients,
      inverseR: basis.inverseR)
  }
}
