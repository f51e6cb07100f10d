import BlockGzip

/// A small table read whole: a sample sheet or covariates.
///
/// Fields are separated by tabs, or by runs of spaces where the header line has no tab. Empty
/// lines at the end of the file are ignored.
package struct DelimitedTable: Sendable {
  package let path: String
  /// Names of the columns.
  package let header: [String]
  /// Cells, rows × columns.
  package let rows: [[String]]
  /// One-based line number of every row.
  package let lineNumbers: [Int]

  /// Reads `path`.
  ///
  /// - Parameters:
  ///   - allowsUnnamedFirstColumn: whether the first header may be empty, as tables with row names
  ///     often have it.
  ///   - requiresEndMarker: whether a BGZF file without its end-of-file block is refused.
  /// - Throws: `InputError` for an unreadable, damaged or empty file, an empty or duplicate header
  ///   name, a row whose number of fields is not the header's.
  package init(
    path: String, allowsUnnamedFirstColumn: Bool = false, requiresEndMarker: Bool = true
  ) throws(InputError) {
    let reader = try LineReader(path: path, requiresEndMarker: requiresEndMarker)
    guard let first = try reader.next(), !first.isEmpty else {
      throw InputError(
        "no header line", path: path, line: 1,
        found: reader.lineNumber == 0 ? "an empty file" : "an empty line",
        expected: "a header line and rows", advice: "check that this is the right file")
    }
    var fields = Fields(separator: Fields.Separator(headerLine: first))
    fields.split(first)
    let names = fields.strings(of: first)
    guard !names.isEmpty else {
      throw reader.error(
        "no header line", found: "a line of spaces", expected: "a header line and rows",
        advice: "check that this is the right file")
    }
    try Self.check(names, reader: reader, allowsUnnamedFirst: allowsUnnamedFirstColumn)

    var rows: [[String]] = []
    var lineNumbers: [Int] = []
    while let line = try reader.nextRow(
      found: "no fields", expected: "\(names.count) fields")
    {
      fields.split(line)
      guard fields.count == names.count else {
        throw Self.raggedRow(fields.count, names: names, fields: fields, reader: reader)
      }
      if fields.separator == .spaces, line.contains(UInt8(ascii: "\t")) {
        throw reader.error(
          "tab in a table that is separated by spaces", found: "a tab",
          expected: "spaces between the fields, as in the header",
          advice: "put tabs between all fields, in the header too")
      }
      rows.append(fields.strings(of: line))
      lineNumbers.append(reader.lineNumber)
    }
    self.path = path
    header = names
    self.rows = rows
    self.lineNumbers = lineNumbers
  }

  /// The index of the column named `name`.
  package func column(named name: String) -> Int? { header.firstIndex(of: name) }

  /// A data error in row `row`, with path, line and column filled in.
  package func error(
    _ what: String, row: Int, column: String? = nil, found: String? = nil,
    expected: String? = nil, advice: String? = nil
  ) -> InputError {
    InputError(
      what, path: path, line: lineNumbers[row], column: column, found: found, expected: expected,
      advice: advice)
  }

  private static func check(
    _ names: [String], reader: LineReader, allowsUnnamedFirst: Bool
  ) throws(InputError) {
    var seen: [String: Int] = [:]
    for (index, name) in names.enumerated() {
      if name.isEmpty, index == 0, allowsUnnamedFirst { continue }
      guard !name.isEmpty else {
        throw reader.error(
          "column without a name", column: "column \(index + 1)", found: "an empty header",
          expected: "a name", advice: "name the column or remove the extra tab")
      }
      if let earlier = seen.updateValue(index, forKey: name) {
        throw reader.error(
          "duplicate column name", column: "column \(index + 1)",
          found: "'\(name)', which is column \(earlier + 1) too", expected: "different names",
          advice: "rename or remove one of the columns")
      }
    }
  }

  private static func raggedRow(
    _ count: Int, names: [String], fields: Fields, reader: LineReader
  ) -> InputError {
    let column = count < names.count ? names[count] : "column \(names.count + 1)"
    let cut = reader.lastLineIsUnterminated && count < names.count
    return reader.error(
      count < names.count ? "row has too few fields" : "row has too many fields", column: column,
      found: "\(count) fields\(cut ? " in a last line without its line end" : "")",
      expected: "\(names.count) \(fields.separator.description)-separated fields, as the header",
      advice: cut
        ? "the file looks cut off; copy it again" : "mend the row; write missing values as NA")
  }
}
