import CNumericText

/// Writes an integer in decimal digits: up to 20 bytes, and 8 that may be scribbled behind them.
///
/// - Returns: the end of the text.
@inline(__always)
func writeInteger(_ value: Int, to out: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
  var end = out
  if value < 0 {
    end.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
    end += 1
  }
  let magnitude = UInt64(value.magnitude)
  guard magnitude < 100_000_000 else { return writeLongInteger(magnitude, to: end) }
  let digits = DecimalDigits.digits(of: magnitude)
  // Whole bytes of zeros before the first digit; zero itself keeps one digit.
  let leading = min(digits.trailingZeroBitCount, 56) & ~7
  let text = (digits | 0x3030_3030_3030_3030) &>> UInt64(leading)
  end.storeBytes(of: text.littleEndian, as: UInt64.self)
  return end + (8 &- leading &>> 3)
}

@inline(never)
private func writeLongInteger(
  _ value: UInt64, to out: UnsafeMutableRawPointer
) -> UnsafeMutableRawPointer {
  let (rest, low) = value.quotientAndRemainder(dividingBy: 100_000_000)
  let end =
    rest < 100_000_000 ? writeInteger(Int(rest), to: out) : writeLongInteger(rest, to: out)
  let text = DecimalDigits.digits(of: low) | 0x3030_3030_3030_3030
  end.storeBytes(of: text.littleEndian, as: UInt64.self)
  return end + 8
}

/// Writes a number as `TextBuffer` has it: up to 24 bytes, and as many as make 40 may be scribbled
/// behind them.
///
/// - Returns: the end of the text.
@inline(__always)
func writeNumber(
  _ value: Double, format: NumberFormat, to out: UnsafeMutableRawPointer
) -> UnsafeMutableRawPointer {
  let magnitude = value.magnitude
  guard magnitude < .infinity else { return writeNonFinite(value, to: out) }
  if format.significantDigits <= DecimalDigits.maximumDigits, magnitude > 0,
    let decimal = DecimalDigits(magnitude, significantDigits: format.significantDigits)
  {
    var end = out
    if value < 0 {
      end.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
      end += 1
    }
    return decimal.write(to: end, significantDigits: format.significantDigits)
  }
  return writeExactly(value, format: format, to: out)
}

@inline(never)
private func writeNonFinite(
  _ value: Double, to out: UnsafeMutableRawPointer
) -> UnsafeMutableRawPointer {
  let text: StaticString = value.isNaN ? "NA" : value > 0 ? "Inf" : "-Inf"
  out.copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
  return out + text.utf8CodeUnitCount
}

/// A finite number by the exact conversion, which is right for every value and number of digits.
@inline(never)
func writeExactly(
  _ value: Double, format: NumberFormat, to out: UnsafeMutableRawPointer
) -> UnsafeMutableRawPointer {
  guard value != 0 else {
    out.storeBytes(of: UInt8(ascii: "0"), as: UInt8.self)
    return out + 1
  }
  // Safe: the callers leave room for 40 bytes, of which the conversions write at most 24.
  let text = out.assumingMemoryBound(to: CChar.self)
  let length =
    format.significantDigits == 17
    ? numeric_text_shortest(value, text)
    : numeric_text_general(value, Int32(format.significantDigits), text)
  return out + length
}
