import CNumericText

/// A positive double rounded to a few significant decimal digits, as bytes.
///
/// The value is scaled by a tabled power of ten and rounded to an integer. The tabled power and the
/// product are each off by at most one part in 2^53, so this is right unless the scaled value
/// lies within two such parts of a tie; there, and beyond 1e±290, nothing is returned and the
/// caller converts exactly.
struct DecimalDigits {
  /// The digits' values, the most significant in the lowest byte, zeros behind the last.
  let digits: UInt64
  /// Digits up to the last that is not zero, 1 to 8.
  let count: Int
  /// Decimal exponent of the first digit.
  let exponent: Int

  /// The most significant digits that one word holds.
  static let maximumDigits = 8

  /// Digits that were split already.
  @inline(__always)
  init(digits: UInt64, exponent: Int) {
    self.digits = digits
    self.exponent = exponent
    count = 8 &- digits.leadingZeroBitCount >> 3
  }

  /// Rounds `value` to `significantDigits` digits; nil where this way cannot tell the rounding.
  ///
  /// - Precondition: `value` is positive and finite, `significantDigits` 1 to 8.
  @inline(__always)
  init?(_ value: Double, significantDigits: Int) {
    let binaryExponent = Int(truncatingIfNeeded: value.bitPattern >> 52) &- 1023
    // ⌊log10 2^e⌋ for |e| < 1100; the value's own exponent is this or one more.
    var exponent = (binaryExponent &* 78_913) >> 18
    guard UInt(bitPattern: exponent &+ 290) <= 580 else { return nil }
    // Safe: exponents here and below lie within the table's ±300.
    exponent &+= value >= numeric_text_power_of_ten(exponent &+ 1) ? 1 : 0
    let scaled = value * numeric_text_power_of_ten(significantDigits &- 1 &- exponent)
    // In [2^52, 2^53) the last bit of a double is worth one: the sum is rounded to an integer,
    // which its low bits hold.
    let shifted = scaled + 0x1p52
    var whole = shifted.bitPattern & (1 << 52 - 1)
    let distance = abs(scaled - (shifted - 0x1p52))
    // Two parts in 2^53, doubled to spare the rounding of this bound.
    guard distance < 0.5 - scaled * 0x1p-51 else { return nil }
    if whole >= numeric_text_integer_power_of_ten(significantDigits) {
      whole = numeric_text_integer_power_of_ten(significantDigits &- 1)
      exponent &+= 1
    }
    digits = Self.digits(of: whole &* numeric_text_integer_power_of_ten(8 &- significantDigits))
    count = 8 &- digits.leadingZeroBitCount >> 3
    self.exponent = exponent
  }

  /// The eight digits of a number below 10^8, the most significant in the lowest byte: halves,
  /// quarters and single digits are split off in the lanes of one word, with quotients by
  /// multiplication.
  @inline(__always)
  static func digits(of number: UInt64) -> UInt64 {
    let high = number / 10_000
    var lanes = high | (number &- 10_000 &* high) << 32
    let hundreds = ((lanes &* 10_486) >> 20) & 0x7F_0000_007F
    lanes = hundreds | (lanes &- 100 &* hundreds) << 16
    let tens = ((lanes &* 103) >> 10) & 0x000F_000F_000F_000F
    return tens | (lanes &- 10 &* tens) << 8
  }

  /// Writes the text of printf's `%.{K}g` at `out`, up to 24 bytes with those scribbled behind.
  ///
  /// - Returns: the end of the text.
  @inline(__always)
  func write(
    to out: UnsafeMutableRawPointer, significantDigits: Int
  ) -> UnsafeMutableRawPointer {
    let text = digits | 0x3030_3030_3030_3030
    if exponent >= -4, exponent < significantDigits {
      // Safe: exponents from −4 to 7 have a layout, counts from 1 to 8 a length.
      let layout = numeric_text_layout_of(exponent)
      let head = text & layout.keep | layout.head
      let tail = (text &>> UInt64(layout.down)) &<< UInt64(layout.up) | layout.tail
      out.storeBytes(of: head.littleEndian, as: UInt64.self)
      out.storeBytes(
        of: tail.littleEndian, toByteOffset: Int(layout.behind), as: UInt64.self)
      return out + Int(numeric_text_length(exponent, count))
    }
    out.storeBytes(of: UInt8(truncatingIfNeeded: text), as: UInt8.self)
    out.storeBytes(of: UInt8(ascii: "."), toByteOffset: 1, as: UInt8.self)
    out.storeBytes(of: (text >> 8).littleEndian, toByteOffset: 2, as: UInt64.self)
    return Self.write(exponent: exponent, to: out + (count > 1 ? count &+ 1 : 1))
  }

  /// Writes `e`, a sign and two or three digits.
  @inline(__always)
  private static func write(
    exponent: Int, to out: UnsafeMutableRawPointer
  ) -> UnsafeMutableRawPointer {
    let magnitude = exponent.magnitude
    out.storeBytes(of: UInt8(ascii: "e"), as: UInt8.self)
    out.storeBytes(
      of: exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"), toByteOffset: 1, as: UInt8.self)
    var end = out + 2
    var rest = magnitude
    if rest >= 100 {
      end.storeBytes(
        of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest / 100), as: UInt8.self)
      rest %= 100
      end += 1
    }
    end.storeBytes(of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest / 10), as: UInt8.self)
    end.storeBytes(
      of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10), toByteOffset: 1,
      as: UInt8.self)
    return end + 2
  }
}
