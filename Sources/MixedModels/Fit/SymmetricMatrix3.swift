/// A symmetric 3 × 3 matrix over the coordinates 11, 12, 22 of M.
struct SymmetricMatrix3: Sendable, Equatable {
  var h11: Double
  var h12: Double
  var h13: Double
  var h22: Double
  var h23: Double
  var h33: Double

  init(_ h11: Double, _ h12: Double, _ h13: Double, _ h22: Double, _ h23: Double, _ h33: Double) {
    self.h11 = h11
    self.h12 = h12
    self.h13 = h13
    self.h22 = h22
    self.h23 = h23
    self.h33 = h33
  }

  init(_ packed: SIMD8<Double>) {
    self.init(packed[0], packed[1], packed[2], packed[3], packed[4], packed[5])
  }

  func multiply(_ x: Double, _ y: Double, _ z: Double) -> (Double, Double, Double) {
    (h11 * x + h12 * y + h13 * z, h12 * x + h22 * y + h23 * z, h13 * x + h23 * y + h33 * z)
  }

  /// LDL' pivots; all positive exactly where the matrix is positive definite.
  var pivots: (Double, Double, Double) {
    let d1 = h11
    let l21 = h12 / d1
    let l31 = h13 / d1
    let d2 = h22 - l21 * h12
    let rest = h23 - l21 * h13
    let l32 = rest / d2
    return (d1, d2, h33 - l31 * h13 - l32 * rest)
  }

  /// Positive definite with a margin of 1e-10 of its largest diagonal entry.
  var isPositiveDefinite: Bool {
    let floor = 1e-10 * max(h11, max(h22, h33))
    let pivots = pivots
    return pivots.0 > floor && pivots.1 > floor && pivots.2 > floor
  }

  /// The solution of Hx = b by LDL'.
  func solve(_ b: (Double, Double, Double)) -> (Double, Double, Double) {
    let d1 = h11
    let l21 = h12 / d1
    let l31 = h13 / d1
    let d2 = h22 - l21 * h12
    let rest = h23 - l21 * h13
    let l32 = rest / d2
    let d3 = h33 - l31 * h13 - l32 * rest
    let y2 = b.1 - l21 * b.0
    let y3 = b.2 - l31 * b.0 - l32 * y2
    let x3 = y3 / d3
    let x2 = y2 / d2 - l32 * x3
    return (b.0 / d1 - l21 * x2 - l31 * x3, x2, x3)
  }

  /// The same eigenvectors with every eigenvalue λ replaced by max(|λ|, floor), floor being 1e-3
  /// of the largest |λ|: Newton's direction where the criterion is not convex.
  func madePositiveDefinite() -> SymmetricMatrix3 {
    // Jacobi rotations; p, q, r are the coordinates as they are turned, v their axes.
    var a = self
    var p = SIMD4(1.0, 0, 0, 0)
    var q = SIMD4(0.0, 1, 0, 0)
    var r = SIMD4(0.0, 0, 1, 0)
    for _ in 0..<12 where a.h12 != 0 || a.h13 != 0 || a.h23 != 0 {
      Self.turn(&a.h11, &a.h22, &a.h12, &a.h13, &a.h23, &p, &q)
      Self.turn(&a.h11, &a.h33, &a.h13, &a.h12, &a.h23, &p, &r)
      Self.turn(&a.h22, &a.h33, &a.h23, &a.h12, &a.h13, &q, &r)
    }
    let floor = 1e-3 * max(abs(a.h11), max(abs(a.h22), abs(a.h33)))
    let x = max(abs(a.h11), floor) * p
    let y = max(abs(a.h22), floor) * q
    let z = max(abs(a.h33), floor) * r
    let first = x[0] * p + y[0] * q + z[0] * r
    let second = x[1] * p + y[1] * q + z[1] * r
    let last = x[2] * p[2] + y[2] * q[2] + z[2] * r[2]
    return SymmetricMatrix3(first[0], first[1], first[2], second[1], second[2], last)
  }

  /// Turns two coordinates so that their product term vanishes (Golub & Van Loan, section 8.5).
  ///
  /// - Parameters:
  ///   - first, second: their diagonal entries.
  ///   - product: the entry of both.
  ///   - firstOther, secondOther: their entries with the third coordinate.
  private static func turn(
    _ first: inout Double, _ second: inout Double, _ product: inout Double,
    _ firstOther: inout Double, _ secondOther: inout Double, _ firstAxis: inout SIMD4<Double>,
    _ secondAxis: inout SIMD4<Double>
  ) {
    guard product != 0 else { return }
    let tau = (second - first) / (2 * product)
    // For an infinite τ the product is rounding beside the diagonal.
    let t = (tau < 0 ? -1 : 1) / (abs(tau) + (1 + tau * tau).squareRoot())
    let c = 1 / (1 + t * t).squareRoot()
    let s = t * c
    first -= t * product
    second += t * product
    product = 0
    (firstOther, secondOther) = (c * firstOther - s * secondOther, s * firstOther + c * secondOther)
    (firstAxis, secondAxis) = (c * firstAxis - s * secondAxis, s * firstAxis + c * secondAxis)
  }
}
