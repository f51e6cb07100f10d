import LinearAlgebra

/// One random term `(columns | group)` with an unstructured covariance over its columns.
///
/// Uncorrelated terms `(1 + time || group)` are one term per column.
package struct RandomTerm: Sendable {
  /// The grouping factor's name, e.g. `donor` or `family:donor`.
  package var group: String
  /// Samples × q, in the user's units.
  package var columns: Matrix
  package var columnNames: [String]
  /// The level of every sample, from 0; −1 where the term does not act.
  package var levelOfRow: [Int]
  package var levelNames: [String]
  /// A factor L, levels × rank, of the covariance LL' between levels; nil where they are
  /// independent.
  package var relationship: Matrix?

  package var levelCount: Int { levelNames.count }

  /// - Precondition: one level per row of `columns`.
  package init(
    group: String, columns: Matrix, columnNames: [String], levelOfRow: [Int],
    levelNames: [String], relationship: Matrix? = nil
  ) {
    precondition(columns.rows == levelOfRow.count && columns.columns == columnNames.count)
    precondition(relationship.map { $0.rows == levelNames.count } ?? true)
    self.group = group
    self.columns = columns
    self.columnNames = columnNames
    self.levelOfRow = levelOfRow
    self.levelNames = levelNames
    self.relationship = relationship
  }

  /// The term restricted to some samples (ascending); levels without a sample are left out where
  /// levels are independent.
  package func selecting(samples: [Int]) -> RandomTerm {
    var selected = self
    selected.columns = columns.selecting(rows: samples)
    selected.levelOfRow = samples.map { levelOfRow[$0] }
    guard relationship == nil else { return selected }
    let kept = Set(selected.levelOfRow).filter { $0 >= 0 }.sorted()
    let places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
    selected.levelNames = kept.map { levelNames[$0] }
    selected.levelOfRow = selected.levelOfRow.map { places[$0, default: -1] }
    return selected
  }
}
