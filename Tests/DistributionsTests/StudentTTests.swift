import Foundation
import Testing

@testable import Distributions

@Suite("Tails of Student's t")
struct StudentTTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var statistic: Double
    var degreesOfFreedom: Double
    var logTail: Double
    var testDescription: String { "t = \(statistic), df = \(degreesOfFreedom)" }
  }

  /// `reference/tails/tails.tsv`, computed with 60 digits.
  static let stored: [Case] = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try? String(
      contentsOf: root.appending(path: "reference/tails/tails.tsv"), encoding: .utf8)
    return (text ?? "").split(separator: "\n").dropFirst().compactMap { line in
      let numbers = line.split(separator: "\t").compactMap { Double($0) }
      guard numbers.count == 3 else { return nil }
      return Case(statistic: numbers[0], degreesOfFreedom: numbers[1], logTail: numbers[2])
    }
  }()

  @Test("agree with 60-digit values down to p = 10^-217000", arguments: stored)
  func agree(_ item: Case) {
    let value = StudentT.logTwoSidedTail(
      item.statistic, degreesOfFreedom: item.degreesOfFreedom)
    // One digit in 10^13 of the logarithm, or of the probability where that is larger.
    #expect(abs(value - item.logTail) <= 1e-13 * abs(item.logTail) + 2e-13)
  }

  @Test("are read from a complete file")
  func count() { #expect(Self.stored.count == 338) }

  @Test("join smoothly where the series takes over", arguments: [12.3, 107, 1500])
  func join(degreesOfFreedom: Double) {
    // Find t with p = 1e-290 and compare slopes on both sides.
    var low = 1.0
    var high = 1e60
    while high - low > 1e-12 * high {
      let middle = (low * high).squareRoot()
      let tail = StudentT.logTwoSidedTail(middle, degreesOfFreedom: degreesOfFreedom)
      if tail > log(1e-290) { low = middle } else { high = middle }
      if middle == low && middle == high { break }
      if high / low < 1 + 1e-14 { break }
    }
    let above = StudentT.logTwoSidedTail(low, degreesOfFreedom: degreesOfFreedom)
    let below = StudentT.logTwoSidedTail(high, degreesOfFreedom: degreesOfFreedom)
    #expect(abs(above - below) < 1e-9)
  }

  @Test("are NaN for NaN and for degrees of freedom that are not positive")
  func invalid() {
    #expect(StudentT.logTwoSidedTail(.nan, degreesOfFreedom: 5).isNaN)
    #expect(StudentT.logTwoSidedTail(1, degreesOfFreedom: .nan).isNaN)
    #expect(StudentT.logTwoSidedTail(1, degreesOfFreedom: 0).isNaN)
    #expect(StudentT.logTwoSidedTail(.infinity, degreesOfFreedom: 5) == -.infinity)
  }
}
