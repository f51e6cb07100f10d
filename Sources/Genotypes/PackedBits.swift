/// Numbers of a fixed count of bits in bytes, the first one in the lowest bits.
enum PackedBits {
  /// Bytes of `count` numbers of `width` bits.
  static func byteCount(_ count: Int, width: Int) -> Int { (count * width + 7) / 8 }

  /// The number at `index`; widths below 8 divide 8, others are whole bytes.
  @inline(__always)
  static func value(_ index: Int, width: Int, of bytes: UnsafeRawBufferPointer) -> Int {
    if width < 8 {
      let bit = index &* width
      return Int(bytes[bit >> 3] >> UInt8(truncatingIfNeeded: bit & 7)) & ((1 << width) - 1)
    }
    let size = width / 8
    var value = 0
    for byte in 0..<size { value |= Int(bytes[index * size + byte]) << (8 * byte) }
    return value
  }

  /// Set bits among the first `count`.
  static func ones(_ count: Int, of bytes: UnsafeRawBufferPointer) -> Int {
    var ones = 0
    for index in 0..<(count / 8) { ones += bytes[index].nonzeroBitCount }
    if count % 8 > 0 { ones += (bytes[count / 8] & (1 << UInt8(count % 8) - 1)).nonzeroBitCount }
    return ones
  }
}
