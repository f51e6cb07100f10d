import Glibc

/// Numbers as the tables of a scan have them.
package enum TableNumber {
  /// The number of a field; NaN for `NA`, nil for what is neither.
  package static func value(_ field: UnsafeRawBufferPointer) -> Double? {
    isMissing(field) ? .nan : parseDouble(field)
  }

  /// The natural logarithm of a probability, which below 1e-300 stands as mantissa and exponent of
  /// the true tail; −∞ for `0`, NaN for `NA`, nil for what is no probability.
  package static func logProbability(_ field: UnsafeRawBufferPointer) -> Double? {
    if isMissing(field) { return .nan }
    if let value = parseDouble(field), value >= 1e-300, value <= 1 { return log(value) }
    if field.elementsEqual("0".utf8) { return -.infinity }
    guard let mark = field.firstIndex(of: UInt8(ascii: "e")),
      let mantissa = parseDouble(UnsafeRawBufferPointer(rebasing: field[..<mark])),
      let exponent = parseInteger(UnsafeRawBufferPointer(rebasing: field[(mark + 1)...])),
      mantissa > 0, exponent < 0
    else { return nil }
    return log(mantissa) + Double(exponent) * M_LN10
  }

  /// `logProbability` of a text.
  package static func logProbability(_ text: String) -> Double? {
    var copy = text
    return copy.withUTF8 { logProbability(UnsafeRawBufferPointer($0)) }
  }

  private static func isMissing(_ field: UnsafeRawBufferPointer) -> Bool {
    field.elementsEqual("NA".utf8)
  }
}
