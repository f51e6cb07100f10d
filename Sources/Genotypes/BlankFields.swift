/// The fields of a line that are separated by runs of tabs and spaces, as PLINK's tables are.
struct BlankFields {
  /// Byte ranges in the line last split.
  private(set) var ranges: [Range<Int>] = []

  /// Fields of the line last split.
  var count: Int { ranges.count }

  /// Finds the first `limit` fields of `line`; blanks at its ends are passed over.
  mutating func split(_ line: UnsafeRawBufferPointer, limit: Int = .max) {
    ranges.removeAll(keepingCapacity: true)
    var start = 0
    while ranges.count < limit {
      while start < line.count, Self.isBlank(line[start]) { start += 1 }
      guard start < line.count else { return }
      var end = start + 1
      while end < line.count, !Self.isBlank(line[end]) { end += 1 }
      ranges.append(start..<end)
      start = end
    }
  }

  /// The bytes of field `index` of `line`, the line last split.
  func bytes(_ index: Int, of line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: line[ranges[index]])
  }

  /// The text of field `index` of `line`, the line last split.
  func string(_ index: Int, of line: UnsafeRawBufferPointer) -> String {
    String(decoding: line[ranges[index]], as: UTF8.self)
  }

  @inline(__always)
  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\t") || byte == UInt8(ascii: " ")
  }
}
