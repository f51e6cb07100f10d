import BlockGzip

/// The names of a table's columns, and where each stands.
package struct TableColumns: Sendable, Equatable {
  /// In the order of the table, without the `#` of the first.
  package let names: [String]
  private let places: [String: Int]
  private let path: String

  /// - Parameters:
  ///   - header: the table's first line.
  ///   - path: the table, for messages.
  package init(header: String, path: String) {
    var names = header.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    if let first = names.first, first.hasPrefix("#") { names[0] = String(first.dropFirst()) }
    self.names = names
    self.path = path
    places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
  }

  package var count: Int { names.count }

  /// The place of a column; nil where the table has none of that name.
  package subscript(_ name: String) -> Int? { places[name] }

  /// The place of a column.
  ///
  /// - Throws: `InputError` that lists the columns there are.
  package func require(_ name: String) throws(InputError) -> Int {
    guard let place = places[name] else {
      throw InputError(
        "the table has no column '\(name)'", path: path, line: 1,
        found: names.joined(separator: " "),
        expected: "a table of a finished scan of this version")
    }
    return place
  }
}
