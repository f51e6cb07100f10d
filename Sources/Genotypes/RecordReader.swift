import BlockGzip

/// Where a reader stands, for messages about the record it read last.
protocol RecordReader {
  var path: String { get }
  /// One-based number of the line (of the record, in binary files) last read, nil before the first.
  var place: Int? { get }
  /// Whether the record last read may be the stump of a cut file.
  var isCutOff: Bool { get }
}

extension RecordReader {
  /// A data error with path and place filled in.
  func error(
    _ what: String, column: String? = nil, found: String? = nil, expected: String? = nil,
    advice: String? = nil
  ) -> InputError {
    InputError(
      what, path: path, line: place, column: column, found: found, expected: expected,
      advice: advice)
  }
}

extension LineReader: RecordReader {
  var place: Int? { hasLineNumbers ? lineNumber : nil }
  var isCutOff: Bool { lastLineIsUnterminated }

  /// Whether a byte-order mark or a carriage return was met and passed over, for a mention.
  var notes: [String] {
    var notes: [String] = []
    if sawByteOrderMark { notes.append("\(path) starts with a byte-order mark") }
    if sawCarriageReturn { notes.append("\(path) has lines that end in CR LF") }
    return notes
  }
}
