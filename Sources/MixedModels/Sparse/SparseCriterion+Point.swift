/// The way to the optimum.
extension SparseCriterion: SlopedCriterion {
  func slope(at x: [Double]) -> TrustRegion.Slope? {
    guard evaluate(at: x) else { return nil }
    return TrustRegion.Slope(value: value, gradient: gradient())
  }

  func point(at x: [Double], holdsRotations: Bool) -> TrustRegion.Point? {
    guard let here = slope(at: x),
      let hessian = hessian(at: x, here.gradient, isCentral: true, holdsRotations: holdsRotations),
      evaluate(at: x)
    else { return nil }
    return TrustRegion.Point(x: x, value: here.value, gradient: here.gradient, hessian: hessian)
  }
}
