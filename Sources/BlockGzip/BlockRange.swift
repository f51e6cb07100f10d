/// Bytes of a BGZF file between two virtual offsets: the file's byte where a block starts, shifted
/// left by 16, and the place in the block's content (SAM format specification, section 4.1.1).
package struct BlockRange: Sendable, Equatable {
  package var start: UInt64
  /// Where the first byte behind the range is.
  package var end: UInt64

  package init(start: UInt64, end: UInt64) {
    self.start = start
    self.end = end
  }
}
