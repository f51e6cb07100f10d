/// The shortest text that reads back to the same number, whole numbers without a point, zero
/// without a sign.
package func shortText(_ value: Double) -> String {
  guard value != 0 else { return "0" }
  let text = value.description
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// `value` rounded to `decimals` decimals: the number its printed text reads back to.
///
/// - Precondition: |value| · 10^decimals is below 2⁵³.
package func rounded(_ value: Double, decimals: Int) -> Double {
  let scale = powerOfTen(decimals)
  // Division, not multiplication by 0.1…: k / 10ⁿ is the double nearest to the decimal text.
  return (value * scale).rounded() / scale
}

/// `prefix` with the numbers from 1, all of one width.
func numberedNames(_ prefix: String, count: Int, leastWidth: Int = 3) -> [String] {
  let width = max(leastWidth, String(count).count)
  return (1...count).map { number in
    let digits = String(number)
    return prefix + String(repeating: "0", count: width - digits.count) + digits
  }
}

extension [UInt8] {
  /// Appends `text` as UTF-8.
  mutating func append(text: String) { append(contentsOf: text.utf8) }

  /// Appends `value` with exactly `decimals` decimals, in the same bytes everywhere; zero has no
  /// sign.
  ///
  /// - Precondition: |value| · 10^decimals is below 2⁵³.
  mutating func append(fixed value: Double, decimals: Int) {
    let scaled = (value * powerOfTen(decimals)).rounded()
    precondition(abs(scaled) < 0x1p53, "\(value) does not fit \(decimals) decimals")
    if scaled < 0 { append(UInt8(ascii: "-")) }
    var digits = [UInt8]()
    var rest = UInt64(abs(scaled))
    while rest > 0 || digits.count <= decimals {
      if digits.count == decimals, decimals > 0 { digits.append(UInt8(ascii: ".")) }
      digits.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    }
    append(contentsOf: digits.reversed())
  }
}

private func powerOfTen(_ exponent: Int) -> Double {
  var power = 1.0
  for _ in 0..<exponent { power *= 10 }
  return power
}
