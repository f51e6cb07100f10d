/// An exact sum of many doubles in fixed point: a few integer operations a value.
///
/// Values are whole multiples of 2⁻¹⁰⁷⁴. Those whose exponent lies in the same range of 64 share a
/// 128-bit integer: 53 bits of mantissa shifted by up to 63 leave 11 bits, so that 2¹¹ values can
/// be added before one overflows (a superaccumulator: Neal 2015, arXiv:1505.05571). Being integers,
/// the words do not depend on the order of the values.
///
/// Values must be finite.
struct ExactAccumulator: ~Copyable {
  /// The values that may be added before `move(to:)`.
  static let capacity = 2048

  /// Word k counts multiples of 2^(64k − 1075).
  private var words = InlineArray<32, Int128>(repeating: 0)

  /// Adds a finite value.
  @inline(__always)
  mutating func add(_ value: Double) {
    let bits = value.bitPattern
    let exponent = Int(truncatingIfNeeded: (bits &>> 52) & 0x7FF)
    // Subnormal numbers have no leading bit, and the exponent of the smallest normal ones.
    let isNormal = exponent == 0 ? 0 : 1
    let mantissa =
      Int64(truncatingIfNeeded: bits & 0xF_FFFF_FFFF_FFFF) | Int64(isNormal) &<< 52
    let sign = Int64(bitPattern: bits) &>> 63
    let place = exponent &+ (1 &- isNormal)
    words[place &>> 6] &+= Int128((mantissa ^ sign) &- sign) &<< Int128(place & 63)
  }

  /// Adds the total to `sum`, exactly, and starts again from 0.
  mutating func move(to sum: inout ExactSum) {
    for index in words.indices where words[index] != 0 {
      // Three digits of 43 bits, each exact as a double and of the word's sign: with digits of
      // both signs one could overflow where their total does not.
      let sign: FloatingPointSign = words[index] < 0 ? .minus : .plus
      var rest = words[index].magnitude
      var exponent = 64 * index - 1075
      while rest != 0 {
        let digit = Double(UInt64(truncatingIfNeeded: rest) & 0x7FF_FFFF_FFFF)
        sum.add(Double(sign: sign, exponent: exponent, significand: digit))
        rest = rest &>> 43
        exponent += 43
      }
      words[index] = 0
    }
  }
}
