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
    return RankOneQuadratic(hessian: hessian, linear: linear).minimiser()
  }
}
