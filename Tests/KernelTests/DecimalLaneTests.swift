import Foundation
import KernelInterface
import Testing
import VectorKernels

@Suite("Lanes of decimal digits")
struct DecimalLaneTests {
  static let levels = SIMDLevel.allCases.filter(\.isSupported)
  /// The doubles nearest to 10⁻³⁰⁰ … 10³⁰⁰.
  static let powersOfTen = (-300...300).map { Double("1e\($0)") ?? .nan }

  private struct Decimal: Equatable {
    var digits: UInt64
    /// Biased; 0 where the digits are not known.
    var exponent: UInt64
  }

  private func decimals(_ level: SIMDLevel, _ values: [Double], digits: Int) -> [Decimal] {
    var words = [UInt64](repeating: .max, count: values.count)
    var exponents = words
    Self.powersOfTen.withUnsafeBufferPointer { powers in
      guard let base = powers.baseAddress else { return }
      level.kernel.decimalDigits(
        values, count: values.count, significantDigits: digits, powersOfTen: base + 300,
        digits: &words, exponents: &exponents)
    }
    return zip(words, exponents).map { Decimal(digits: $0, exponent: $1) }
  }

  /// The digits by printf, the definition.
  private func expected(_ value: Double, digits: Int) -> Decimal {
    let parts = String(format: "%.\(digits - 1)e", abs(value)).split(separator: "e")
    var word: UInt64 = 0
    for (place, digit) in parts[0].utf8.filter({ $0 != UInt8(ascii: ".") }).enumerated() {
      word |= UInt64(digit - UInt8(ascii: "0")) << UInt64(8 * place)
    }
    let exponent = (Int(parts[1]) ?? .min) + DecimalLane.exponentBias
    return Decimal(digits: word, exponent: UInt64(exponent))
  }

  /// Powers of ten, ties and their neighbours, the ends of the range.
  private static let hard: [Double] = {
    var values: [Double] = [0.5, 2.5, 9.5, 9.999995, 99999.95, 999999.5, 123456.5, 1e22, 1e23]
    for exponent in -291...291 {
      for mantissa in ["1", "1.5", "9.5", "9.99995", "1.234565", "9.999995", "1.23456785", "3"] {
        guard let value = Double("\(mantissa)e\(exponent)") else { continue }
        values += [value, value.nextUp, value.nextDown, -value]
      }
    }
    for shift in 1...40 { values.append(1 + exp2(-Double(shift))) }
    return values
  }()

  @Test("are printf's wherever they are given", arguments: levels, 1...DecimalLane.maximumDigits)
  func digits(level: SIMDLevel, digits: Int) {
    var generator = SplitMix(state: UInt64(digits))
    var values = Self.hard
    for _ in 0..<15_000 { values.append(Double(bitPattern: generator.next())) }
    let ordinary = (0..<15_000).map { _ in
      pow(10, Double.random(in: -12..<12, using: &generator))
    }
    values += ordinary
    let found = decimals(level, values, digits: digits)
    var wrong: [Double] = []
    for (value, decimal) in zip(values, found) where decimal.exponent != 0 {
      if !value.isFinite || decimal != expected(value, digits: digits) { wrong.append(value) }
    }
    #expect(wrong == [])
    // Eight parts in 2⁵³ of at most 10⁸ on both sides of every tie: one number in ten million.
    #expect(found.suffix(ordinary.count).count { $0.exponent == 0 } <= 1)
  }

  @Test("are not given where doubles end", arguments: levels)
  func outside(level: SIMDLevel) {
    let values: [Double] = [
      0, -0.0, .nan, .infinity, -.infinity, .leastNonzeroMagnitude, .leastNormalMagnitude,
      .greatestFiniteMagnitude, 1e-300, 1e300, -1e300,
    ]
    #expect(decimals(level, values, digits: 6).allSatisfy { $0.exponent == 0 })
  }

  @Test("are the same on every instruction set and beside any neighbours", arguments: levels)
  func neighbours(level: SIMDLevel) {
    var generator = SplitMix(state: 5)
    let values = Self.hard + (0..<5000).map { _ in Double(bitPattern: generator.next()) }
    let all = decimals(.baseline, values, digits: 6)
    #expect(decimals(level, values, digits: 6) == all)
    for count in 0..<24 {
      let part = Array(values[3..<(3 + count)])
      #expect(decimals(level, part, digits: 6) == Array(all[3..<(3 + count)]))
    }
  }
}
