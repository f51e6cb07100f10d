import LinearAlgebra

/// The points at which charts are evaluated, and the least-squares maps from values there to the
/// derivatives of polynomials at the chart's centre.
///
/// Points are chosen from a tensor grid of Chebyshev points of [−1, 1]³ (or of the coordinates a
/// random part has) by pivoted elimination of the polynomial basis, so that few determine it well;
/// a polynomial of lower order uses the first of them.
package struct ChartNodes: Sendable {
  /// The coordinates (x₁, x₂, x₃) of every point, in [−1, 1].
  let points: [(Double, Double, Double)]
  /// Points of pair-level polynomials: a prefix of `points`.
  let pairCount: Int
  /// Order of pair-level polynomials, 2 or 3.
  let order: Int
  /// Coefficients of pair-level polynomials as the kernels number them: 10 or 20.
  var coefficientCount: Int { order == 3 ? 20 : 10 }
  /// Coefficients of polynomials of one order more: 20 or 35.
  var widerCoefficientCount: Int { order == 3 ? 35 : 20 }
  /// coefficientCount × pairCount: derivatives from values, for a box of radius 1.
  let pairMap: Matrix
  /// 35 × points: the same to order 4.
  let geneMap: Matrix
  /// pairCount × pairCount and points × points: what polynomials leave of values at these points.
  let pairResidual: Matrix
  let geneResidual: Matrix
  /// How pair-level polynomials are multiplied.
  let rule: ProductRule

  typealias Exponents = (Int, Int, Int)

  /// - Parameters:
  ///   - shape: decides which coordinates exist.
  ///   - order: of pair-level polynomials.
  ///   - oversampling: points per coefficient.
  /// - Complexity: some milliseconds.
  init(shape: RandomEffectShape, order: Int, oversampling: Double) {
    self.order = order
    let candidates = Self.candidates(shape)
    let low = Self.basis(order: order, shape: shape)
    let high = Self.basis(order: 4, shape: shape)
    let pairPoints = Self.select(
      min(candidates.count, Int(oversampling * Double(low.count))), of: candidates, basis: low,
      keeping: [])
    let all = Self.select(
      min(
        candidates.count,
        max(pairPoints.count, Int(Self.oversample(1.3, shape) * Double(high.count)))),
      of: candidates,
      basis: high, keeping: pairPoints)
    points = all.map { candidates[$0] }
    pairCount = pairPoints.count
    pairMap = Self.map(
      Array(points.prefix(pairCount)), basis: low, rows: order == 3 ? 20 : 10)
    geneMap = Self.map(points, basis: high, rows: 35)
    pairResidual = Self.residual(Array(points.prefix(pairCount)), basis: low)
    geneResidual = Self.residual(points, basis: high)
    rule = ProductRule(
      order: order, shape: shape, map: pairMap, points: Array(points.prefix(pairCount)))
  }

  /// Few coordinates have few coefficients: points to see their errors at cost little.
  private static func oversample(_ least: Double, _ shape: RandomEffectShape) -> Double {
    shape == .full ? least : 2
  }

  /// x of every point of a box.
  func coordinates(radius: Double) -> [(Double, Double, Double)] {
    points.map { (radius * $0.0, radius * $0.1, radius * $0.2) }
  }

  /// Derivatives from values at the pair points (points × columns) of a box.
  func pairDerivatives(_ values: Matrix, radius: Double) -> Matrix {
    Self.scaled(pairMap * values, radius: radius)
  }

  /// Derivatives to order 4 from values at all points (points × columns) of a box.
  func geneDerivatives(_ values: Matrix, radius: Double) -> Matrix {
    Self.scaled(geneMap * values, radius: radius)
  }

  /// The derivatives of order |α| scale with radius^−|α|.
  private static func scaled(_ derivatives: Matrix, radius: Double) -> Matrix {
    var result = derivatives
    let columns = result.columns
    var scale = 1.0
    var row = 0
    for degree in 0...4 {
      // As many monomials in three variables have this degree.
      for _ in 0..<((degree + 1) * (degree + 2) / 2) where row < result.rows {
        for at in (row * columns)..<((row + 1) * columns) { result.elements[at] *= scale }
        row += 1
      }
      scale /= radius
    }
    return result
  }

  // MARK: Polynomials

  /// Exponents in the kernels' order: 1; 1, 2, 3; 11, 12, 13, 22, 23, 33; 111, …
  static func exponents(order: Int) -> [Exponents] {
    var all: [Exponents] = []
    for degree in 0...order {
      for first in stride(from: degree, through: 0, by: -1) {
        for second in stride(from: degree - first, through: 0, by: -1) {
          all.append((first, second, degree - first - second))
        }
      }
    }
    return all
  }

  /// Rows of the monomials that the shape has, among all of an order.
  private static func basis(
    order: Int, shape: RandomEffectShape
  ) -> [(row: Int, exponents: Exponents)] {
    exponents(order: order).enumerated().compactMap { row, e in
      has(e, in: shape) ? (row, e) : nil
    }
  }

  /// Whether a monomial is of coordinates that the shape has.
  static func has(_ e: Exponents, in shape: RandomEffectShape) -> Bool {
    switch shape {
    case .full: true
    case .diagonal: e.1 == 0
    case .scalar: e.1 == 0 && e.2 == 0
    }
  }

  /// x^α.
  static func monomial(_ e: Exponents, at x: (Double, Double, Double)) -> Double {
    power(x.0, e.0) * power(x.1, e.1) * power(x.2, e.2)
  }

  /// α!.
  static func factorial(_ e: Exponents) -> Double {
    factorial(e.0) * factorial(e.1) * factorial(e.2)
  }

  private static func candidates(_ shape: RandomEffectShape) -> [(Double, Double, Double)] {
    // Chebyshev points of the first kind, the outermost at ±1. More a coordinate than order 4 has
    // coefficients, or what it misses along one would not show.
    let count = shape == .full ? 6 : shape == .diagonal ? 7 : 9
    let edge = chebyshev(0, of: count)
    let grid = (0..<count).map { chebyshev($0, of: count) / edge }
    var points: [(Double, Double, Double)] = []
    for a in grid {
      for b in shape == .full ? grid : [0] {
        for c in shape == .scalar ? [0] : grid { points.append((a, b, c)) }
      }
    }
    return points
  }

  private static func chebyshev(_ index: Int, of count: Int) -> Double {
    Double.cosine(Double.pi * (Double(index) + 0.5) / Double(count))
  }

  /// Products of Chebyshev polynomials, well conditioned on the box.
  private static func value(_ e: Exponents, at x: (Double, Double, Double)) -> Double {
    polynomial(e.0, x.0) * polynomial(e.1, x.1) * polynomial(e.2, x.2)
  }

  private static func polynomial(_ degree: Int, _ x: Double) -> Double {
    switch degree {
    case 0: 1
    case 1: x
    case 2: 2 * x * x - 1
    case 3: (4 * x * x - 3) * x
    default: (8 * x * x - 8) * x * x + 1
    }
  }

  /// Picks `count` candidates in order of the length that earlier ones leave of their basis row;
  /// once the rows are exhausted, the elimination starts again on what is left.
  private static func select(
    _ count: Int, of candidates: [(Double, Double, Double)],
    basis: [(row: Int, exponents: Exponents)], keeping kept: [Int]
  ) -> [Int] {
    func rows() -> [[Double]] {
      candidates.map { x in basis.map { value($0.exponents, at: x) } }
    }
    var residual = rows()
    var chosen: [Int] = []
    func eliminate(_ pivot: Int) {
      let direction = residual[pivot]
      let square = direction.reduce(0) { $0 + $1 * $1 }
      guard square > 1e-20 else { return }
      for i in residual.indices {
        let along = zip(residual[i], direction).reduce(0) { $0 + $1.0 * $1.1 } / square
        for j in direction.indices { residual[i][j] -= along * direction[j] }
      }
    }
    for pivot in kept {
      chosen.append(pivot)
      eliminate(pivot)
    }
    while chosen.count < count {
      let lengths = residual.map { $0.reduce(0) { $0 + $1 * $1 } }
      var best: Int?
      for i in lengths.indices where !chosen.contains(i) && lengths[i] > 1e-8 {
        // The first of equals, whatever rounding makes of symmetric points.
        if best.map({ lengths[i] > lengths[$0] * (1 + 1e-9) }) ?? true { best = i }
      }
      guard let pivot = best else {
        residual = rows()
        continue
      }
      chosen.append(pivot)
      eliminate(pivot)
    }
    return chosen
  }

  /// Derivatives at 0 from values at `points`, by least squares; rows of monomials that the shape
  /// lacks are zero.
  private static func map(
    _ points: [(Double, Double, Double)], basis: [(row: Int, exponents: Exponents)], rows: Int
  ) -> Matrix {
    let monomials = Matrix(
      rows: points.count,
      columns: basis.map { term in
        points.map { monomial(term.exponents, at: $0) / factorial(term.exponents) }
      })
    let inverse = pseudoinverse(monomials)
    var result = Matrix(rows: rows, columns: points.count)
    for (i, term) in basis.enumerated() {
      for j in points.indices { result[term.row, j] = inverse[i, j] }
    }
    return result
  }

  /// I − XX⁺ for the values X of the basis at `points`.
  private static func residual(
    _ points: [(Double, Double, Double)], basis: [(row: Int, exponents: Exponents)]
  ) -> Matrix {
    let values = Matrix(
      rows: points.count,
      columns: basis.map { term in points.map { value(term.exponents, at: $0) } })
    var result = values * pseudoinverse(values)
    for i in points.indices {
      for j in points.indices { result[i, j] = (i == j ? 1 : 0) - result[i, j] }
    }
    return result
  }

  private static func power(_ x: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1.0) { product, _ in product * x }
  }

  private static func factorial(_ n: Int) -> Double {
    (1...max(n, 1)).reduce(1.0) { $0 * Double($1) }
  }
}
