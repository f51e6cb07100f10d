import Glibc

/// Numbers as a reader of pictures wants them, the same bytes everywhere.
package enum PlotNumber {
  private static let superscripts: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]

  /// `value` with a fixed number of decimals and a true minus sign; no "−0".
  /// `value` must be below 10¹⁵ in size, else it is written as a power of ten.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞" }
    guard abs(value) < 1e15, decimals < 16 else { return significant(value, digits: 3) }
    var power = 1.0
    for _ in 0..<decimals { power *= 10 }
    let scaled = (abs(value) * power).rounded()
    guard scaled < 9e15 else { return significant(value, digits: 3) }
    let whole = UInt64(scaled)
    let unit = UInt64(power)
    var text = value < 0 && whole > 0 ? "−" : ""
    text += grouped(whole / unit)
    if decimals > 0 {
      let rest = String(whole % unit)
      text += "." + String(repeating: "0", count: decimals - rest.count) + rest
    }
    return text
  }

  /// `1 donor`, `1,212 donors`.
  package static func count(_ value: Int, _ noun: String) -> String {
    "\(count(value)) \(noun)\(value == 1 ? "" : "s")"
  }

  /// A count with commas between thousands.
  package static func count(_ value: Int) -> String {
    (value < 0 ? "−" : "") + grouped(UInt64(value.magnitude))
  }

  /// `value` to `digits` significant digits; as a power of ten where it is below 0.001 or from 10⁵.
  package static func significant(_ value: Double, digits: Int = 3) -> String {
    precondition((1...15).contains(digits), "digits \(digits)")
    guard value.isFinite else { return fixed(value, decimals: 0) }
    guard value != 0 else { return "0" }
    var exponent = Int(floor(log10(abs(value))))
    if exponent < -3 || exponent >= 5 {
      var mantissa = value / pow(10, Double(exponent))
      if !mantissa.isFinite { mantissa = value * 1e300 / pow(10, Double(exponent) + 300) }
      if abs(rounded(mantissa, digits: digits - 1)) >= 10 {
        mantissa /= 10
        exponent += 1
      }
      return power(fixed(mantissa, decimals: digits - 1), exponent)
    }
    return fixed(value, decimals: max(0, digits - 1 - exponent))
  }

  /// A p-value from −log₁₀ p, which does not underflow: `0.031`, `2.4×10⁻¹⁹`.
  package static func pValue(minusLog10 value: Double) -> String {
    guard value.isFinite, value >= 0 else { return value == .infinity ? "0" : "unknown" }
    if value < 2 { return significant(pow(10, -value), digits: 2) }
    var exponent = -Int(ceil(value))
    var mantissa = pow(10, -value - Double(exponent))
    if rounded(mantissa, digits: 1) >= 10 {
      mantissa /= 10
      exponent += 1
    }
    if exponent >= -2 { return significant(pow(10, -value), digits: 2) }
    return power(fixed(mantissa, decimals: 1), exponent)
  }

  /// `10⁻⁹`, with a factor before it where one is given.
  static func power(_ mantissa: String?, _ exponent: Int) -> String {
    var text = mantissa.map { $0 + "×10" } ?? "10"
    if exponent < 0 { text.append("⁻") }
    for digit in String(exponent.magnitude) {
      text.append(superscripts[digit.wholeNumberValue ?? 0])
    }
    return text
  }

  private static func rounded(_ value: Double, digits: Int) -> Double {
    let unit = pow(10, Double(digits))
    return (value * unit).rounded() / unit
  }

  /// Commas from five digits on, as in most journals.
  private static func grouped(_ value: UInt64) -> String {
    let digits = String(value)
    guard digits.count > 4 else { return digits }
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }
}
