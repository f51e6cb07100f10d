import MixedModels

/// Pairs by how their fit ended.
package struct PairCounts: Sendable, Equatable {
  /// Pairs by status text.
  package var byStatus: [String: Int] = [:]
  /// Pairs tested.
  package var pairs = 0
  /// Rows written.
  package var rows = 0

  mutating func add(_ status: FitStatus) {
    pairs += 1
    byStatus[status.description, default: 0] += 1
  }

  mutating func add(_ other: PairCounts) {
    pairs += other.pairs
    rows += other.rows
    byStatus.merge(other.byStatus, uniquingKeysWith: +)
  }
}
