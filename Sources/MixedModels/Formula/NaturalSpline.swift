/// R's `ns(x, df = k)`: cubic splines linear beyond the range of x, with knots at quantiles.
///
/// The columns span what R's span, in the truncated-power form of Hastie, Tibshirani & Friedman
/// (The Elements of Statistical Learning, 5.4–5.5), so coefficients differ from R's by a linear
/// map while fits are the same.
enum NaturalSpline {
  /// `degreesOfFreedom` columns without an intercept.
  static func columns(
    _ x: [Double], degreesOfFreedom df: Int, text: String
  ) throws(ModelError) -> [[Double]] {
    let knots = knots(x, degreesOfFreedom: df)
    guard zip(knots, knots.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw ModelError(
        "'\(text)' has knots that coincide", found: "knots at \(knots)",
        expected: "\(df + 1) different knots", advice: "lower df")
    }
    let range = knots[df] - knots[0]
    let scaled = x.map { ($0 - knots[0]) / range }
    let unit = knots.map { ($0 - knots[0]) / range }
    func cube(_ value: Double) -> Double { value > 0 ? value * value * value : 0 }
    func difference(_ at: Double, _ k: Int) -> Double {
      (cube(at - unit[k]) - cube(at - unit[df])) / (unit[df] - unit[k])
    }
    var columns = [scaled]
    for k in 0..<(df - 1) {
      columns.append(scaled.map { difference($0, k) - difference($0, df - 1) })
    }
    return columns
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
