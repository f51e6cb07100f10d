/// Finds tabs from the end of a row, eight bytes at a time.
enum TabSearch {
  private static let lowBits: UInt64 = 0x7F7F_7F7F_7F7F_7F7F

  /// The place behind the `number`th tab from the end (from 1), and that of the tab behind it or the
  /// end of the row; nil where the row has fewer tabs.
  @inline(__always)
  static func field(_ number: Int, fromEndOf row: UnsafeRawBufferPointer) -> Range<Int>? {
    guard let end = tab(number - 1, before: row.count, in: row),
      let start = tab(1, before: end, in: row)
    else { return nil }
    return (start + 1)..<end
  }

  /// The place of the `number`th tab (from 1) before `end`, counted backwards; `end` for none.
  @inline(__always)
  private static func tab(_ number: Int, before end: Int, in row: UnsafeRawBufferPointer) -> Int? {
    guard number > 0 else { return end }
    var left = number
    var end = end
    while end >= 8 {
      // Safe: eight bytes before `end` lie within the row.
      let word = UInt64(
        littleEndian: row.loadUnaligned(fromByteOffset: end - 8, as: UInt64.self))
      var tabs = marks(word)
      // One bit a byte: their sum is the highest byte of this product. Processors of the baseline
      // have no instruction that counts bits.
      let count = Int(((tabs >> 7) &* 0x0101_0101_0101_0101) >> 56)
      if count >= left {
        for _ in 1..<left { tabs &= ~(1 << (63 - UInt64(tabs.leadingZeroBitCount))) }
        return end - 8 + (63 - tabs.leadingZeroBitCount) / 8
      }
      left -= count
      end -= 8
    }
    while end > 0 {
      end -= 1
      if row[end] == UInt8(ascii: "\t") { left -= 1 }
      if left == 0 { return end }
    }
    return nil
  }

  /// The highest bit of every byte that is a tab: of bytes that were made zero, exactly those have
  /// no bit set and carry nothing (Warren, Hacker's Delight, section 6-1).
  @inline(__always)
  private static func marks(_ word: UInt64) -> UInt64 {
    let zeros = word ^ 0x0909_0909_0909_0909
    return ~(((zeros & lowBits) &+ lowBits) | zeros | lowBits)
  }
}
