/// A sorted run of rows on disk: blocks of rows one behind the other.
///
/// A block is {rows, bytes of text, bytes of ALT tails: UInt32}, the `StoredRow`s, the tails and the
/// text, in this machine's byte order. Nothing is compressed: rows are read back once, and deflating
/// them costs more than all else that is done with them.
struct StoredRun: Sendable {
  /// Text of a block: large enough to read well, small enough that every open run may hold one.
  static let blockBytes = 1 << 18
  static let headerBytes = 12

  /// Where its first block begins: in the file, or in the frame's payload.
  var offset: Int
  var blocks: Int
  var first: StoredRow
  var firstTail: [UInt8]
}
