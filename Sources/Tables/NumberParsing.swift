import CNumericText

/// Powers of ten that a double holds exactly.
private let exactPowersOfTen: [Double] = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
]

/// The number that fills `text`, correctly rounded, or nil when the text is not a number.
///
/// The words `inf`, `infinity` and `nan` are read, so that callers can refuse them by name.
/// Hexadecimal, surrounding spaces and trailing characters are refused.
package func parseDouble(_ text: UnsafeRawBufferPointer) -> Double? {
  parseShortDecimal(text) ?? parseAnyDecimal(text)
}

/// The number that fills `text`, as `parseDouble` of its UTF-8.
package func parseDouble(_ text: String) -> Double? {
  var copy = text
  return copy.withUTF8 { parseDouble(UnsafeRawBufferPointer($0)) }
}

/// Reads `-?digits[.digits]` of at most 15 digits.
///
/// Both the digits as an integer and the power of ten are then exact doubles, so one division
/// rounds correctly (Clinger 1990, doi:10.1145/93542.93557).
private func parseShortDecimal(_ text: UnsafeRawBufferPointer) -> Double? {
  var index = 0
  let negative = text.first == UInt8(ascii: "-")
  if negative { index = 1 }
  guard text.count > index, text.count <= index + 16 else { return nil }
  var digits: Int64 = 0
  var digitCount = 0
  var point = -1
  while index < text.count {
    let digit = text[index] &- UInt8(ascii: "0")
    if digit < 10 {
      digits = digits &* 10 &+ Int64(digit)
      digitCount += 1
    } else if text[index] == UInt8(ascii: "."), point < 0 {
      point = digitCount
    } else {
      return nil
    }
    index += 1
  }
  guard digitCount > 0, digitCount <= 15 else { return nil }
  let decimals = point < 0 ? 0 : digitCount - point
  let magnitude = decimals == 0 ? Double(digits) : Double(digits) / exactPowersOfTen[decimals]
  return negative ? -magnitude : magnitude
}

private func parseAnyDecimal(_ text: UnsafeRawBufferPointer) -> Double? {
  guard let base = text.baseAddress, text.count > 0 else { return nil }
  var value = 0.0
  // Safe: the C function reads `count` bytes from `base` and writes one double.
  let isNumber = numeric_text_parse(
    base.assumingMemoryBound(to: CChar.self), text.count, &value)
  return isNumber == 1 ? value : nil
}

/// The decimal integer that fills `text`, or nil for anything else, an overflow included.
package func parseInteger(_ text: UnsafeRawBufferPointer) -> Int? {
  var index = 0
  let negative = text.first == UInt8(ascii: "-")
  if negative { index = 1 }
  guard text.count > index, text.count <= index + 18 else { return nil }
  var value = 0
  while index < text.count {
    let digit = text[index] &- UInt8(ascii: "0")
    guard digit < 10 else { return nil }
    value = value &* 10 &+ Int(digit)
    index += 1
  }
  return negative ? -value : value
}
