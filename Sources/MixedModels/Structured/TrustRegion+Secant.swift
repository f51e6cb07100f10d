import LinearAlgebra

extension TrustRegion {
  struct Slope {
    var value: Double
    var gradient: [Double]
  }

  /// The minimum by steps on a Hessian that learns from the gradients they end at (the symmetric
  /// rank-one formula, which may become indefinite as the function is: Conn, Gould & Toint 1991,
  /// doi 10.1007/BF01594934). No step is the last before a Hessian made for its point has said so.
  ///
  /// - Parameters:
  ///   - slope: value and gradient; nil where there are none.
  ///   - curvature: the Hessian at a point with its gradient, positive along directions that change
  ///     nothing; with `true` as exactly as it can be had.
  func minimise(
    from start: [Double], slope: ([Double]) -> Slope?,
    curvature: (_ x: [Double], _ gradient: [Double], _ isFinal: Bool) -> Matrix?
  ) -> Result? {
    guard let first = slope(start), let hessian = curvature(start, first.gradient, false) else {
      return nil
    }
    var point = Point(x: start, value: first.value, gradient: first.gradient, hessian: hessian)
    // How the Hessian came about: by steps, roughly, or exactly.
    var origin = Origin.rough
    var radius = 1.0
    for _ in 0..<maximumIterations {
      guard let step = Self.step(point, radius: radius) else {
        return Result(point: point, converged: false)
      }
      let noise = 1e-12 * (1 + abs(point.value))
      // The Hessian of the last point is reported: steps to it are taken while they are cheap.
      let limit = origin == .exact ? tolerance : 1e-3 * tolerance
      let isLast = step.decrease < max(limit, noise) && step.isNewton
      let isIdle = step.decrease <= noise && !step.isNewton
      if (isLast || isIdle) && origin != .exact {
        guard let hessian = curvature(point.x, point.gradient, true) else {
          return Result(point: point, converged: false)
        }
        point.hessian = hessian
        origin = .exact
        continue
      }
      if isIdle { return Result(point: point, converged: true) }
      let candidate = zip(point.x, step.step).map { $0 + $1 }
      let next = slope(candidate)
      if isLast {
        if let next, next.value <= point.value + noise {
          point = Point(
            x: candidate, value: next.value, gradient: next.gradient, hessian: point.hessian)
        }
        return Result(point: point, converged: true)
      }
      guard let next else {
        radius = 0.25 * min(radius, step.length)
        guard radius > 1e-12 else { return Result(point: point, converged: false) }
        continue
      }
      let ratio = (point.value - next.value) / step.decrease
      if ratio < 0.25 {
        radius = 0.25 * step.length
      } else if ratio > 0.75, !step.isNewton {
        radius = max(radius, 2.5 * step.length)
      }
      if ratio > 0.05 {
        point.hessian = Self.learned(point, step.step, gradient: next.gradient)
        (point.x, point.value, point.gradient) = (candidate, next.value, next.gradient)
        origin = .steps
      } else if origin == .steps {
        guard let hessian = curvature(point.x, point.gradient, false) else {
          return Result(point: point, converged: false)
        }
        point.hessian = hessian
        origin = .rough
      }
      guard radius > 1e-12 else { return Result(point: point, converged: false) }
    }
    return Result(point: point, converged: false)
  }

  private enum Origin { case steps, rough, exact }

  /// H + rr'/r's with r = y − Hs, where that is well defined.
  private static func learned(_ point: Point, _ step: [Double], gradient: [Double]) -> Matrix {
    let count = step.count
    var rest = [Double](repeating: 0, count: count)
    var (product, restSquares, stepSquares) = (0.0, 0.0, 0.0)
    for i in 0..<count {
      rest[i] = gradient[i] - point.gradient[i]
      for j in 0..<count { rest[i] -= point.hessian[i, j] * step[j] }
      product += rest[i] * step[i]
      restSquares += rest[i] * rest[i]
      stepSquares += step[i] * step[i]
    }
    var hessian = point.hessian
    guard abs(product) > 1e-8 * (restSquares * stepSquares).squareRoot() else { return hessian }
    for i in 0..<count {
      for j in 0..<count { hessian[i, j] += rest[i] * rest[j] / product }
    }
    return hessian
  }
}
