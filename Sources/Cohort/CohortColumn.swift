import BlockGzip
import Tables

/// A column of the sample sheet or a covariate, one value per sample.
package enum CohortColumn: Sendable, Equatable {
  /// NaN where missing.
  case numeric([Double])
  /// A factor; the empty string where missing.
  case text([String])

  /// Number of samples.
  package var count: Int {
    switch self {
    case .numeric(let values): values.count
    case .text(let values): values.count
    }
  }

  /// Whether sample `index` has no value.
  package func isMissing(_ index: Int) -> Bool {
    switch self {
    case .numeric(let values): values[index].isNaN
    case .text(let values): values[index].isEmpty
    }
  }

  /// Whether both have the same values, missing ones included.
  package func hasSameValues(as other: CohortColumn) -> Bool {
    switch (self, other) {
    case (.numeric(let left), .numeric(let right)):
      left.count == right.count
        && zip(left, right).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
    case (.text(let left), .text(let right)): left == right
    default: false
    }
  }

  /// The values of the samples `indices`, in that order.
  package func selecting(_ indices: [Int]) -> CohortColumn {
    switch self {
    case .numeric(let values): .numeric(indices.map { values[$0] })
    case .text(let values): .text(indices.map { values[$0] })
    }
  }

  /// Whether `left` and `right` may be values of one constant: equal, or one of them missing.
  func agrees(_ left: Int, _ right: Int) -> Bool {
    if isMissing(left) || isMissing(right) { return true }
    return switch self {
    case .numeric(let values): values[left] == values[right]
    case .text(let values): values[left] == values[right]
    }
  }

  /// Whether a cell stands for a missing value.
  package static func isMissing(_ cell: String) -> Bool { cell.isEmpty || cell == "NA" }

  /// Whether all cells are numbers or missing, and the column is therefore numeric.
  package static func isNumeric(_ cells: some Sequence<String>) -> Bool {
    cells.allSatisfy { isMissing($0) || parseDouble($0) != nil }
  }
}
