import Glibc

/// The fields of one line after another, as byte ranges in a reused array.
package struct Fields: Sendable {
  /// What lies between fields.
  package enum Separator: Sendable, Equatable {
    /// One tab; empty fields are possible.
    case tab
    /// One or more spaces; spaces at the line's ends are ignored.
    case spaces
    /// One comma; empty fields are possible.
    case comma
    /// One semicolon, as spreadsheets write where the comma stands in numbers; empty fields are
    /// possible.
    case semicolon

    /// Tabs if the header line has one, else spaces.
    package init(headerLine: UnsafeRawBufferPointer) {
      self = headerLine.contains(UInt8(ascii: "\t")) ? .tab : .spaces
    }

    /// The separator in words.
    package var description: String {
      switch self {
      case .tab: "tab"
      case .spaces: "space"
      case .comma: "comma"
      case .semicolon: "semicolon"
      }
    }

    /// The byte of the separator.
    package var byte: UInt8 {
      switch self {
      case .tab: UInt8(ascii: "\t")
      case .spaces: UInt8(ascii: " ")
      case .comma: UInt8(ascii: ",")
      case .semicolon: UInt8(ascii: ";")
      }
    }
  }

  package let separator: Separator
  /// Byte ranges in the line last split.
  package private(set) var ranges: [Range<Int>] = []

  package init(separator: Separator) { self.separator = separator }

  /// Fields of the line last split.
  package var count: Int { ranges.count }

  /// Finds the fields of `line`; a line without bytes has no field under spaces, else one empty
  /// field. Quotes have no meaning here; `QuotedRecordReader` heeds them.
  package mutating func split(_ line: UnsafeRawBufferPointer) {
    ranges.removeAll(keepingCapacity: true)
    switch separator {
    case .tab, .comma, .semicolon: split(line, at: separator.byte)
    case .spaces: splitAtSpaces(line)
    }
  }

  /// Finds the first `limit` fields of `line`, or all where it has fewer.
  ///
  /// - Precondition: fields are not separated by spaces.
  package mutating func split(_ line: UnsafeRawBufferPointer, first limit: Int) {
    precondition(separator != .spaces, "the first fields of a line with spaces")
    ranges.removeAll(keepingCapacity: true)
    var start = 0
    while ranges.count < limit, start <= line.count {
      // Safe: memchr stays inside [start, line.count).
      let found = line.baseAddress.flatMap { base in
        memchr(base + start, Int32(separator.byte), line.count - start).map {
          UnsafeRawPointer($0) - base
        }
      }
      let end = found ?? line.count
      ranges.append(start..<end)
      start = end + 1
    }
  }

  /// The bytes of field `index` of `line`, the line last split.
  package func bytes(_ index: Int, of line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: line[ranges[index]])
  }

  /// The text of field `index` of `line`, the line last split.
  package func string(_ index: Int, of line: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes(index, of: line), as: UTF8.self)
  }

  /// The text of every field of `line`, the line last split.
  package func strings(of line: UnsafeRawBufferPointer) -> [String] {
    ranges.indices.map { string($0, of: line) }
  }

  private mutating func split(_ line: UnsafeRawBufferPointer, at separator: UInt8) {
    var start = 0
    // Safe: memchr stays inside [start, line.count).
    if let base = line.baseAddress {
      while let found = memchr(base + start, Int32(separator), line.count - start) {
        let end = UnsafeRawPointer(found) - base
        ranges.append(start..<end)
        start = end + 1
      }
    }
    ranges.append(start..<line.count)
  }

  private mutating func splitAtSpaces(_ line: UnsafeRawBufferPointer) {
    var start = 0
    while start < line.count {
      guard line[start] != UInt8(ascii: " ") else {
        start += 1
        continue
      }
      var end = start + 1
      while end < line.count, line[end] != UInt8(ascii: " ") { end += 1 }
      ranges.append(start..<end)
      start = end
    }
  }
}
