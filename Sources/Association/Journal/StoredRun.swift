import BlockGzip
import Tables

/// A sorted run of rows on disk: blocks of rows one behind the other.
struct StoredRun: Sendable {
  /// Where its first block begins: in the file, or among the bytes of `EncodedRuns`.
  var offset: Int
  var blocks: Int
  var first: StoredRow
  var firstTail: [UInt8]
}

/// Sorted runs of rows as the bytes that go to disk.
///
/// Nothing is compressed: rows are read back once, and deflating them costs more than all else
/// that is done with them. A block is {rows, bytes of text, bytes of ALT tails: UInt32}, the
/// `StoredRow`s, the tails and the text, in this machine's byte order.
struct EncodedRuns: Sendable {
  /// Text of a block: large enough to read well, small enough that every open run may hold one.
  static let blockBytes = 1 << 18
  static let headerBytes = 12

  /// Offsets are those in `bytes`.
  private(set) var runs: [StoredRun] = []
  private(set) var bytes = TextBuffer()
  private(set) var rowCount = 0
  /// Of the rows' text, run behind run.
  private(set) var textChecksum = Crc32()

  /// Appends a sorted run.
  mutating func append(_ run: PairRun) {
    precondition(run.isSorted, "the rows of a run must be sorted")
    guard let first = run.rows.first else { return }
    if runs.isEmpty {
      let blocks = run.text.count / Self.blockBytes + 1
      bytes = TextBuffer(
        capacity: run.text.count + run.rows.count * MemoryLayout<StoredRow>.stride
          + run.tails.count + blocks * Self.headerBytes)
    }
    var stored = StoredRun(
      offset: bytes.count, blocks: 0, first: first,
      firstTail: Array(run.tails.prefix(Int(first.tailLength))))
    var rows = 0..<0
    var text = 0..<0
    var tails = 0..<0
    for (index, row) in run.rows.enumerated() {
      rows = rows.lowerBound..<(index + 1)
      text = text.lowerBound..<(text.upperBound + Int(row.textLength))
      tails = tails.lowerBound..<(tails.upperBound + Int(row.tailLength))
      guard text.count >= Self.blockBytes || rows.upperBound == run.rows.count else { continue }
      encode(rows: run.rows[rows], tails: run.tails[tails], text: text, of: run)
      stored.blocks += 1
      rows = rows.upperBound..<rows.upperBound
      text = text.upperBound..<text.upperBound
      tails = tails.upperBound..<tails.upperBound
    }
    runs.append(stored)
    rowCount += run.rows.count
    textChecksum.append(run.checksum, count: run.text.count)
  }

  private mutating func encode(
    rows: ArraySlice<StoredRow>, tails: ArraySlice<UInt8>, text: Range<Int>, of run: PairRun
  ) {
    for length in [rows.count, text.count, tails.count] {
      withUnsafeBytes(of: UInt32(length)) { bytes.append(bytes: $0) }
    }
    rows.withUnsafeBytes { bytes.append(bytes: $0) }
    tails.withUnsafeBytes { bytes.append(bytes: $0) }
    run.text.withUnsafeBytes { bytes.append(bytes: UnsafeRawBufferPointer(rebasing: $0[text])) }
  }
}
