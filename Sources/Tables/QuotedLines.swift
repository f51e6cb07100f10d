import BlockGzip

/// Lines with their ends, of which the first can be looked at before they are read.
struct QuotedLines {
  /// A line that outlives the next one.
  struct Line {
    /// Without its line end.
    var bytes: [UInt8] = []
    /// LF, CR LF, or nothing at the end of the file.
    var end: [UInt8] = []
    /// One-based.
    var number = 0
  }

  var path: String { reader.path }
  /// Whether the last line lacked its line end.
  var lastLineIsUnterminated: Bool { reader.lastLineIsUnterminated }

  private let reader: LineReader
  /// Lines looked at but not yet returned.
  private var ahead: ArraySlice<Line> = []

  init(path: String, requiresEndMarker: Bool) throws(InputError) {
    reader = try LineReader(path: path, requiresEndMarker: requiresEndMarker)
  }

  /// The next line, or nil after the last.
  ///
  /// - Throws: `InputError` as `LineReader.next`.
  mutating func next() throws(InputError) -> Line? {
    if let line = ahead.popFirst() { return line }
    return try read()
  }

  /// The next line that begins a row; nil after the last. Empty lines may only stand at the end.
  ///
  /// - Parameter fields: how many fields a row has; 0 while the header is read.
  /// - Throws: `InputError` as `next`, and for an empty line before another.
  mutating func nextRow(fields: Int) throws(InputError) -> Line? {
    guard let line = try next() else { return nil }
    guard line.bytes.isEmpty, fields > 0 else { return line }
    while let more = try next() {
      guard more.bytes.isEmpty else {
        throw InputError(
          "empty line between rows", path: path, line: line.number, found: "no fields",
          expected: "\(fields) fields", advice: "remove the line")
      }
    }
    return nil
  }

  /// What separates the fields of the header, whose lines are still to be read: tabs if there is
  /// one, else commas, else semicolons, else spaces. Those within quotes do not count.
  ///
  /// - Throws: `InputError` as `next`.
  mutating func separator() throws(InputError) -> Fields.Separator {
    var found: Set<UInt8> = []
    var isQuoted = false
    repeat {
      guard let line = try read() else { break }
      ahead.append(line)
      // Whether a quote would open a field, or go on with one as the second of two.
      var mayOpen = true
      for byte in line.bytes {
        if byte == UInt8(ascii: "\""), isQuoted || mayOpen {
          isQuoted.toggle()
          mayOpen = true
        } else if !isQuoted {
          found.insert(byte)
          mayOpen = [",", ";", "\t", " "].contains(UnicodeScalar(byte))
        }
      }
    } while isQuoted
    return [.tab, .comma, .semicolon].first { found.contains($0.byte) } ?? .spaces
  }

  private func read() throws(InputError) -> Line? {
    guard let line = try reader.next() else { return nil }
    let end: [UInt8] = reader.lastLineEndsInCarriageReturn ? [0x0D] : []
    return Line(
      bytes: Array(line), end: end + (reader.lastLineIsUnterminated ? [] : [0x0A]),
      number: reader.lineNumber)
  }
}
