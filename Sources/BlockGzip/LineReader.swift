import Glibc

/// Lines of a plain, gzip, BGZF or Zstandard text file, one at a time in bounded memory.
///
/// A byte-order mark at the start and a carriage return before a line feed are dropped and
/// remembered; a NUL byte, UTF-16 text and a cut last line are errors or noted as properties.
package final class LineReader {
  package let path: String
  /// One-based number of the line last returned; 0 before the first.
  package private(set) var lineNumber = 0
  /// Whether any line so far ended in CR LF.
  package private(set) var sawCarriageReturn = false
  /// Whether the file starts with a UTF-8 byte-order mark.
  package private(set) var sawByteOrderMark = false
  /// Whether the line last returned ended in CR LF.
  package private(set) var lastLineEndsInCarriageReturn = false
  /// Whether the last line returned lacked its line feed.
  package private(set) var lastLineIsUnterminated = false

  /// Whether lines are numbered from the start of the file.
  package private(set) var hasLineNumbers = true

  private var source: ByteSource
  private var buffer: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  private var atEnd = false

  /// Opens `path`; its content decides how it is decompressed.
  ///
  /// - Throws: `InputError` (`unreadable`) when it cannot be opened.
  package init(path: String, requiresEndMarker: Bool = true) throws(InputError) {
    self.path = path
    source = try ByteSource(path: path, requiresEndMarker: requiresEndMarker)
    buffer = .allocate(byteCount: 1 << 18, alignment: 64)
  }

  deinit { buffer.deallocate() }

  /// Whether `restrict` can be used.
  package var isBlocked: Bool { source.isBlocked }

  /// Leaves the place reached and goes on with the lines of `ranges` alone, which begin and end
  /// where lines do; their numbers are not known.
  ///
  /// - Precondition: `isBlocked`; the ranges ascend.
  /// - Throws: `InputError` for a file without BGZF's end-of-file block where that is required.
  package func restrict(to ranges: [BlockRange]) throws(InputError) {
    try source.restrict(to: ranges)
    hasLineNumbers = false
    start = 0
    end = 0
    atEnd = false
  }

  /// The next line without its line end, or nil after the last; valid until the next call.
  ///
  /// - Throws: `InputError` for damaged compression, NUL bytes or UTF-16.
  package func next() throws(InputError) -> UnsafeRawBufferPointer? {
    var scanned = 0
    while true {
      // Safe: start + scanned ≤ end ≤ buffer.count, and memchr stays inside that range.
      if end > start + scanned, let base = buffer.baseAddress,
        let found = memchr(base + start + scanned, 0x0A, end - start - scanned)
      {
        let length = UnsafeRawPointer(found) - UnsafeRawPointer(base + start)
        let line = try finish(length: length)
        start += length + 1
        return line
      }
      scanned = end - start
      if atEnd {
        guard end > start else { return nil }
        lastLineIsUnterminated = true
        let line = try finish(length: end - start)
        start = end
        return line
      }
      try fill()
    }
  }

  /// Whether the bytes not yet returned start with `prefix`; tells binary formats by their magic.
  ///
  /// - Throws: `InputError` for damaged compression.
  package func starts(with prefix: some Collection<UInt8>) throws(InputError) -> Bool {
    while end - start < prefix.count, !atEnd { try fill() }
    return buffer[start..<end].starts(with: prefix)
  }

  /// The rest of this line's data error, with path and line filled in.
  package func error(
    _ what: String, column: String? = nil, found: String? = nil, expected: String? = nil,
    advice: String? = nil
  ) -> InputError {
    InputError(
      what, path: path, line: hasLineNumbers ? lineNumber : nil, column: column, found: found,
      expected: expected,
      advice: advice)
  }

  private func finish(length: Int) throws(InputError) -> UnsafeRawBufferPointer {
    lineNumber += 1
    var line = UnsafeRawBufferPointer(rebasing: buffer[start..<(start + length)])
    if lineNumber == 1 { line = try inspectFirst(line) }
    lastLineEndsInCarriageReturn = line.last == 0x0D
    if lastLineEndsInCarriageReturn {
      sawCarriageReturn = true
      line = UnsafeRawBufferPointer(rebasing: line.dropLast())
    }
    if let base = line.baseAddress, memchr(base, 0, line.count) != nil {
      throw error(
        "NUL byte in a text file", expected: "plain text",
        advice: "check that the file is what the option expects")
    }
    return line
  }

  private func inspectFirst(
    _ line: UnsafeRawBufferPointer
  ) throws(InputError) -> UnsafeRawBufferPointer {
    if line.starts(with: [0xFF, 0xFE]) || line.starts(with: [0xFE, 0xFF]) {
      throw error(
        "text is UTF-16", expected: "UTF-8", advice: "convert it with iconv -f UTF-16 -t UTF-8")
    }
    guard line.starts(with: [0xEF, 0xBB, 0xBF]) else { return line }
    sawByteOrderMark = true
    return UnsafeRawBufferPointer(rebasing: line.dropFirst(3))
  }

  private func fill() throws(InputError) {
    if start > 0, let base = buffer.baseAddress {
      memmove(base, base + start, end - start)
      end -= start
      start = 0
    }
    if end == buffer.count {
      let larger = UnsafeMutableRawBufferPointer.allocate(
        byteCount: buffer.count * 2, alignment: 64)
      larger.copyMemory(from: UnsafeRawBufferPointer(buffer))
      buffer.deallocate()
      buffer = larger
    }
    let count: Int
    do throws(InputError) {
      count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[end...]))
    } catch {
      // How far the file could be read tells the user how much of it is lost.
      var error = error
      error.found = (error.found.map { $0 + ", " } ?? "") + "after \(lineNumber) lines"
      throw error
    }
    end += count
    atEnd = count == 0
  }
}
