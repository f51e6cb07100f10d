import LinearAlgebra

extension StructuredCriterion {
  /// Value, gradient and Hessian by the parameters.
  ///
  /// - Parameter holdsRotations: whether the Hessian is made positive along rotations of T, which
  ///   change nothing.
  func point(at x: [Double], holdsRotations: Bool) -> TrustRegion.Point? {
    guard evaluate(at: x) else { return nil }
    let derivatives = derivatives()
    let jacobian = parameters.jacobian(at: x)
    let gradient = (jacobian.transposed * derivatives.gradient)
    var hessian = jacobian.transposed * (derivatives.hessian * jacobian)
    for (term, q) in parameters.sizes.enumerated() {
      let start = parameters.offsets[term]
      // d²D̃ = dT dT' + dT' dT: 2Γ between entries of one column of T.
      for r in 0..<q {
        for other in 0..<q {
          let value =
            derivatives.gradient[start + r * q + other]
            + derivatives.gradient[start + other * q + r]
          for s in 0..<q { hessian[start + r * q + s, start + other * q + s] += value }
        }
      }
    }
    guard holdsRotations else {
      return TrustRegion.Point(x: x, value: value, gradient: gradient, hessian: hessian)
    }
    let scale = (0..<parameters.count).reduce(0) { max($0, abs(hessian[$1, $1])) }
    for direction in parameters.gauge(at: x) {
      for i in direction.indices where direction[i] != 0 {
        for j in direction.indices { hessian[i, j] += scale * direction[i] * direction[j] }
      }
    }
    return TrustRegion.Point(x: x, value: value, gradient: gradient, hessian: hessian)
  }

  func minimum(from start: [Double]) -> TrustRegion.Result? {
    TrustRegion().minimise(
      from: start, evaluate: { point(at: $0, holdsRotations: true) },
      value: { valueOnly(at: $0) })
  }

  var flatness: Double { 1e-8 }
}
