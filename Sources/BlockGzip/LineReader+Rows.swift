extension LineReader {
  /// The next line of a table; nil after the last. Empty lines may only stand at the end.
  ///
  /// - Parameters:
  ///   - row: what a line is called in messages.
  ///   - found: what an empty line holds.
  ///   - expected: what a line holds; nil is a row.
  /// - Throws: `InputError` as `next`, and for an empty line before another.
  package func nextRow(
    _ row: String = "row", found: String = "no columns", expected: @autoclosure () -> String? = nil
  ) throws(InputError) -> UnsafeRawBufferPointer? {
    guard let line = try next() else { return nil }
    guard line.isEmpty else { return line }
    let number = lineNumber
    while let line = try next() {
      guard line.isEmpty else {
        throw InputError(
          "empty line between \(row)s", path: path, line: number, found: found,
          expected: expected() ?? "a \(row)", advice: "remove the line")
      }
    }
    return nil
  }
}
