import Glibc
import Tables
import Testing

@testable import Association

@Suite("Numbers of the pairs table")
struct PairTableTests {
  static func text(_ logProbability: Double, digits: Int = 6) -> String {
    let table = PairTable(significantDigits: digits, columns: PairColumns())
    var buffer = TextBuffer()
    table.append(logProbability: logProbability, to: &buffer)
    return buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  @Test("print probabilities below the double range as mantissa and exponent")
  func underflow() {
    #expect(Self.text(0) == "1")
    #expect(Self.text(log(0.25)) == "0.25")
    #expect(Self.text(log(1.5e-299)) == "1.5e-299")
    #expect(Self.text(-1000 * M_LN10 + log(4.25)) == "4.25e-1000")
    #expect(Self.text(-1000 * M_LN10 - 1e-13) == "1e-1000")
    #expect(Self.text(.nan) == "NA")
    #expect(Self.text(-.infinity) == "0")
  }

  @Test("never print a mantissa of ten", arguments: [1, 3, 6, 17])
  func mantissa(digits: Int) {
    for step in 0..<200 {
      let value = Self.text(-800 * M_LN10 - Double(step) * 1e-9, digits: digits)
      #expect(!value.hasPrefix("10e"))
    }
  }

  @Test("stand under as many headers as a row has fields")
  func header() {
    #expect(PairColumns().header.split(separator: "\t").count == 30)
  }
}
