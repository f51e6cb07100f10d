import LinearAlgebra

/// The factor h = 1 + a'x by which a chart's scores, forms and residual sum of squares are multiplied.
///
/// Covariates that are constant within donors and not multiplied with time make A⁻¹, and with it X'P_C X
/// and X'P_C y, multiples of 1 / (1 − M₁₁), with one visit pattern exactly: times h = (1 − M₁₁) / (1 −
/// M₁₁ at x = 0) they are polynomials of order 2. Coefficients do not change, since h is common to both
/// sides of Qβ = s, and the criterion changes by a multiple of log h.
struct ChartScale: Sendable {
  /// a; zero where nothing is scaled.
  let slope: ChartFrame.Rows3

  static let none = ChartScale(slope: (0, 0, 0))

  var isNone: Bool { slope == (0, 0, 0) }

  private init(slope: ChartFrame.Rows3) { self.slope = slope }

  init(frame: ChartFrame) {
    let left = 1 - frame.origin.a11
    let row = frame.toMatrix.0
    slope = (-row.0 / left, -row.1 / left, -row.2 / left)
  }

  /// h at x.
  func value(at x: (Double, Double, Double)) -> Double {
    1 + slope.0 * x.0 + slope.1 * x.1 + slope.2 * x.2
  }

  /// h (or its root) times each row of `matrix`, a row for each of `points`.
  func scaled(
    _ matrix: Matrix, at points: [(Double, Double, Double)], isRoot: Bool = false
  ) -> Matrix {
    guard !isNone else { return matrix }
    var result = matrix
    for row in 0..<result.rows {
      let h = isRoot ? value(at: points[row]).squareRoot() : value(at: points[row])
      for at in (row * result.columns)..<((row + 1) * result.columns) { result.elements[at] *= h }
    }
    return result
  }
}
