import CVCFText

/// The ends of tab-separated columns, found 64 bytes at a time.
struct ColumnEnds {
  private let base: UnsafeRawPointer
  private let count: Int
  /// Where the block starts whose tabs `mask` holds.
  private var block = -64
  /// The block's tabs that were not returned yet.
  private var mask: UInt64 = 0

  /// - Parameter count: the bytes at `base`, which must stay where they are.
  init(_ base: UnsafeRawPointer, count: Int) {
    self.base = base
    self.count = count
  }

  /// Where the next column ends: at its tab, or with the bytes.
  @inline(__always)
  mutating func next() -> Int {
    while mask == 0 {
      block &+= 64
      let left = count &- block
      guard left > 0 else { return count }
      // Safe: reads 64 bytes where as many are left, else those that are left.
      mask =
        left >= 64
        ? vcf_text_equal64(base + block, UInt8(ascii: "\t"))
        : vcf_text_equal(base + block, left, UInt8(ascii: "\t"))
    }
    let place = mask.trailingZeroBitCount
    mask &= mask &- 1
    return block &+ place
  }

  /// How often `byte` is among the `count` bytes at `base`.
  static func count(of byte: UInt8, _ base: UnsafeRawPointer, count: Int) -> Int {
    var sum = 0
    var block = 0
    while block < count {
      let left = count &- block
      // Safe: reads 64 bytes where as many are left, else those that are left.
      let mask =
        left >= 64
        ? vcf_text_equal64(base + block, byte) : vcf_text_equal(base + block, left, byte)
      sum &+= mask.nonzeroBitCount
      block &+= 64
    }
    return sum
  }
}
