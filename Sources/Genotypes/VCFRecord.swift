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
    // Safe: the line stays where it is while its columns are looked for.
    var ends = ColumnEnds(base, count: line.count)
    var start = 0
    func field() -> Range<Int>? {
      let end = ends.next()
      guard end < line.count else { return nil }
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
