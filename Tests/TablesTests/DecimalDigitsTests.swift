import Foundation
import Testing

@testable import Tables

@Suite struct DecimalDigitsTests {
  /// The text by printf, the definition.
  private static func expected(_ value: Double, digits: Int) -> String {
    value == 0 ? "0" : String(format: "%.\(digits)g", value)
  }

  /// Counts values whose text differs from the exact conversion's.
  private static func differences(
    _ values: some Sequence<Double>, digits: Int
  ) -> [Double] {
    let format = NumberFormat(significantDigits: digits)
    var fast = TextBuffer()
    let slow = UnsafeMutableRawBufferPointer.allocate(byteCount: 40, alignment: 8)
    defer { slow.deallocate() }
    guard let base = slow.baseAddress else { return [.nan] }
    return values.filter { value in
      fast.removeAll()
      fast.append(value, format: format)
      let length = writeExactly(value, format: format, to: base) - base
      return fast.withUnsafeBytes { !$0.elementsEqual(slow[..<length]) }
    }
  }

  /// Values where a conversion by scaling goes wrong first: ties, powers of ten and their
  /// neighbours, halves of the last digit, the ends of the range.
  private static let hard: [Double] = {
    var values: [Double] = [
      0.5, 1.5, 2.5, 1e22, 1e23, 9.999995, 99999.95, 999999.5, 0.0001, 0.00001, 0.99999949999,
      123456.5, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 0x1p-1074,
      0x1p1023,
      0.1, 0.3, 2.0 / 3, 1e15, 1e16, 9.5, 0.95, 1e-5, 9.9999999999e-5,
    ]
    for exponent in -330...308 {
      guard let power = Double("1e\(exponent)"), let tie = Double("1.5e\(exponent)"),
        let high = Double("9.5e\(exponent)"), let six = Double("1.234565e\(exponent)"),
        let last = Double("9.999995e\(exponent)"), let eight = Double("1.23456785e\(exponent)")
      else { continue }
      for value in [power, tie, high, six, last, eight] where value.isFinite {
        values += [value, value.nextUp, value.nextDown, -value]
      }
    }
    // Every tie of up to four digits that a double holds exactly.
    for whole in 0..<20_000 { values.append(Double(whole) + 0.5) }
    for shift in 1...40 { values.append(1 + exp2(-Double(shift))) }
    return values.filter { $0.isFinite && $0 != 0 }
  }()

  @Test(arguments: 1...16)
  func `hard numbers are written as by printf`(digits: Int) {
    let format = NumberFormat(significantDigits: digits)
    for value in Self.hard {
      var buffer = TextBuffer()
      buffer.append(value, format: format)
      let text = buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      #expect(text == Self.expected(value, digits: digits))
    }
  }

  @Test(arguments: 1...9)
  func `random numbers of all magnitudes are written as by the exact conversion`(digits: Int) {
    var generator = SystemRandomNumberGenerator()
    let values = (0..<400_000).lazy.map { _ in Double(bitPattern: generator.next()) }
    #expect(Self.differences(values.filter { $0.isFinite }, digits: digits) == [])
  }

  @Test(arguments: 1...9)
  func `numbers of a table's magnitudes are written as by the exact conversion`(digits: Int) {
    let values = (0..<200_000).lazy.map { _ in
      pow(10, Double.random(in: -12..<12)) * (Bool.random() ? 1 : -1)
    }
    #expect(Self.differences(values, digits: digits) == [])
  }

  @Test(arguments: 1...9)
  func `short decimals are written as by the exact conversion`(digits: Int) {
    // Decimals of one digit more than shown, half of them ties before they became doubles.
    let values = (0..<150_000).lazy.map { index in
      let whole = Int.random(in: 0..<100_000_000) / 10 * 10 + (index.isMultiple(of: 2) ? 5 : 0)
      return Double(whole) / pow(10, Double(Int.random(in: 0...15)))
    }
    #expect(Self.differences(values, digits: digits) == [])
  }

  @Test func `integers of every length are written in decimal digits`() {
    var values = [0, Int.max, Int.min]
    var power = 1
    for _ in 0..<18 {
      values += [power - 1, power, power + 1, -power, 9 * power, 3 * power + 7]
      power *= 10
    }
    for _ in 0..<200_000 { values.append(Int.random(in: .min ... .max) >> Int.random(in: 0..<64)) }
    for value in values {
      var buffer = TextBuffer()
      buffer.append(value)
      #expect(buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } == String(value))
    }
  }
}
