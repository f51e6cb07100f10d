import Glibc

/// How two processes vary within subjects: about each subject's own mean, a common linear trend in time
/// removed.
struct WithinSpread: Sendable {
  /// SDs, by squares over visits − subjects − 1; 0 for a process that does not vary.
  var x: Double
  var y: Double
  /// Of x and y at the same visit.
  var correlation: Double
  /// Of log(x / y), by the subjects' shares in the sums of squares.
  var logRatioVariance: Double

  /// - Parameter visits: rows with both processes, subject by subject.
  init(_ rows: LagRows, visits: [[Int]]) {
    let own = visits.filter { $0.count > 1 }
    let times = own.map { Self.centred($0.map { rows.times[$0] }) }
    let xs = Self.detrended(own.map { Self.centred($0.map { rows.x[$0] }) }, times)
    let ys = Self.detrended(own.map { Self.centred($0.map { rows.y[$0] }) }, times)
    func products(_ a: [[Double]], _ b: [[Double]]) -> [Double] {
      zip(a, b).map { one, two in zip(one, two).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    let (xx, yy) = (products(xs, xs), products(ys, ys))
    let (sumX, sumY) = (xx.reduce(0, +), yy.reduce(0, +))
    let freedom = Double(own.reduce(-1) { $0 + $1.count - 1 })
    x = Self.isRounding(sumX, own, rows.x) ? 0 : (sumX / max(freedom, 1)).squareRoot()
    y = Self.isRounding(sumY, own, rows.y) ? 0 : (sumY / max(freedom, 1)).squareRoot()
    correlation = products(xs, ys).reduce(0, +) / (sumX * sumY).squareRoot()
    logRatioVariance = zip(xx, yy).reduce(0) { sum, item in
      let share = 0.5 * (item.0 / sumX - item.1 / sumY)
      return sum + share * share
    }
  }

  private static func centred(_ values: [Double]) -> [Double] {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.map { $0 - mean }
  }

  /// Less the regression on centred times.
  private static func detrended(_ values: [[Double]], _ times: [[Double]]) -> [[Double]] {
    var (squares, product) = (0.0, 0.0)
    for (own, at) in zip(values, times) {
      for (value, time) in zip(own, at) {
        squares += time * time
        product += time * value
      }
    }
    guard squares > 0 else { return values }
    return zip(values, times).map { own, at in
      zip(own, at).map { $0 - product / squares * $1 }
    }
  }

  /// Whether nothing is left but what rounding leaves of values so large.
  private static func isRounding(_ sum: Double, _ visits: [[Int]], _ values: [Double]) -> Bool {
    let squares = visits.joined().reduce(0) { $0 + values[$1] * values[$1] }
    return !(sum > 1e-24 * squares)
  }
}
