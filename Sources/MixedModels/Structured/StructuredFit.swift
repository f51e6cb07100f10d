import Glibc
import LinearAlgebra

/// Where the variance parameters of a structured model ended, with what tests need there.
struct StructuredOptimum {
  var x: [Double]
  var status: FitStatus
  /// By D̃'s ordered entries and φ, as at `x`.
  var jacobian: Matrix
  /// The inverse Hessian by the parameters, the rotations of T fixed; nil where it is not positive
  /// definite.
  var inverseHessian: Matrix?
}

extension StructuredCriterion {
  /// Value, gradient and Hessian by the parameters.
  ///
  /// - Parameter holdsRotations: whether the Hessian is made positive along rotations of T, which
  ///   change nothing.
  func point(at x: [Double], holdsRotations: Bool = true) -> TrustRegion.Point? {
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

  /// Curvatures below this share of the largest count as none.
  private static let flatness = 1e-8

  private func valueOnly(at x: [Double]) -> Double? { evaluate(at: x) ? value : nil }

  /// The optimum from the best two of a grid of starts, so that a local optimum is not taken for
  /// the global one.
  func optimum() -> StructuredOptimum? {
    let starts = [0.1, 0.5, 1.5, 5, 20, 100].map { parameters.start(scale: $0) }
    let ranked = starts.compactMap { x in valueOnly(at: x).map { (x, $0) } }
      .sorted { $0.1 < $1.1 }
    let ends = ranked.prefix(2).compactMap { optimum(from: $0.0) }
    return ends.compactMap { end in valueOnly(at: end.x).map { (end, $0) } }
      .min { $0.1 < $1.1 }.flatMap { best in
        evaluate(at: best.0.x) ? best.0 : nil
      }
  }

  /// The optimum near a start; the criterion is left evaluated there, forms included.
  func optimum(from start: [Double]) -> StructuredOptimum? {
    let region = TrustRegion()
    guard
      var result = region.minimise(
        from: start, evaluate: { point(at: $0) }, value: { valueOnly(at: $0) })
    else { return nil }
    // A covariance that is singular but for rounding is made so where the criterion does not
    // rise and does not fall back inwards (the Karush–Kuhn–Tucker conditions).
    for _ in 0..<4 {
      guard let projected = projected(result.point) else { break }
      guard
        let next = region.minimise(
          from: projected, evaluate: { point(at: $0) }, value: { valueOnly(at: $0) }),
        next.point.value <= result.point.value + 1e-7,
        // Negative curvature: the criterion still falls inwards, if by less than it is known to.
        semidefiniteInverse(next.point.hessian, tolerance: Self.flatness) != nil
      else { break }
      result = next
      if !isSingular(next.point.x) { break }
    }
    let isBoundary = isSingular(result.point.x)
    let isThere = formsPoint == result.point.x
    guard let end = isThere ? result.point : point(at: result.point.x) else { return nil }
    return StructuredOptimum(
      x: end.x, status: !result.converged ? .flat : isBoundary ? .boundary : .ok,
      jacobian: parameters.jacobian(at: end.x),
      // A variance that is all but 0 has no curvature left: what it does to others is 0 as well.
      inverseHessian: semidefiniteInverse(end.hessian, tolerance: Self.flatness))
  }

  /// Whether a term's T has rank below its order, exactly.
  private func isSingular(_ x: [Double]) -> Bool {
    parameters.sizes.indices.contains { term in
      let q = parameters.sizes[term]
      guard let system = symmetricEigensystem(parameters.covariance(term, of: x)) else {
        return false
      }
      return system.values[0] <= 1e-14 * max(system.values[q - 1], 1e-14)
    }
  }

  /// Parameters with the smallest eigenvalues of D̃ at 0 where that may be the optimum; nil where
  /// every term is well inside or already there.
  private func projected(_ point: TrustRegion.Point) -> [Double]? {
    var x = point.x
    var changed = false
    for (term, q) in parameters.sizes.enumerated() {
      guard let system = symmetricEigensystem(parameters.covariance(term, of: x)) else {
        continue
      }
      var factor = Matrix(rows: q, columns: q)
      var column = 0
      var shrinks = false
      for k in stride(from: q - 1, through: 0, by: -1) {
        let value = system.values[k]
        if value < 1e-5 * max(1, system.values[q - 1]) {
          if value > 1e-14 * max(system.values[q - 1], 1e-14) { shrinks = true }
          continue
        }
        for row in 0..<q { factor[row, column] = value.squareRoot() * system.vectors[row, k] }
        column += 1
      }
      guard shrinks else { continue }
      parameters.setFactor(factor, term, of: &x)
      changed = true
    }
    return changed ? x : nil
  }
}
