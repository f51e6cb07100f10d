import Tables
import Testing

@Suite struct NumberTests {
  private func text(_ value: Double, digits: Int = 6) -> String {
    var buffer = TextBuffer()
    buffer.append(value, format: NumberFormat(significantDigits: digits))
    return buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: [
    (1.0, "1"), (0.1, "0.1"), (1.0 / 3, "0.333333"), (123456.0, "123456"),
    (1_234_567.0, "1.23457e+06"), (1e-300, "1e-300"), (-2.5e-7, "-2.5e-07"), (0.0, "0"),
    (-0.0, "0"), (.nan, "NA"), (.infinity, "Inf"), (-.infinity, "-Inf"),
  ])
  func `six digits are written as by printf`(value: Double, expected: String) {
    #expect(text(value) == expected)
  }

  @Test func `seventeen digits read back to the same double`() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let value = Double(bitPattern: generator.next())
      guard value.isFinite else { continue }
      #expect(parseDouble(text(value, digits: 17)) == value)
    }
    #expect(text(0.1, digits: 17) == "0.1")
  }

  @Test(arguments: [0, 7, -7, 10, -10, 123_456, Int.max, Int.min])
  func `integers are written in decimal digits`(value: Int) {
    var buffer = TextBuffer()
    buffer.append(value)
    #expect(buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } == String(value))
  }

  @Test func `rows are put together and the buffer is emptied`() {
    var buffer = TextBuffer(capacity: 8)
    buffer.append("geneé")
    buffer.appendTab()
    buffer.append(literal: "ok")
    buffer.append(byte: UInt8(ascii: "!"))
    var other = TextBuffer()
    other.appendNewline()
    buffer.append(other)
    buffer.withUnsafeBytes { bytes in other.append(bytes: bytes) }
    #expect(buffer.count == 11)
    #expect(other.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } == "\ngeneé\tok!\n")
    buffer.removeAll()
    #expect(buffer.isEmpty)
  }

  @Test(arguments: [
    ("1", 1.0), ("+1.5", 1.5), ("-0.25", -0.25), (".5", 0.5), ("5.", 5.0), ("1e3", 1000),
    ("1E-3", 0.001), ("0.98", 0.98), ("123456789012345", 123_456_789_012_345),
    ("12345678901234567890", 12_345_678_901_234_567_168), ("1e400", .infinity), ("1e-400", 0),
    ("inf", .infinity), ("-Inf", -.infinity), ("infinity", .infinity),
  ])
  func `numbers are read`(text: String, expected: Double) {
    #expect(parseDouble(text) == expected)
  }

  @Test func `zeros decide like an exponent whether a number is too small or too large`() {
    let zeros = String(repeating: "0", count: 400)
    #expect(parseDouble("0." + zeros + "1") == 0)
    #expect(parseDouble("-0." + zeros + "1e+20")?.sign == .minus)
    #expect(parseDouble("1" + zeros) == .infinity)
    #expect(parseDouble("-1" + zeros + "e-5") == -.infinity)
    #expect(parseDouble("0." + zeros + "1e800") == .infinity)
    #expect(parseDouble("1e-99999999999999999999") == 0)
  }

  @Test func `the word nan is read as such`() {
    #expect(parseDouble("nan")?.isNaN == true)
    #expect(parseDouble("NaN")?.isNaN == true)
  }

  @Test(arguments: [
    "", " 1", "1 ", "0x10", "1,5", "1.2.3", "abc", "1e", "-", "+", ".", "-.", "NA", "--1", "+-1",
    "1_000", "1d3",
  ])
  func `what is not a number is refused`(text: String) {
    #expect(parseDouble(text) == nil)
  }

  @Test func `short decimals are read as the standard library reads them`() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<50_000 {
      let digits = String(generator.next(upperBound: 1_000_000_000_000_000 as UInt64))
      let point = Int(generator.next(upperBound: UInt(digits.count + 1)))
      let text = digits.prefix(point) + "." + digits.dropFirst(point)
      #expect(parseDouble(String(text)) == Double("0" + text + "0"))
    }
  }

  @Test(arguments: [
    ("12", 12 as Int?), ("-3", -3), ("0", 0), ("", nil), ("-", nil), ("1.0", nil), ("1e3", nil),
    ("+1", nil), (" 1", nil), ("99999999999999999999", nil),
  ])
  func `integers are read strictly`(text: String, expected: Int?) {
    var copy = text
    #expect(copy.withUTF8 { parseInteger(UnsafeRawBufferPointer($0)) } == expected)
  }

  @Test(arguments: [("chr22", "22"), ("22", "22"), ("chrX", "X"), ("chr", "chr"), ("", "")])
  func `chromosomes are matched without chr`(name: String, key: String) {
    #expect(chromosomeMatchKey(name) == key)
  }
}
