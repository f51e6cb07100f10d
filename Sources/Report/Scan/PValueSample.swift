import Distributions
import Glibc

/// p-values of one kind, for a quantile–quantile plot and the inflation factor.
///
/// Small p-values are kept all, of the others every `stride`-th: ranks stay exact in the tail, and the
/// median within the sampling of its neighbours; with a stride of 1 everything is exact.
struct PValueSample: Sendable {
  /// Natural logarithms below this are kept all.
  private static let tailBelow = -9.2

  let stride: Int
  private(set) var count = 0
  private var tail: [Double] = []
  private var body: [Double] = []
  private var skipped = 0

  init(stride: Int) { self.stride = stride }

  /// The p-values of several samples of one stride, sorted.
  init(joining samples: [PValueSample]) {
    stride = samples.first?.stride ?? 1
    count = samples.reduce(0) { $0 + $1.count }
    tail = samples.flatMap(\.tail)
    body = samples.flatMap(\.body)
    sort()
  }

  /// Counts a natural logarithm of a p-value; NaN is passed over.
  mutating func add(_ logP: Double) {
    guard !logP.isNaN else { return }
    count += 1
    if logP < Self.tailBelow {
      tail.append(logP)
      return
    }
    if skipped == 0 { body.append(logP) }
    skipped = (skipped + 1) % stride
  }

  mutating func sort() {
    tail.sort()
    body.sort()
  }

  /// Natural logarithm of the p-value of a rank, from 0; after `sort`.
  ///
  /// - Precondition: `rank` is below `count`.
  func logP(rank: Int) -> Double {
    if rank < tail.count { return tail[rank] }
    return body[min(body.count - 1, (rank - tail.count) / stride)]
  }

  /// The inflation factor λ: the median of χ² with one degree of freedom that the p-values stand
  /// for, by that of the null distribution (Devlin & Roeder 1999,
  /// doi:10.1111/j.0006-341X.1999.00997.x); NaN without p-values.
  var inflation: Double {
    guard count > 0 else { return .nan }
    let middle =
      count % 2 == 1
      ? exp(logP(rank: count / 2))
      : 0.5 * (exp(logP(rank: count / 2 - 1)) + exp(logP(rank: count / 2)))
    return Self.squaredQuantile(middle) / Self.squaredQuantile(0.5)
  }

  private static func squaredQuantile(_ p: Double) -> Double {
    guard p < 1 else { return 0 }
    let z = NormalScores.quantile(0.5 * p)
    return z * z
  }

  /// Observed −log₁₀ p at expected ones, thinned where points would lie on each other.
  ///
  /// - Parameter total: of all tests; more than `count` where larger p-values are not known.
  func quantiles(total: Int) -> (ranks: [Int], expected: [Double], observed: [Double]) {
    var ranks: [Int] = []
    var rank = 0
    while rank < count {
      ranks.append(rank)
      // The next point lies a hundredth to the left.
      rank = max(rank + 1, Int((Double(rank) + 0.5) * 1.0233))
    }
    if let last = ranks.last, last != count - 1 { ranks.append(count - 1) }
    return (
      ranks, ranks.map { -log10((Double($0) + 0.5) / Double(total)) },
      ranks.map { -logP(rank: $0) / M_LN10 }
    )
  }

  /// Share of the p-values that are at most `p`.
  func share(below p: Double) -> Double {
    guard count > 0 else { return .nan }
    let limit = log(p)
    let inTail = tail.count { $0 <= limit }
    let inBody = body.count { $0 <= limit }
    return
      (Double(inTail) + Double(inBody) * Double(count - tail.count) / Double(max(1, body.count)))
      / Double(count)
  }
}
