import Glibc

/// Where the columns of one VCF line lie; holds no copies.
struct VCFRecord {
  /// The line without its end; valid until the reader's next line.
  let line: UnsafeRawBufferPointer
  let chromosome: Range<Int>
  let position: Range<Int>
  let id: Range<Int>
  let reference: Range<Int>
  let alternate: Range<Int>
  let format: Range<Int>
  /// All donors' columns.
  let donors: Range<Int>

  /// Nil when the line has fewer than 10 columns.
  init?(_ line: UnsafeRawBufferPointer) {
    guard let base = line.baseAddress else { return nil }
    var start = 0
    // Safe: memchr stays inside [start, line.count), and start ≤ line.count always.
    func field() -> Range<Int>? {
      guard let tab = memchr(base + start, Int32(UInt8(ascii: "\t")), line.count - start) else {
        return nil
      }
      let end = UnsafeRawPointer(tab) - base
      defer { start = end + 1 }
      return start..<end
    }
    guard let chromosome = field(), let position = field(), let id = field(),
      let reference = field(), let alternate = field(), field() != nil, field() != nil,
      field() != nil, let format = field()
    else { return nil }
    self.line = line
    self.chromosome = chromosome
    self.position = position
    self.id = id
    self.reference = reference
    self.alternate = alternate
    self.format = format
    donors = start..<line.count
  }

  /// The bytes of a column.
  func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: line[range])
  }

  /// The text of a column.
  func string(_ range: Range<Int>) -> String { String(decoding: line[range], as: UTF8.self) }
}
