import Glibc
import LinearAlgebra

/// Where the variance parameters of a structured model ended, with what tests need there.
struct StructuredOptimum {
  var x: [Double]
  var status: FitStatus
  /// By D̃'s ordered entries and φ, as at `x`.
  var jacobian: Matrix
  /// By the parameters, the rotations of T fixed.
  var hessian: Matrix
  /// The inverse Hessian by the parameters, the rotations of T fixed; nil where it is not positive
  /// definite.
  var inverseHessian: Matrix?
  /// The largest absolute derivative by a parameter.
  var largestGradient: Double
}

extension SearchedCriterion {
  func valueOnly(at x: [Double]) -> Double? { evaluate(at: x) ? value : nil }

  /// The optimum from the best two of a grid of starts (the best of every serial correlation), so
  /// that a local optimum is not taken for the global one; the criterion is left evaluated there,
  /// forms included.
  func optimum() -> StructuredOptimum? {
    let lists = parameters.starts
    let starts = lists.flatMap { starts in
      starts.compactMap { x in valueOnly(at: x).map { (x, $0) } }.sorted { $0.1 < $1.1 }
        .prefix(lists.count > 1 ? 1 : 2)
    }
    var best: (optimum: StructuredOptimum, value: Double)?
    for (start, _) in starts {
      if let best, leads(from: start, to: best.optimum, value: best.value) { continue }
      guard let end = descent(from: start), let value = valueOnly(at: end.x) else { continue }
      if let best, best.value <= value { continue }
      best = (end, value)
    }
    guard let best, evaluate(at: best.optimum.x) else { return nil }
    prepareForms()
    return best.optimum
  }

  /// The optimum near a start; the criterion is left evaluated there, forms included.
  func optimum(from start: [Double]) -> StructuredOptimum? {
    guard let optimum = descent(from: start), evaluate(at: optimum.x) else { return nil }
    prepareForms()
    return optimum
  }

  /// The optimum near a start; the criterion may be left evaluated elsewhere.
  private func descent(from start: [Double]) -> StructuredOptimum? {
    guard var result = minimum(from: start) else { return nil }
    // A covariance that is singular but for rounding is made so where the criterion does not
    // rise and does not fall back inwards (the Karush–Kuhn–Tucker conditions).
    for _ in 0..<4 {
      guard let projected = projected(result.point) else { break }
      guard
        let next = minimum(from: projected),
        next.point.value <= result.point.value + 1e-7,
        // Negative curvature: the criterion still falls inwards, if by less than it is known to.
        semidefiniteInverse(next.point.hessian, tolerance: flatness) != nil
      else { break }
      result = next
      if !isSingular(next.point.x) { break }
    }
    let isBoundary = isSingular(result.point.x) || parameters.isSerialBoundary(result.point.x)
    let end = result.point
    return StructuredOptimum(
      x: end.x, status: !result.converged ? .flat : isBoundary ? .boundary : .ok,
      jacobian: parameters.jacobian(at: end.x),
      hessian: end.hessian,
      // A variance that is all but 0 has no curvature left: what it does to others is 0 as well.
      inverseHessian: semidefiniteInverse(end.hessian, tolerance: flatness),
      largestGradient: end.gradient.reduce(0) { max($0, abs($1)) })
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
