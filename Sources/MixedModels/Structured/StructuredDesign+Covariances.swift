import LinearAlgebra

extension StructuredDesign {
  /// D_j of every term in the user's units.
  ///
  /// - Parameters:
  ///   - x: variance parameters.
  ///   - residualVariance: σ² of the standardised residual.
  func covariances(at x: [Double], residualVariance: Double) -> [Matrix] {
    let parameters = StructuredParameters(design: self)
    return rotations.indices.map { term in
      let phi = rotations[term]
      var d = phi * (parameters.covariance(term, of: x) * phi.transposed)
      for i in d.elements.indices { d.elements[i] *= residualVariance }
      return d
    }
  }
}
