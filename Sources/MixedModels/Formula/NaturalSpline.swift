/// R's `ns(x, df = k)`: cubic splines linear beyond the range of x, with knots at quantiles.
///
/// The columns are R's: cubic B-splines without the first, taken to the complement of their second
/// derivatives at the borders by Householder reflections. Denominators of joint F tests depend on
/// the basis, so another one of the same span would not do.
struct NaturalSpline: Sendable, Equatable {
  let knots: [Double]

  /// Knots at the quantiles of x.
  ///
  /// - Throws: `ModelError` where knots coincide.
  init(_ x: [Double], degreesOfFreedom df: Int, text: String) throws(ModelError) {
    knots = Self.knots(x, degreesOfFreedom: df)
    guard zip(knots, knots.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw ModelError(
        "'\(text)' has knots that coincide", found: "knots at \(knots)",
        expected: "\(df + 1) different knots", advice: "lower df")
    }
  }

  /// `degreesOfFreedom` columns without an intercept, at any x.
  func columns(_ x: [Double]) -> [[Double]] {
    let (first, last) = (knots[0], knots[knots.count - 1])
    let splines = CubicSplines(knots: knots)
    let count = splines.count - 1
    // Second derivatives at the borders, as the two columns to leave.
    var left = Array(splines.values(at: first, derivative: 2).dropFirst())
    var right = Array(splines.values(at: last, derivative: 2).dropFirst())
    let one = Self.reflection(left, from: 0)
    Self.reflect(&left, by: one)
    Self.reflect(&right, by: one)
    let two = Self.reflection(right, from: 1)
    var columns = [[Double]](repeating: [], count: count - 2)
    for value in x {
      let border = min(max(value, first), last)
      var row = splines.values(at: border, derivative: 0)
      if value != border {
        // Beyond the borders: straight on.
        let slopes = splines.values(at: border, derivative: 1)
        for k in row.indices { row[k] += (value - border) * slopes[k] }
      }
      row = Array(row.dropFirst())
      Self.reflect(&row, by: one)
      Self.reflect(&row, by: two)
      for k in 2..<count { columns[k - 2].append(row[k]) }
    }
    return columns
  }

  /// The vector of the Householder reflection that leaves `column` nothing behind entry `from`; its
  /// first entry has the sign that costs no digits.
  private static func reflection(_ column: [Double], from: Int) -> [Double] {
    var vector = column
    for i in 0..<from { vector[i] = 0 }
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    vector[from] += vector[from] < 0 ? -length : length
    return vector
  }

  /// row −= 2 v (v'row) / v'v.
  private static func reflect(_ row: inout [Double], by vector: [Double]) {
    let square = vector.reduce(0) { $0 + $1 * $1 }
    guard square > 0 else { return }
    let factor = 2 * zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } / square
    for i in row.indices { row[i] -= factor * vector[i] }
  }

  /// Boundary knots at the range of x and df − 1 inner knots at its quantiles (R's type 7).
  static func knots(_ x: [Double], degreesOfFreedom df: Int) -> [Double] {
    let sorted = x.sorted()
    return (0...df).map { k in
      let position = Double(k) / Double(df) * Double(sorted.count - 1)
      let below = Int(position)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
    }
  }
}

/// Cubic B-splines over knots whose outer two are repeated four times (de Boor, A Practical Guide to
/// Splines, chapter IX).
private struct CubicSplines {
  private let knots: [Double]
  /// The number of splines: inner knots + 4.
  let count: Int

  init(knots inner: [Double]) {
    let first = inner[0]
    let last = inner[inner.count - 1]
    knots = [first, first, first] + inner + [last, last, last]
    count = inner.count + 2
  }

  /// Every spline, or a derivative of it, at a point within the knots; at the last knot from the
  /// left.
  func values(at x: Double, derivative: Int) -> [Double] {
    (0..<count).map { value($0, order: 4, x, derivative: derivative) }
  }

  /// B_{i, order} by its recursion; 0/0 counts as 0.
  private func value(_ i: Int, order: Int, _ x: Double, derivative: Int) -> Double {
    if order == 1 {
      let last = knots[knots.count - 1]
      let isInside =
        x >= knots[i]
        && (x < knots[i + 1] || (x == last && knots[i] < last && knots[i + 1] == last))
      return isInside ? 1 : 0
    }
    let left = knots[i + order - 1] - knots[i]
    let right = knots[i + order] - knots[i + 1]
    if derivative > 0 {
      var sum = 0.0
      if left > 0 { sum += value(i, order: order - 1, x, derivative: derivative - 1) / left }
      if right > 0 { sum -= value(i + 1, order: order - 1, x, derivative: derivative - 1) / right }
      return Double(order - 1) * sum
    }
    var sum = 0.0
    if left > 0 { sum += (x - knots[i]) / left * value(i, order: order - 1, x, derivative: 0) }
    if right > 0 {
      sum += (knots[i + order] - x) / right * value(i + 1, order: order - 1, x, derivative: 0)
    }
    return sum
  }
}
