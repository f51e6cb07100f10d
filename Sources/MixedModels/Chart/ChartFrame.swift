/// Where a chart lies: the affine maps between M and the chart's coordinates x.
///
/// With T₀ = I − M₀ = VV' and Δ = [[x₁, x₂], [x₂, x₃]], M = M₀ − VΔV'. V's columns are the
/// eigenvectors of T₀ times the roots of its eigenvalues, so that x measures relative changes of
/// precision along the axes of the null fit.
struct ChartFrame: Sendable {
  typealias Rows3 = (Double, Double, Double)

  let origin: SymmetricMatrix2
  /// Rows 11, 12, 22 of M = origin + toMatrix · x.
  let toMatrix: (Rows3, Rows3, Rows3)
  /// Rows 1, 2, 3 of x = toChart · (M − origin).
  let toChart: (Rows3, Rows3, Rows3)
  /// log|I − M₀|.
  let logDeterminant: Double

  init(origin m: SymmetricMatrix2, shape: RandomEffectShape) {
    origin = m
    let complement = SymmetricMatrix2.identity - m
    logDeterminant = Double.log(complement.determinant)
    let (first, second) = Self.columns(complement, shape: shape)
    let rows: (Rows3, Rows3, Rows3) = (
      (-first.0 * first.0, -2 * first.0 * second.0, -second.0 * second.0),
      (
        -first.0 * first.1, -(first.0 * second.1 + first.1 * second.0), -second.0 * second.1
      ),
      (-first.1 * first.1, -2 * first.1 * second.1, -second.1 * second.1)
    )
    toMatrix = rows
    toChart = Self.inverse(rows)
  }

  /// V's columns.
  private static func columns(
    _ t: SymmetricMatrix2, shape: RandomEffectShape
  ) -> ((Double, Double), (Double, Double)) {
    guard shape == .full, t.a12 != 0 else {
      return ((t.a11.squareRoot(), 0), (0, t.a22.squareRoot()))
    }
    let (smaller, larger) = t.eigenvalues
    // Of the two ways to write an eigenvector the longer one loses no digits.
    let a = (t.a12, smaller - t.a11)
    let b = (smaller - t.a22, t.a12)
    let long = a.0 * a.0 + a.1 * a.1 > b.0 * b.0 + b.1 * b.1 ? a : b
    let length = (long.0 * long.0 + long.1 * long.1).squareRoot()
    let c = long.0 / length
    let s = long.1 / length
    let small = smaller.squareRoot()
    let large = larger.squareRoot()
    return ((small * c, small * s), (-large * s, large * c))
  }

  private static func inverse(_ m: (Rows3, Rows3, Rows3)) -> (Rows3, Rows3, Rows3) {
    let (a, b, c) = m
    let c11 = b.1 * c.2 - b.2 * c.1
    let c12 = b.2 * c.0 - b.0 * c.2
    let c13 = b.0 * c.1 - b.1 * c.0
    let scale = 1 / (a.0 * c11 + a.1 * c12 + a.2 * c13)
    return (
      (c11 * scale, (a.2 * c.1 - a.1 * c.2) * scale, (a.1 * b.2 - a.2 * b.1) * scale),
      (c12 * scale, (a.0 * c.2 - a.2 * c.0) * scale, (a.2 * b.0 - a.0 * b.2) * scale),
      (c13 * scale, (a.1 * c.0 - a.0 * c.1) * scale, (a.0 * b.1 - a.1 * b.0) * scale)
    )
  }

  /// M at x.
  func matrix(at x: (Double, Double, Double)) -> SymmetricMatrix2 {
    func row(_ r: Rows3) -> Double { r.0 * x.0 + r.1 * x.1 + r.2 * x.2 }
    return SymmetricMatrix2(
      origin.a11 + row(toMatrix.0), origin.a12 + row(toMatrix.1), origin.a22 + row(toMatrix.2))
  }
}
