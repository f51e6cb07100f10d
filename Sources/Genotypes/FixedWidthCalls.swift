import CVCFText

/// Records whose donor columns are all called genotypes of three bytes: `0|1`, `1/1`, `./.`.
enum FixedWidthCalls {
  private typealias Eight = SIMD8<Float>

  /// Reads the columns, eight at a time. False, with the output unfinished, when any is something
  /// else.
  ///
  /// - Parameters:
  ///   - slots: for every column its place in `output`, or -1.
  ///   - output: has room for the largest place.
  static func decode(
    _ columns: UnsafeRawBufferPointer, slots: UnsafeBufferPointer<Int32>,
    output: UnsafeMutablePointer<Float>
  ) -> Bool {
    let count = slots.count
    guard count > 0, columns.count == 4 * count - 1, let base = columns.baseAddress else {
      return false
    }
    var column = 0
    // Safe: eight columns take 32 bytes, the last one's tab included, so that one more must follow.
    while column + 8 < count {
      guard read(base + 4 * column, slots, column..<(column &+ 8), output) else { return false }
      column &+= 8
    }
    // The columns that are left, at most eight, without the last one's tab.
    let rest = count - column
    return withUnsafeTemporaryAllocation(byteCount: 32, alignment: 16) { bytes in
      for index in 0..<8 {
        bytes.storeBytes(
          of: UInt32(0x0930_7C30).littleEndian, toByteOffset: 4 * index, as: UInt32.self)
      }
      // Safe: 4 · rest − 1 bytes are left, at most 31.
      bytes.baseAddress?.copyMemory(from: base + 4 * column, byteCount: 4 * rest - 1)
      guard let start = bytes.baseAddress else { return false }
      return read(start, slots, column..<count, output)
    }
  }

  /// Reads the eight columns at `text` and keeps those of `range`.
  @inline(__always)
  private static func read(
    _ text: UnsafeRawPointer, _ slots: UnsafeBufferPointer<Int32>, _ range: Range<Int>,
    _ output: UnsafeMutablePointer<Float>
  ) -> Bool {
    var dosages = Eight()
    // Safe: reads 32 bytes and writes eight numbers.
    let isRead = withUnsafeMutableBytes(of: &dosages) {
      vcf_text_calls8(text, $0.baseAddress?.assumingMemoryBound(to: Float.self)) == 1
    }
    guard isRead else { return false }
    for lane in 0..<range.count {
      let slot = Int(slots[range.lowerBound &+ lane])
      if slot >= 0 { output[slot] = dosages[lane] }
    }
    return true
  }
}
