import Foundation
import Tables
import Testing

@Suite struct TableNumberTests {
  private static let logOfTen = log(10.0)

  /// Of each text its mantissa and its exponent; the last two lie below the range of doubles, where
  /// the text is all there is.
  @Test(arguments: ["1e0", "0.5e0", "1e-300", "2.5e-420", "4.94e-324"])
  func `the logarithm of a probability is that of its text`(_ text: String) throws {
    let parts = text.split(separator: "e").compactMap { Double($0) }
    let expected = log(parts[0]) + parts[1] * Self.logOfTen
    let found = try #require(TableNumber.logProbability(text))
    // A logarithm and a product, each rounded once.
    #expect(abs(found - expected) <= 1e-15 * max(1, abs(expected)))
  }

  @Test func `a missing probability is NaN`() {
    #expect(TableNumber.logProbability("NA")?.isNaN == true)
  }

  @Test(arguments: ["", "2", "-0.1", "00", "p", "1e", "e-5", "-1e-400", "1e400"])
  func `what is no probability has no logarithm`(_ text: String) {
    #expect(TableNumber.logProbability(text) == nil)
  }
}
