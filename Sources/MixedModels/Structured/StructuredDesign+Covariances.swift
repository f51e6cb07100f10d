import LinearAlgebra

extension StructuredDesign {
  /// What relative variances below this are: those of a fit on the boundary.
  static let negligible = 1e-14

  /// D_j of every term in the user's units.
  ///
  /// - Parameters:
  ///   - x: variance parameters.
  ///   - residualVariance: σ² of the standardised residual.
  func covariances(at x: [Double], residualVariance: Double) -> [Matrix] {
    let parameters = StructuredParameters(design: self)
    return rotations.indices.map { term in
      let phi = rotations[term]
      let relative = parameters.covariance(term, of: x)
      // A variance that is 0 but for rounding is reported as 0.
      guard relative.elements.contains(where: { abs($0) > Self.negligible }) else {
        return Matrix(rows: phi.rows, columns: phi.rows)
      }
      var d = phi * (relative * phi.transposed)
      for i in d.elements.indices { d.elements[i] *= residualVariance }
      return d
    }
  }
}
