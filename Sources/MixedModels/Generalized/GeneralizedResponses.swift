import LinearAlgebra

/// Responses of a family with the random part of their model: what is fitted with one set of fixed
/// columns or another.
struct GeneralizedResponses: Sendable {
  let family: ResponseFamily
  /// Proportions of successes, or counts.
  var values: [Double]
  /// Numbers of trials, or weights.
  var sizes: [Double]
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

/// Where a generalised model ended.
struct GeneralizedOptimum {
  /// At the optimum.
  let laplace: LaplaceCriterion
  let optimum: StructuredOptimum
  /// −2 log-likelihood by the approximation, all constants kept.
  let deviance: Double
  /// β where the parameters' part of it is 0.
  let start: [Double]
  /// β of a unit of the parameters.
  let inverseR: Matrix

  /// β in the user's units.
  var coefficients: [Double] {
    let moved = inverseR * Array(optimum.x.suffix(start.count))
    return zip(start, moved).map { $0 + $1 }
  }

  /// Of β, in the user's units.
  var covariance: Matrix { inverseR * (scaledCovariance * inverseR.transposed) }

  /// Of the parameters' part of β: twice the inverse Hessian of the deviance, its part of β.
  ///
  /// The covariances' part goes first: where it has no curvature left it is left out, while β along
  /// which there is little is uncertain. With large counts and random effects an intercept has a
  /// millionth of the curvature that it has without them.
  var scaledCovariance: Matrix {
    let p = start.count
    let hessian = optimum.hessian
    let first = hessian.rows - p
    func block(_ rows: Range<Int>, _ columns: Range<Int>) -> Matrix {
      Matrix(rows: rows.count, columns: columns.map { j in rows.map { hessian[$0, j] } })
    }
    let missing = Matrix(rows: p, columns: p, elements: [Double](repeating: .nan, count: p * p))
    let (inner, outer) = (0..<first, first..<hessian.rows)
    guard let inverse = semidefiniteInverse(block(inner, inner), tolerance: Self.flatness) else {
      return missing
    }
    let cross = block(inner, outer)
    let taken = cross.transposed * (inverse * cross)
    var rest = block(outer, outer)
    for i in 0..<p { for j in 0..<p { rest[i, j] -= taken[i, j] } }
    guard var covariance = positiveDefiniteInverse(rest) else { return missing }
    for k in covariance.elements.indices { covariance.elements[k] *= 2 }
    return covariance
  }

  /// Of the covariances' largest curvature: less is none.
  private static let flatness = 1e-7

  /// D of every term, in the user's units.
  var covariances: [Matrix] { laplace.design.covariances(at: optimum.x, residualVariance: 1) }
}
