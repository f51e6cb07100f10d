import Glibc
import LinearAlgebra

/// Newton's method within a trust region, on the exact Hessian: it goes down along directions of
/// negative curvature too, so that it does not rest at a saddle, such as a variance of 0 that
/// had better be positive (Moré & Sorensen 1983).
struct TrustRegion {
  struct Point {
    var x: [Double]
    var value: Double
    var gradient: [Double]
    /// Positive along directions that change nothing.
    var hessian: Matrix
  }

  /// What a minimisation ended with.
  struct Result {
    var point: Point
    var converged: Bool
  }

  var maximumIterations = 80
  /// The decrease predicted for a last step, which is taken; Newton's next would be its square.
  var tolerance = 1e-7

  /// - Parameters:
  ///   - evaluate: value and derivatives; nil where there are none.
  ///   - value: the value alone.
  func minimise(
    from start: [Double], evaluate: ([Double]) -> Point?, value: ([Double]) -> Double?
  ) -> Result? {
    guard var point = evaluate(start) else { return nil }
    var radius = 1.0
    for _ in 0..<maximumIterations {
      guard let step = Self.step(point, radius: radius) else {
        return Result(point: point, converged: false)
      }
      let noise = 1e-12 * (1 + abs(point.value))
      let isLast = step.decrease < max(tolerance, noise) && step.isNewton
      // Also where curvature is negative by a rounding error: beside a variance that is all but 0.
      if step.decrease <= noise, !step.isNewton { return Result(point: point, converged: true) }
      let candidate = zip(point.x, step.step).map { $0 + $1 }
      let actual = value(candidate).map { point.value - $0 } ?? -.infinity
      if isLast {
        // Where rounding hides the decrease the point is as good.
        guard actual >= -noise, let next = evaluate(candidate) else {
          return Result(point: point, converged: true)
        }
        return Result(point: next, converged: true)
      }
      let ratio = actual / step.decrease
      if ratio < 0.25 {
        radius = 0.25 * step.length
      } else if ratio > 0.75, !step.isNewton {
        radius = max(radius, 2.5 * step.length)
      }
      if ratio > 0.05 {
        guard let next = evaluate(candidate) else {
          radius *= 0.25
          continue
        }
        point = next
      }
      guard radius > 1e-12 else { return Result(point: point, converged: false) }
    }
    return Result(point: point, converged: false)
  }

  struct Step {
    var step: [Double]
    var length: Double
    /// What the quadratic model falls by.
    var decrease: Double
    /// Whether it is the minimum of a convex model.
    var isNewton: Bool
  }

  /// The minimum of the quadratic model within the radius, by the Hessian's eigenvectors.
  static func step(_ point: Point, radius: Double) -> Step? {
    guard let (values, vectors) = symmetricEigensystem(point.hessian) else { return nil }
    let count = values.count
    let along = (0..<count).map { k in
      (0..<count).reduce(0) { $0 + vectors[$1, k] * point.gradient[$1] }
    }
    let largest = values.reduce(0) { max($0, abs($1)) }
    let smallest = values.first ?? 0
    func coordinates(_ shift: Double) -> [Double] {
      (0..<count).map { along[$0] == 0 ? 0 : -along[$0] / (values[$0] + shift) }
    }
    func length(_ y: [Double]) -> Double { y.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    var y: [Double]
    var isNewton = false
    let floor = 1e-13 * largest
    if smallest > floor, length(coordinates(0)) <= radius {
      y = coordinates(0)
      isNewton = true
    } else {
      var low = max(0, -smallest + floor)
      if low == 0 { low = floor }
      y = coordinates(low)
      if length(y) < radius {
        // The hard case: the rest of the way along the lowest eigenvector.
        if smallest < 0 {
          let rest = (radius * radius - length(y) * length(y)).squareRoot()
          y[0] += along[0] > 0 ? -rest : rest
        }
      } else {
        var high = low + length(along) / radius + largest
        for _ in 0..<200 where high - low > 1e-10 * high {
          let middle = 0.5 * (low + high)
          if length(coordinates(middle)) > radius { low = middle } else { high = middle }
        }
        y = coordinates(high)
      }
    }
    var decrease = 0.0
    for k in 0..<count { decrease -= (along[k] + 0.5 * values[k] * y[k]) * y[k] }
    let step = (0..<count).map { row in
      (0..<count).reduce(0) { $0 + vectors[row, $1] * y[$1] }
    }
    return Step(step: step, length: length(y), decrease: decrease, isNewton: isNewton)
  }
}
