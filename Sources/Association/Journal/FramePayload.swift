import BlockGzip
import Tables

/// The payload of a frame on its way to the file, in pieces that stay in the processor's cache.
struct FramePayload {
  /// Bytes that are gathered before they are written.
  private static let pieceBytes = 1 << 19

  private let file: LockedFile
  /// Where the payload begins.
  private let start: Int
  private var written = 0
  private var pending: TextBuffer
  private(set) var checksum = Crc32()

  /// - Parameter buffer: memory to gather pieces in, handed back by `finish`.
  init(in file: LockedFile, at start: Int, buffer: TextBuffer) {
    self.file = file
    self.start = start
    pending = buffer
    pending.removeAll()
  }

  /// Memory for `init`.
  static func buffer() -> TextBuffer {
    TextBuffer(capacity: pieceBytes + StoredRun.blockBytes + (1 << 17))
  }

  /// Bytes appended so far.
  var count: Int { written + pending.count }

  mutating func append(_ bytes: TextBuffer) throws(OutputError) {
    pending.append(bytes)
    if pending.count >= Self.pieceBytes { try flush() }
  }

  /// Appends a sorted run.
  ///
  /// - Returns: where it lies in the payload; nil where it has no rows.
  mutating func append(_ run: PairRun) throws(OutputError) -> StoredRun? {
    precondition(run.isSorted, "the rows of a run must be sorted")
    guard let first = run.rows.first else { return nil }
    var stored = StoredRun(
      offset: count, blocks: 0, first: first,
      firstTail: Array(run.tails.prefix(Int(first.tailLength))))
    var rows = 0..<0
    var text = 0..<0
    var tails = 0..<0
    for (index, row) in run.rows.enumerated() {
      rows = rows.lowerBound..<(index + 1)
      text = text.lowerBound..<(text.upperBound + Int(row.textLength))
      tails = tails.lowerBound..<(tails.upperBound + Int(row.tailLength))
      guard text.count >= StoredRun.blockBytes || rows.upperBound == run.rows.count else {
        continue
      }
      encode(rows: run.rows[rows], tails: run.tails[tails], text: text, of: run)
      stored.blocks += 1
      if pending.count >= Self.pieceBytes { try flush() }
      rows = rows.upperBound..<rows.upperBound
      text = text.upperBound..<text.upperBound
      tails = tails.upperBound..<tails.upperBound
    }
    return stored
  }

  /// Writes what is left.
  ///
  /// - Returns: the memory that was lent.
  mutating func finish() throws(OutputError) -> TextBuffer {
    try flush()
    return pending
  }

  private mutating func encode(
    rows: ArraySlice<StoredRow>, tails: ArraySlice<UInt8>, text: Range<Int>, of run: PairRun
  ) {
    for length in [rows.count, text.count, tails.count] {
      withUnsafeBytes(of: UInt32(length)) { pending.append(bytes: $0) }
    }
    rows.withUnsafeBytes { pending.append(bytes: $0) }
    tails.withUnsafeBytes { pending.append(bytes: $0) }
    run.text.withUnsafeBytes {
      pending.append(bytes: UnsafeRawBufferPointer(rebasing: $0[text]))
    }
  }

  private mutating func flush() throws(OutputError) {
    let place = start + written
    pending.withUnsafeBytes { checksum.update($0) }
    try pending.withUnsafeBytes { bytes throws(OutputError) in try file.write(bytes, at: place) }
    written += pending.count
    pending.removeAll()
  }
}
