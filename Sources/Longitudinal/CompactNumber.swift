import Glibc

/// Numbers for people to read, as R prints them.
package enum CompactNumber {
  /// `digits` significant digits, zeros at the end left out.
  package static func text(_ value: Double, digits: Int = 4) -> String {
    guard value.isFinite else { return value.isNaN ? "NA" : value > 0 ? "Inf" : "-Inf" }
    guard value != 0 else { return "0" }
    let exponent = exponent(value, digits: digits)
    if exponent < -4 || exponent > 14 { return scientific(value, digits: digits) }
    return fixed(value, decimals: max(0, min(decimals(value, digits: digits), 15)))
  }

  /// All with the decimals that the one needs that needs most (R's `format`).
  package static func column(_ values: [Double], digits: Int = 4) -> [String] {
    let finite = values.filter { $0.isFinite && $0 != 0 }
    if finite.contains(where: { abs($0) < 1e-4 || abs($0) >= 1e9 }) {
      return values.map { text($0, digits: digits) }
    }
    let decimals = finite.reduce(0) { max($0, Self.decimals($1, digits: digits)) }
    return values.map { $0.isFinite ? fixed($0, decimals: decimals) : text($0) }
  }

  /// As R's `printCoefmat` has estimates and standard errors: decimals by the smallest of them.
  package static func coefficients(_ values: [[Double]], digits: Int = 4) -> [[String]] {
    let finite = values.flatMap(\.self).filter { $0.isFinite && $0 != 0 }
    guard let smallest = finite.map({ abs($0) }).min() else {
      return values.map { $0.map { text($0) } }
    }
    let decimals = max(1, digits - 1 - Int(log10(smallest).rounded(.down)))
    if decimals > 8 { return values.map { column($0, digits: digits) } }
    return values.map { $0.map { $0.isFinite ? fixed($0, decimals: decimals) : text($0) } }
  }

  package static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return text(value) }
    let scale = pow(10, Double(decimals))
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 9e15 else { return scientific(value, digits: 7) }
    let whole = Int(scaled)
    let power = Int(scale)
    let sign = value < 0 && whole > 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(whole)" }
    let rest = "\(whole % power)"
    return "\(sign)\(whole / power)." + String(repeating: "0", count: decimals - rest.count) + rest
  }

  package static func scientific(_ value: Double, digits: Int) -> String {
    let exponent = exponent(value, digits: digits)
    let mantissa = value / pow(10, Double(exponent))
    let shown = fixed(mantissa, decimals: digits - 1)
    let size = abs(exponent)
    return "\(shown)e\(exponent < 0 ? "-" : "+")\(size < 10 ? "0" : "")\(size)"
  }

  /// A p-value, as R's `format.pval`; below the smallest double by its logarithm.
  package static func pValue(logarithm: Double) -> String {
    guard !logarithm.isNaN else { return "NA" }
    if logarithm < log(2e-16) { return "< 2e-16" }
    let p = exp(logarithm)
    if p < 1e-4 { return scientific(p, digits: 3) }
    return fixed(p, decimals: max(3, min(6, 2 - Int(log10(p).rounded(.down)))))
  }

  /// R's stars.
  package static func stars(logarithm: Double) -> String {
    switch exp(logarithm) {
    case ..<0.001: "***"
    case ..<0.01: "**"
    case ..<0.05: "*"
    case ..<0.1: "."
    default: ""
    }
  }

  /// The power of ten of a value rounded to some digits.
  private static func exponent(_ value: Double, digits: Int) -> Int {
    let raw = Int(log10(abs(value)).rounded(.down))
    let rounded = (abs(value) / pow(10, Double(raw - digits + 1))).rounded()
    return rounded >= pow(10, Double(digits)) ? raw + 1 : raw
  }

  /// Decimals that `digits` significant digits need, zeros at the end left out.
  private static func decimals(_ value: Double, digits: Int) -> Int {
    let exponent = exponent(value, digits: digits)
    var decimals = digits - 1 - exponent
    guard decimals > 0 else { return 0 }
    var scaled = (abs(value) * pow(10, Double(decimals))).rounded()
    while decimals > 0, scaled.truncatingRemainder(dividingBy: 10) == 0 {
      scaled /= 10
      decimals -= 1
    }
    return decimals
  }
}
