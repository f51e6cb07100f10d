/// Reads dosages such as `0`, `1.5` and `0.512` from the eight bytes of one word.
enum ShortDosage {
  /// The largest length read.
  static let maximumLength = 7

  /// What a dosage is taken to be followed by: the point and zeros. No byte of it is a digit where
  /// the first must be one.
  private static let end: UInt64 = 0x3030_3030_3030_2EFF

  /// The dosage of the first `length` bytes of `word`, the first in its lowest byte; nil for other
  /// forms than a digit, or a digit, a point and up to 5 digits, and for numbers above 2.
  ///
  /// - Precondition: `length` is 0 to `maximumLength`.
  @inline(__always)
  static func value(_ word: UInt64, length: Int) -> Float? {
    let beyond: UInt64 = ~0 &<< UInt64(truncatingIfNeeded: length &* 8)
    let text = word & ~beyond | end & beyond
    // Zero for the point, 0 to 9 for the digits, other numbers for what is neither.
    let digits = text ^ 0x3030_3030_3030_2E30
    // The high bit of each byte that is more than it may be; a carry comes from such a byte alone.
    let wrong = (digits &+ 0x7676_7676_7676_7F76) | digits
    guard wrong & 0x8080_8080_8080_8080 == 0 else { return nil }
    // The first digit takes the place of the point, so that all stand together.
    var lanes = digits &+ (digits & 0xFF) &* 255
    // Neighbours are joined in pairs, these in fours, and those in the number of millionths.
    lanes = (lanes &* (10 << 8 + 1)) &>> 8 & 0x00FF_00FF_00FF_00FF
    lanes = (lanes &* (100 << 16 + 1)) &>> 16 & 0x0000_FFFF_0000_FFFF
    lanes = (lanes &* (10_000 << 32 + 1)) &>> 32
    guard lanes <= 2_000_000 else { return nil }
    // For all of these the product is, in single precision, what division and `parseDouble` give.
    return Float(Double(Int32(truncatingIfNeeded: lanes)) * 1e-6)
  }

  /// The place of the first byte of `word` that is `byte`, 8 where none is.
  @inline(__always)
  static func place(of byte: UInt8, in word: UInt64) -> Int {
    let different = word ^ UInt64(byte) &* 0x0101_0101_0101_0101
    let zeros = (different &- 0x0101_0101_0101_0101) & ~different & 0x8080_8080_8080_8080
    return zeros.trailingZeroBitCount &>> 3
  }
}
