import LinearAlgebra

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
