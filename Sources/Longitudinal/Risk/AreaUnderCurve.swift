import Distributions
import Glibc

/// The area under the receiver operating characteristic: the probability that an event has the higher
/// score, ties counting ½.
package struct AreaUnderCurve: Sendable, Equatable {
  package var value: Double
  /// DeLong, DeLong & Clarke-Pearson 1988, doi:10.2307/2531595.
  package var error: Double
  /// On the logit scale.
  package var lower: Double
  package var upper: Double

  package static let missing = AreaUnderCurve(
    value: .nan, error: .nan, lower: .nan, upper: .nan)

  package init(value: Double, error: Double, lower: Double, upper: Double) {
    self.value = value
    self.error = error
    self.lower = lower
    self.upper = upper
  }

  /// - Precondition: both classes are there.
  /// - Complexity: O(n log n).
  package init(scores: [Double], outcome: [Double], level: Double) {
    let ranks = Self.ranks(scores)
    let events = outcome.indices.filter { outcome[$0] == 1 }
    let others = outcome.indices.filter { outcome[$0] != 1 }
    let (m, n) = (Double(events.count), Double(others.count))
    let within = Self.ranks(events.map { scores[$0] })
    let outside = Self.ranks(others.map { scores[$0] })
    // By event, the share of the others below it; by other, that of the events above it.
    let below = zip(events, within).map { (ranks[$0] - $1) / n }
    let above = zip(others, outside).map { 1 - (ranks[$0] - $1) / m }
    let area = below.reduce(0, +) / m
    func variance(_ values: [Double]) -> Double {
      values.reduce(0) { $0 + ($1 - area) * ($1 - area) } / Double(values.count - 1)
    }
    self.init(
      value: area, error: (variance(below) / m + variance(above) / n).squareRoot(), level: level)
  }

  /// Of pairs within groups alone, such as folds: risks by different fits are not comparable, which
  /// favours the class that a fold has less of (Parker, Günter & Bedo 2007,
  /// doi:10.1186/1471-2105-8-326). The standard error is that of all pairs.
  package init(scores: [Double], outcome: [Double], groups: [Int], level: Double) {
    let pooled = AreaUnderCurve(scores: scores, outcome: outcome, level: level)
    var concordant = 0.0
    var pairs = 0.0
    for group in Set(groups).sorted() {
      let members = groups.indices.filter { groups[$0] == group }
      let own = members.map { outcome[$0] }
      let count = Double(own.count { $0 == 1 } * own.count { $0 != 1 })
      guard count > 0 else { continue }
      let area = AreaUnderCurve(scores: members.map { scores[$0] }, outcome: own, level: level)
      concordant += count * area.value
      pairs += count
    }
    self.init(value: concordant / pairs, error: pooled.error, level: level)
  }

  /// With an interval on the logit scale; none where the area is 0 or 1.
  private init(value: Double, error: Double, level: Double) {
    self.value = value
    self.error = error
    let half =
      StudentT.twoSidedQuantile(level, degreesOfFreedom: .infinity) * error / (value * (1 - value))
    let odds = log(value / (1 - value))
    lower = half.isFinite ? 1 / (1 + exp(half - odds)) : .nan
    upper = half.isFinite ? 1 / (1 + exp(-half - odds)) : .nan
  }

  /// Ranks from 1, ties sharing their mean.
  private static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
      for place in start...end { ranks[order[place]] = Double(start + end) / 2 + 1 }
      start = end + 1
    }
    return ranks
  }
}
