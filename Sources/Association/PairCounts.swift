import MixedModels

/// Pairs by how their fit ended.
package struct PairCounts: Sendable, Equatable {
  /// By the place of the status among `FitStatus.allCases`.
  private var counts = [Int](repeating: 0, count: FitStatus.allCases.count)
  /// Rows written.
  package var rows = 0

  package init() {}

  /// Pairs tested.
  package var pairs: Int { counts.reduce(0, +) }

  /// Pairs by status text; statuses that do not occur are absent.
  package var byStatus: [String: Int] {
    Dictionary(
      uniqueKeysWithValues: zip(FitStatus.allCases, counts).filter { $0.1 > 0 }
        .map { ($0.0.description, $0.1) })
  }

  /// Pairs by the place of their status among `FitStatus.allCases`, then rows.
  var numbers: [Int] { counts + [rows] }

  /// Counts that were taken down as `numbers`; nil where these are none.
  init?(numbers: [Int]) {
    guard numbers.count == FitStatus.allCases.count + 1 else { return nil }
    counts = Array(numbers.dropLast())
    rows = numbers[numbers.count - 1]
  }

  mutating func add(_ status: FitStatus) { counts[status.place] += 1 }

  mutating func add(_ other: PairCounts) {
    rows += other.rows
    for place in counts.indices { counts[place] += other.counts[place] }
  }
}
