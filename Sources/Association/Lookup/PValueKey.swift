import Glibc
import Tables

/// Orders p-values by their text in a table of pairs, below the range of doubles too.
enum PValueKey {
  /// A number that ascends with the p-value; nil for `NA` and what is no number.
  ///
  /// From 1e-300 on it is the p-value itself. Below, where the table has mantissa and exponent of the
  /// true tail, it is the decimal logarithm, which is negative; a p-value of 0 comes before all.
  static func key(_ text: UnsafeRawBufferPointer) -> Double? {
    if let mark = text.firstIndex(of: UInt8(ascii: "e")),
      let exponent = parseInteger(UnsafeRawBufferPointer(rebasing: text[(mark + 1)...])),
      exponent < -300
    {
      guard let mantissa = parseDouble(UnsafeRawBufferPointer(rebasing: text[..<mark])) else {
        return nil
      }
      return log10(mantissa) + Double(exponent)
    }
    guard let value = parseDouble(text), !value.isNaN else { return nil }
    return value > 0 ? value : -.infinity
  }
}
