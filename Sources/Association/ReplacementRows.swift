import Tables

/// Rows that take the place of spooled ones with the same chromosome, position, gene and variant
/// number when the table is written.
struct ReplacementRows: Sendable {
  private struct Key: Hashable {
    var site: UInt64
    var gene: UInt32
    var variant: UInt32
  }

  private var ranges: [Key: Range<Int>] = [:]
  private var text = TextBuffer()

  var isEmpty: Bool { ranges.isEmpty }

  /// Adds the row that `write` appends; of two with one key the later counts.
  mutating func add(_ key: PairRowKey, write: (inout TextBuffer) -> Void) {
    let start = text.count
    write(&text)
    let place = Key(
      site: key.variant.site, gene: UInt32(key.gene), variant: key.variant.number)
    ranges[place] = start..<text.count
  }

  /// The sites of the replaced rows, sorted.
  var sites: [UInt64] { Set(ranges.keys.map(\.site)).sorted() }

  /// The bytes of the text that replaces `row`, nil where it stays.
  func range(for row: StoredRow) -> Range<Int>? {
    ranges[Key(site: row.site, gene: row.gene, variant: row.variant)]
  }

  /// Lends all text, which `range(for:)` refers to.
  func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try text.withUnsafeBytes(body)
  }
}
