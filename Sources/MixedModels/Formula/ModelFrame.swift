/// The variables a formula may use, one value per sample.
public struct ModelFrame: Sendable {
  /// One variable.
  public enum Column: Sendable, Equatable {
    case numeric([Double])
    /// A factor: text values, levels in sorted order.
    case text([String])
  }

  /// Number of samples.
  public var rowCount: Int
  /// The variables by name.
  public var columns: [String: Column]
  /// Reference levels the user chose, by variable; otherwise the first in sorted order.
  public var referenceLevels: [String: String]

  /// - Precondition: every column has `rowCount` values, none missing.
  public init(
    rowCount: Int, columns: [String: Column], referenceLevels: [String: String] = [:]
  ) {
    self.rowCount = rowCount
    self.columns = columns
    self.referenceLevels = referenceLevels
  }

  func column(_ name: String) throws(ModelError) -> Column {
    guard let column = columns[name] else {
      throw ModelError(
        "the formula uses a variable that is not there", found: "'\(name)'",
        expected: "one of \(columns.keys.sorted().joined(separator: ", "))")
    }
    return column
  }

  func numeric(_ name: String) throws(ModelError) -> [Double] {
    guard case .numeric(let values) = try column(name) else {
      throw ModelError(
        "arithmetic on a variable that holds text", found: "'\(name)'",
        expected: "a numeric column")
    }
    return values
  }
}
