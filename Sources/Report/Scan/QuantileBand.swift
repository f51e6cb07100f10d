import Distributions
import Glibc
import Plots

/// Where p-values of several classes of pairs lie under the null hypothesis, were pairs independent.
///
/// At one expected p-value the band of fewer pairs is the wider one, and it ends earlier: the largest
/// p-value expected to be the smallest of n is about 1/(2n). So each place has the band of the
/// smallest class that reaches it, which holds at least 95 % of the dots of every class there.
struct QuantileBand {
  /// Pairs of the classes; those without are passed over.
  let counts: [Int]

  /// nil without pairs.
  var band: QQPlot.Band? {
    var (expected, lower, upper): ([Double], [Double], [Double]) = ([], [], [])
    for count in Set(counts).sorted() where count > 0 {
      let reached = expected.last ?? -1
      for rank in Self.ranks(upTo: count).reversed() {
        let place = -log10((Double(rank) - 0.5) / Double(count))
        guard place > reached else { continue }
        let shape = BetaDistribution(shape1: Double(rank), shape2: Double(count - rank + 1))
        expected.append(place)
        lower.append(-log10(shape.quantile(0.975)))
        upper.append(-log10(shape.quantile(0.025)))
      }
    }
    guard let first = upper.first else { return nil }
    // Larger classes have dots further left.
    return QQPlot.Band(expected: [0] + expected, lower: [0] + lower, upper: [first] + upper)
  }

  /// Ranks from 1, ever further apart, and the last.
  private static func ranks(upTo count: Int) -> [Int] {
    var ranks: [Int] = []
    var rank = 1
    while rank < count {
      ranks.append(rank)
      rank = max(rank + 1, Int(Double(rank) * 1.3))
    }
    return ranks + [count]
  }
}
