import LinearAlgebra

/// The multiples of log det(I + Δ) and log h in a chart's log determinants.
///
/// log|A| grows by log det(I − M) for every fixed column within the span of the random effects (a
/// donor-level covariate with its product with time counts once) and by log(1 − M₁₁) for every
/// donor-level covariate without such a product: with one visit pattern exactly, else nearly. These
/// logarithms are what polynomials are worst at, so the kernel computes them as such; the multiples are
/// those that leave polynomials of order 4 the least to miss.
struct LogarithmShares {
  /// Multiple of log det(I + Δ).
  let determinant: Double
  /// Multiple of log h; 0 where nothing is scaled.
  let scale: Double
  /// The log determinants without both: one per point.
  let rest: [Double]

  /// - Parameters:
  ///   - values: the log determinants: one per point.
  ///   - points: x.
  ///   - residual: points × points, takes values to what polynomials miss of them.
  init(
    values: [Double], points: [(Double, Double, Double)], scale: ChartScale, residual: Matrix
  ) {
    let determinants = points.map { Double.log((1 + $0.0) * (1 + $0.2) - $0.1 * $0.1) }
    let scales = points.map { Double.log(scale.value(at: $0)) }
    let missed = residual * Matrix(rows: points.count, columns: [values, determinants, scales])
    func product(_ i: Int, _ j: Int) -> Double {
      points.indices.reduce(0) { $0 + missed[$1, i] * missed[$1, j] }
    }
    let first = product(1, 1)
    let second = product(2, 2)
    let cross = product(1, 2)
    let pivot = first * second - cross * cross
    // Below, a logarithm is as good as a polynomial already, and what is missed of it is rounding.
    let least = 1e-24
    if second > least, pivot > 1e-6 * first * second {
      determinant = (second * product(0, 1) - cross * product(0, 2)) / pivot
      self.scale = (first * product(0, 2) - cross * product(0, 1)) / pivot
    } else {
      // Without a scale, or with one variance, where both are the same function.
      determinant = first > least ? product(0, 1) / first : 0
      self.scale = 0
    }
    let (a, b) = (determinant, self.scale)
    rest = points.indices.map { values[$0] - a * determinants[$0] - b * scales[$0] }
  }
}
