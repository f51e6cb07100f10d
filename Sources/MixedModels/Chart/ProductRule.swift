import LinearAlgebra

/// How two polynomials of a chart are multiplied and their product brought back to the order of the
/// chart.
///
/// Coefficients are numbered as the kernels do: 1; 1, 2, 3; 11, 12, 13, 22, 23, 33; 111, … What a
/// product has beyond the chart's order is not cut off, which would cost at the rim of the box the
/// digits that fitting to Chebyshev points gains: it is fitted at the same points.
struct ProductRule: Sendable {
  /// The pairs of coefficient γ of the product are those at `starts[γ]..<starts[γ + 1]`.
  let starts: [Int32]
  /// α and β of every pair with α + β = γ, α ≤ β.
  let pairs: [Int32]
  /// γ!: a derivative over the Taylor coefficient.
  let factorials: [Float]
  /// Coefficients of the product.
  var count: Int { factorials.count }
  private let degrees: [Int]
  /// Coefficients of the chart × `count`: its derivatives from those of the product, for a box of
  /// radius 1.
  private let reduction: Matrix

  /// - Parameters:
  ///   - order: of the chart.
  ///   - shape: decides which coordinates exist.
  ///   - map: derivatives from values at `points`.
  init(
    order: Int, shape: RandomEffectShape, map: Matrix, points: [(Double, Double, Double)]
  ) {
    // Two orders beyond the chart's: what is left is smaller by the square of the radius.
    let all = ChartNodes.exponents(order: min(2 * order, order + 2))
    let factors = ChartNodes.exponents(order: order)
    var starts: [Int32] = [0]
    var pairs: [Int32] = []
    for sum in all {
      for (alpha, a) in factors.enumerated() where ChartNodes.has(a, in: shape) {
        let b = (sum.0 - a.0, sum.1 - a.1, sum.2 - a.2)
        guard ChartNodes.has(b, in: shape),
          let beta = factors.firstIndex(where: { $0 == b }), alpha <= beta
        else { continue }
        pairs += [Int32(alpha), Int32(beta)]
      }
      starts.append(Int32(pairs.count / 2))
    }
    self.starts = starts
    self.pairs = pairs
    factorials = all.map { Float(ChartNodes.factorial($0)) }
    degrees = all.map { $0.0 + $0.1 + $0.2 }
    reduction =
      map
      * Matrix(
        rows: points.count,
        columns: all.map { e in
          points.map { ChartNodes.monomial(e, at: $0) / ChartNodes.factorial(e) }
        })
  }

  /// The chart's derivatives from those of the product, in a box: coefficients × `count`.
  func reduction(radius: Double) -> [Float] {
    var powers = [1.0]
    for _ in 0..<(degrees.last ?? 0) { powers.append(powers[powers.count - 1] * radius) }
    return (0..<reduction.rows).flatMap { row in
      degrees.indices.map { Float(reduction[row, $0] * powers[degrees[$0]] / powers[degrees[row]]) }
    }
  }
}
