import Glibc

/// The exact minimiser of a strictly convex quadratic over the cone of admissible M: positive
/// semidefinite 2 × 2 matrices, or non-negative variances.
///
/// Minimising the quadratic model of the criterion over the cone itself, and not over a linear
/// piece of it, makes a Newton iteration that treats interior optima, singular ones and M = 0
/// alike: its fixed points are the points that satisfy the Karush–Kuhn–Tucker conditions.
struct ConeQuadratic {
  /// Hessian by the coordinates 11, 12, 22 (rows), positive definite in the free coordinates.
  let hessian: SymmetricMatrix3
  /// The quadratic is ½ x'Hx − c'x in the coordinates x of M.
  let linear: (Double, Double, Double)
  let shape: RandomEffectShape

  /// The minimiser and the face it lies on.
  func minimiser() -> (point: SymmetricMatrix2, face: ConeFace) {
    switch shape {
    case .scalar: scalar()
    case .diagonal: diagonal()
    case .full: full()
    }
  }

  /// ½ x'Hx − c'x.
  func value(at m: SymmetricMatrix2) -> Double {
    let h = hessian.multiply(m.a11, m.a12, m.a22)
    return m.a11 * (0.5 * h.0 - linear.0) + m.a12 * (0.5 * h.1 - linear.1)
      + m.a22 * (0.5 * h.2 - linear.2)
  }

  private func scalar() -> (SymmetricMatrix2, ConeFace) {
    let x = linear.0 / hessian.h11
    return x > 0 ? (SymmetricMatrix2(x, 0, 0), .interior) : (.zero, .zero)
  }

  private func diagonal() -> (SymmetricMatrix2, ConeFace) {
    let determinant = hessian.h11 * hessian.h33 - hessian.h13 * hessian.h13
    let first = (linear.0 * hessian.h33 - linear.2 * hessian.h13) / determinant
    let second = (linear.2 * hessian.h11 - linear.0 * hessian.h13) / determinant
    if first > 0, second > 0 { return (SymmetricMatrix2(first, 0, second), .interior) }
    let onFirst = SymmetricMatrix2(max(0, linear.0 / hessian.h11), 0, 0)
    let onSecond = SymmetricMatrix2(0, 0, max(0, linear.2 / hessian.h33))
    let best = value(at: onFirst) <= value(at: onSecond) ? onFirst : onSecond
    if best.a11 > 0 { return (best, .secondZero) }
    if best.a22 > 0 { return (best, .firstZero) }
    return (.zero, .zero)
  }

  private func full() -> (SymmetricMatrix2, ConeFace) {
    let free = hessian.solve(linear)
    let candidate = SymmetricMatrix2(free.0, free.1, free.2)
    if candidate.determinant > 0, candidate.a11 > 0, candidate.a22 > 0 {
      return (candidate, .interior)
    }
    // On the boundary M = r v(ψ), v = (1 + cos ψ, sin ψ, 1 − cos ψ)/2, and for a given ψ the best
    // r is (c·v)₊ / v'Hv with value −½ (c·v)₊² / v'Hv. A scan finds the right peak, bisection of
    // the derivative makes it exact.
    let steps = 32
    let width = 2 * Double.pi / Double(steps)
    var best = 0
    var bestGain = 0.0
    for step in 0..<steps {
      let gain = Ray(angle: Double(step) * width, hessian: hessian, linear: linear).gain
      if gain > bestGain {
        bestGain = gain
        best = step
      }
    }
    if bestGain == 0 { return refined(peakNear: nil, width: width) }
    return refined(peakNear: Double(best) * width, width: width)
  }

  /// The boundary point of the peak of the gain near an angle; M = 0 where no ray gains.
  private func refined(peakNear angle: Double?, width: Double) -> (SymmetricMatrix2, ConeFace) {
    // Where no scanned ray gains, the one along which c·v is largest may still gain.
    let centre = angle ?? atan2(linear.1, linear.0 - linear.2)
    var low = centre - width
    var high = centre + width
    if angle == nil {
      guard Ray(angle: centre, hessian: hessian, linear: linear).gain > 0 else {
        return (.zero, .zero)
      }
    }
    for _ in 0..<60 {
      let middle = 0.5 * (low + high)
      if Ray(angle: middle, hessian: hessian, linear: linear).slope > 0 {
        low = middle
      } else {
        high = middle
      }
      if high - low < 1e-15 * max(1, abs(middle)) { break }
    }
    let ray = Ray(angle: 0.5 * (low + high), hessian: hessian, linear: linear)
    return ray.length > 0 ? (ray.point, .rankOne) : (.zero, .zero)
  }
}

/// One ray of rank-one matrices r v(ψ).
private struct Ray {
  let v: (Double, Double, Double)
  /// (c·v) and v'Hv with their derivatives by ψ.
  let along: Double
  let alongSlope: Double
  let curvature: Double
  let curvatureSlope: Double

  init(angle: Double, hessian: SymmetricMatrix3, linear: (Double, Double, Double)) {
    let c = cos(angle)
    let s = sin(angle)
    v = (0.5 * (1 + c), 0.5 * s, 0.5 * (1 - c))
    let d = (-0.5 * s, 0.5 * c, 0.5 * s)
    along = linear.0 * v.0 + linear.1 * v.1 + linear.2 * v.2
    alongSlope = linear.0 * d.0 + linear.1 * d.1 + linear.2 * d.2
    let hv = hessian.multiply(v.0, v.1, v.2)
    curvature = v.0 * hv.0 + v.1 * hv.1 + v.2 * hv.2
    curvatureSlope = 2 * (d.0 * hv.0 + d.1 * hv.1 + d.2 * hv.2)
  }

  /// Best length.
  var length: Double { max(0, along / curvature) }
  var gain: Double { along > 0 ? along * along / curvature : 0 }
  /// Sign of the derivative of (c·v)² / v'Hv where c·v > 0; otherwise of c·v.
  var slope: Double {
    along > 0 ? 2 * alongSlope * curvature - along * curvatureSlope : alongSlope
  }
  var point: SymmetricMatrix2 {
    SymmetricMatrix2(length * v.0, length * v.1, length * v.2)
  }
}
