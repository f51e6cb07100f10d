import BlockGzip

/// The records of a table whose fields may stand between double quotes, as RFC 4180 describes them
/// and R's `write.csv` and spreadsheets write them.
///
/// A quote opens a quoted field only where a field begins; elsewhere it is a character as any
/// other. Within quotes two quotes are one, and separators and line ends are text. Spaces around a
/// field do not belong to it, unless they stand within its quotes: `1, 2` holds the number 2.
struct QuotedRecordReader {
  private static let quote = UInt8(ascii: "\"")
  private static let space = UInt8(ascii: " ")

  let separator: Fields.Separator
  /// One-based number of the line in which the record last returned begins.
  private(set) var lineNumber = 0
  /// Names of the columns, for messages; empty while the header is read.
  var names: [String] = []
  /// Whether the record last returned ends in a line without its line end.
  var lastLineIsUnterminated: Bool { lines.lastLineIsUnterminated }

  private var lines: QuotedLines
  /// The line that is being read and the place reached in it.
  private var line = QuotedLines.Line()
  private var place = 0
  private var fields: [String] = []

  /// Opens `path` and finds the separator in its header line.
  ///
  /// - Throws: `InputError` for a file that cannot be read.
  init(path: String, requiresEndMarker: Bool) throws(InputError) {
    lines = try QuotedLines(path: path, requiresEndMarker: requiresEndMarker)
    separator = try lines.separator()
  }

  /// The fields of the next record; nil after the last. Empty lines may only stand at the end.
  ///
  /// - Throws: `InputError` for damaged files, a quote without its end, text behind a closing
  ///   quote, a carriage return within a line, an empty line between records, text that is not
  ///   UTF-8.
  mutating func next() throws(InputError) -> [String]? {
    guard let first = try lines.nextRow(fields: names.count) else { return nil }
    line = first
    lineNumber = first.number
    place = 0
    fields.removeAll(keepingCapacity: true)
    while true {
      skipSpaces()
      if separator == .spaces, place == line.bytes.count { break }
      fields.append(
        place < line.bytes.count && line.bytes[place] == Self.quote
          ? try quotedField() : try plainField())
      if place == line.bytes.count { break }
      place += 1
    }
    return fields
  }

  private mutating func skipSpaces() {
    while place < line.bytes.count, line.bytes[place] == Self.space { place += 1 }
  }

  private var atSeparator: Bool { line.bytes[place] == separator.byte }

  private mutating func plainField() throws(InputError) -> String {
    let start = place
    while place < line.bytes.count, !atSeparator {
      let byte = line.bytes[place]
      guard byte != 0x0D else {
        throw error(
          "carriage return within a line", found: "a carriage return without a line feed",
          expected: "lines that end in LF or CR LF",
          advice: "convert the line ends, e.g. with tr '\\r' '\\n'")
      }
      guard separator != .spaces || byte != UInt8(ascii: "\t") else {
        throw error(
          "tab in a table that is separated by spaces", found: "a tab",
          expected: "spaces between the fields, as in the header",
          advice: "put tabs between all fields, in the header too")
      }
      place += 1
    }
    var end = place
    while end > start, line.bytes[end - 1] == Self.space { end -= 1 }
    return try text(line.bytes[start..<end])
  }

  /// Reads from an opening quote to the separator behind the closing one, or to the line's end.
  private mutating func quotedField() throws(InputError) -> String {
    let opening = line.number
    var cell: [UInt8] = []
    place += 1
    while true {
      guard place < line.bytes.count else {
        cell += line.end
        guard let more = try lines.next() else { throw unclosed(line: opening) }
        line = more
        place = 0
        continue
      }
      let byte = line.bytes[place]
      place += 1
      guard byte == Self.quote else {
        cell.append(byte)
        continue
      }
      guard place < line.bytes.count, line.bytes[place] == Self.quote else { break }
      cell.append(Self.quote)
      place += 1
    }
    let field = try text(cell[...])
    let closing = place
    skipSpaces()
    guard place == line.bytes.count || atSeparator || (separator == .spaces && place > closing)
    else { throw textBehindQuote(of: field) }
    // The separator of fields that spaces part is the last of them.
    if separator == .spaces, place < line.bytes.count { place -= 1 }
    return field
  }

  private func text(_ bytes: ArraySlice<UInt8>) throws(InputError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw error(
        "text is not UTF-8", found: "'\(String(decoding: bytes, as: UTF8.self))'",
        expected: "UTF-8", advice: "convert it, e.g. with iconv -f WINDOWS-1252 -t UTF-8")
    }
    return text
  }

  private func unclosed(line opening: Int) -> InputError {
    var error = error(
      "quote without its end", found: "the end of the file within quotes",
      expected: "a closing quote",
      advice: "close the quote that opens on this line; within quotes write a quote twice")
    error.line = opening
    return error
  }

  private func textBehindQuote(of field: String) -> InputError {
    let rest = line.bytes[place...].prefix { $0 != separator.byte }.prefix(40)
    return error(
      "text behind a closing quote",
      found: "'\(String(decoding: rest, as: UTF8.self))' behind \"\(field.prefix(40))\"",
      expected: "a \(separator.description) or the end of the line",
      advice: "within quotes write a quote twice (R: write.table with qmethod = \"double\")")
  }

  /// An error in the field that is being read.
  private func error(
    _ what: String, found: String, expected: String, advice: String
  ) -> InputError {
    let column = fields.count < names.count ? names[fields.count] : "column \(fields.count + 1)"
    return InputError(
      what, path: lines.path, line: line.number, column: column, found: found,
      expected: expected, advice: advice)
  }
}
