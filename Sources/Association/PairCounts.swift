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

  mutating func add(_ status: FitStatus) { counts[status.place] += 1 }

  mutating func add(_ other: PairCounts) {
    rows += other.rows
    for place in counts.indices { counts[place] += other.counts[place] }
  }
}
