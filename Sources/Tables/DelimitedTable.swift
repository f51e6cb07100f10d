import BlockGzip

/// A small table read whole: a sample sheet, covariates, or the data of a model.
///
/// Empty lines at the end of the file are ignored.
package struct DelimitedTable: Sendable {
  /// How fields are told apart.
  package enum Dialect: Sendable {
    /// By tabs, or by runs of spaces where the header line has no tab; quotes are characters as
    /// any other.
    case plain
    /// By tabs, commas, semicolons or runs of spaces, the first of these that the header has
    /// outside of quotes; fields may stand between double quotes, as `QuotedRecordReader` reads
    /// them. In a table with semicolons a number with a decimal comma is refused.
    case quoted
  }

  package let path: String
  /// Names of the columns.
  package let header: [String]
  /// Cells, rows × columns.
  package private(set) var rows: [[String]] = []
  /// One-based number of the line in which each row begins.
  package private(set) var lineNumbers: [Int] = []

  /// Reads `path`.
  ///
  /// - Parameters:
  ///   - allowsUnnamedFirstColumn: whether the first header may be empty, as tables with row names
  ///     often have it.
  ///   - requiresEndMarker: whether a BGZF file without its end-of-file block is refused.
  /// - Throws: `InputError` for an unreadable, damaged or empty file, an empty or duplicate header
  ///   name, a row whose number of fields is not the header's; of quoted fields as
  ///   `QuotedRecordReader`.
  package init(
    path: String, dialect: Dialect = .plain, allowsUnnamedFirstColumn: Bool = false,
    requiresEndMarker: Bool = true
  ) throws(InputError) {
    self.path = path
    switch dialect {
    case .plain:
      let reader = try LineReader(path: path, requiresEndMarker: requiresEndMarker)
      var (fields, names) = try Self.plainHeader(reader)
      header = names
      try checkHeader(fields.separator, allowsUnnamedFirst: allowsUnnamedFirstColumn)
      try readPlainRows(reader, &fields)
    case .quoted:
      var records = try QuotedRecordReader(path: path, requiresEndMarker: requiresEndMarker)
      header = try Self.quotedHeader(&records, path: path)
      try checkHeader(records.separator, allowsUnnamedFirst: allowsUnnamedFirstColumn)
      try readQuotedRows(&records)
    }
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

  private static func plainHeader(
    _ reader: LineReader
  ) throws(InputError) -> (Fields, [String]) {
    guard let first = try reader.next(), !first.isEmpty else {
      throw noHeader(reader.path, found: reader.lineNumber == 0 ? "an empty file" : "an empty line")
    }
    var fields = Fields(separator: Fields.Separator(headerLine: first))
    fields.split(first)
    let names = fields.strings(of: first)
    guard !names.isEmpty else { throw noHeader(reader.path, found: "a line of spaces") }
    return (fields, names)
  }

  private static func quotedHeader(
    _ records: inout QuotedRecordReader, path: String
  ) throws(InputError) -> [String] {
    guard let names = try records.next() else { throw noHeader(path, found: "an empty file") }
    guard !names.isEmpty else { throw noHeader(path, found: "an empty line") }
    records.names = names
    return names
  }

  private static func noHeader(_ path: String, found: String) -> InputError {
    InputError(
      "no header line", path: path, line: 1, found: found, expected: "a header line and rows",
      advice: "check that this is the right file")
  }

  private mutating func readPlainRows(
    _ reader: LineReader, _ fields: inout Fields
  ) throws(InputError) {
    while let line = try reader.nextRow(
      found: "no fields", expected: "\(header.count) fields")
    {
      fields.split(line)
      guard fields.count == header.count else {
        throw raggedRow(
          fields.count, fields.separator, line: reader.lineNumber,
          isUnterminated: reader.lastLineIsUnterminated)
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
  }

  private mutating func readQuotedRows(
    _ records: inout QuotedRecordReader
  ) throws(InputError) {
    while let row = try records.next() {
      guard row.count == header.count else {
        throw raggedRow(
          row.count, records.separator, line: records.lineNumber,
          isUnterminated: records.lastLineIsUnterminated)
      }
      if records.separator == .semicolon,
        let index = row.firstIndex(where: { $0.contains(",") && isDecimalComma($0) })
      {
        throw InputError(
          "decimal comma", path: path, line: records.lineNumber, column: header[index],
          found: "'\(row[index])'", expected: "a decimal point",
          advice: "write decimals with a point in the whole table")
      }
      rows.append(row)
      lineNumbers.append(records.lineNumber)
    }
  }

  /// Whether a cell is a number but for a comma in the place of its point.
  private func isDecimalComma(_ cell: String) -> Bool {
    let parts = cell.split(separator: ",", omittingEmptySubsequences: false)
    return parts.count == 2 && parseDouble(parts.joined(separator: ".")) != nil
  }

  private func checkHeader(
    _ separator: Fields.Separator, allowsUnnamedFirst: Bool
  ) throws(InputError) {
    var seen: [String: Int] = [:]
    for (index, name) in header.enumerated() {
      if name.isEmpty, index == 0, allowsUnnamedFirst { continue }
      guard !name.isEmpty else {
        throw InputError(
          "column without a name", path: path, line: 1, column: "column \(index + 1)",
          found: "an empty header", expected: "a name",
          advice: "name the column or remove the extra \(separator.description)")
      }
      if let earlier = seen.updateValue(index, forKey: name) {
        throw InputError(
          "duplicate column name", path: path, line: 1, column: "column \(index + 1)",
          found: "'\(name)', which is column \(earlier + 1) too", expected: "different names",
          advice: "rename or remove one of the columns")
      }
    }
  }

  private func raggedRow(
    _ count: Int, _ separator: Fields.Separator, line: Int, isUnterminated: Bool
  ) -> InputError {
    let column = count < header.count ? header[count] : "column \(header.count + 1)"
    let isCut = isUnterminated && count < header.count
    let advice =
      if isCut {
        "the file looks cut off; copy it again"
      } else if count == header.count + 1, rows.isEmpty {
        "mend the row; where rows begin with their names, name that column in the header too"
      } else if separator == .comma, header.contains(where: { $0.contains(";") }) {
        "mend the row; the header has commas and semicolons, of which commas were taken"
      } else {
        "mend the row; write missing values as NA"
      }
    return InputError(
      count < header.count ? "row has too few fields" : "row has too many fields", path: path,
      line: line, column: column,
      found: "\(count) fields\(isCut ? " in a last line without its line end" : "")",
      expected: "\(header.count) \(separator.description)-separated fields, as the header",
      advice: advice)
  }
}
