import CNumericText

/// Numbers of a few rows on their way to text: as doubles, and as the decimal digits that a vector
/// kernel makes of them.
///
/// One object serves one worker.
package final class DecimalBlock {
  package let capacity: Int
  /// The numbers.
  package let values: UnsafeMutablePointer<Double>
  /// Their digits, the most significant in the lowest byte of a word.
  package let digits: UnsafeMutablePointer<UInt64>
  /// Their decimal exponents plus a bias; 0 where digits are to be found by the exact conversion.
  package let exponents: UnsafeMutablePointer<UInt64>
  private let format: NumberFormat
  private let bias: Int

  /// What one number with its tab may take of the room behind a row, with what is scribbled.
  package static let numberRoom = 41

  /// - Parameters:
  ///   - capacity: numbers to have room for.
  ///   - exponentBias: what the exponents are raised by.
  package init(capacity: Int, format: NumberFormat, exponentBias: Int) {
    self.capacity = capacity
    self.format = format
    bias = exponentBias
    // Safe: freed in deinit; the callers keep within `capacity`.
    values = .allocate(capacity: capacity)
    values.initialize(repeating: 0, count: capacity)
    digits = .allocate(capacity: capacity)
    digits.initialize(repeating: 0, count: capacity)
    exponents = .allocate(capacity: capacity)
    exponents.initialize(repeating: 0, count: capacity)
  }

  deinit {
    values.deallocate()
    digits.deallocate()
    exponents.deallocate()
  }

  /// The address of 10⁰ among the doubles nearest to 10⁻³⁰⁰ … 10³⁰⁰.
  // Safe: the address of an element of a constant table is not null.
  package static var powersOfTen: UnsafePointer<Double> { numeric_text_one().unsafelyUnwrapped }

  /// Writes a tab and an integer.
  ///
  /// - Parameter out: has `numberRoom` bytes.
  /// - Returns: the end of the text.
  package static func write(
    tabbed value: Int, to out: UnsafeMutableRawPointer
  ) -> UnsafeMutableRawPointer {
    out.storeBytes(of: UInt8(ascii: "\t"), as: UInt8.self)
    return writeInteger(value, to: out + 1)
  }

  /// Writes numbers, each behind a tab, as `TextBuffer` has them.
  ///
  /// - Parameter out: has `numberRoom` bytes for each.
  /// - Returns: the end of the text.
  package func write(
    _ range: Range<Int>, to out: UnsafeMutableRawPointer
  ) -> UnsafeMutableRawPointer {
    precondition(range.upperBound <= capacity, "\(range) of \(capacity) numbers")
    let significantDigits = format.significantDigits
    var end = out
    for index in range {
      let value = values[index]
      // Safe: a number's text, its tab and what is scribbled stay within `numberRoom`.
      end.storeBytes(of: UInt8(ascii: "\t"), as: UInt8.self)
      let exponent = exponents[index]
      guard exponent != 0 else {
        end = writeNumber(value, format: format, to: end + 1)
        continue
      }
      end.storeBytes(of: UInt8(ascii: "-"), toByteOffset: 1, as: UInt8.self)
      end += 1 &+ Int(truncatingIfNeeded: value.bitPattern >> 63)
      end = DecimalDigits(
        digits: digits[index], exponent: Int(truncatingIfNeeded: exponent) &- bias
      ).write(to: end, significantDigits: significantDigits)
    }
    return end
  }
}
