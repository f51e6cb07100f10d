import Foundation
import Testing

@testable import Distributions

@Suite("Tails of F and χ²")
struct JointTailTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var statistic: Double
    var numerator: Double
    var denominator: Double
    var logTail: Double
    var testDescription: String { "F(\(numerator), \(denominator)) = \(statistic)" }
  }

  /// `reference/tails/joint_tails.tsv`, computed with 60 digits.
  static let stored: [Case] = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try? String(
      contentsOf: root.appending(path: "reference/tails/joint_tails.tsv"), encoding: .utf8)
    return (text ?? "").split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: "\t").map { $0 == "+inf" ? "inf" : $0 }
      let numbers = fields.compactMap { Double($0) }
      guard numbers.count == 4 else { return nil }
      return Case(
        statistic: numbers[0], numerator: numbers[1], denominator: numbers[2],
        logTail: numbers[3])
    }
  }()

  @Test("agree with 60-digit values far beyond doubles", arguments: stored)
  func agree(_ item: Case) {
    let value = FisherF.logUpperTail(
      item.statistic, numerator: item.numerator, denominator: item.denominator)
    // One digit in 10^12 of the logarithm, or of the probability where that is larger.
    #expect(abs(value - item.logTail) <= 1e-12 * abs(item.logTail) + 1e-12)
    guard item.denominator.isInfinite else { return }
    let square = ChiSquared.logUpperTail(
      item.statistic * item.numerator, degreesOfFreedom: item.numerator)
    #expect(square == value)
  }

  @Test("are read from a complete file, some of them below doubles")
  func count() {
    #expect(Self.stored.count == 240)
    #expect(Self.stored.contains { $0.logTail < -1e5 })
  }

  @Test("of one numerator are those of Student's t", arguments: [3.3, 27, 900, .infinity])
  func student(degreesOfFreedom df: Double) {
    for t in [0.1, 1, 3, 12, 40, 3000] {
      let one = FisherF.logUpperTail(t * t, numerator: 1, denominator: df)
      let two = StudentT.logTwoSidedTail(t, degreesOfFreedom: df)
      #expect(abs(one - two) <= 1e-12 * abs(two) + 1e-12, "t \(t)")
    }
  }

  @Test("have their ends")
  func ends() {
    #expect(FisherF.logUpperTail(0, numerator: 2, denominator: 9) == 0)
    #expect(FisherF.logUpperTail(.infinity, numerator: 2, denominator: 9) == -.infinity)
    #expect(FisherF.logUpperTail(.nan, numerator: 2, denominator: 9).isNaN)
    #expect(FisherF.logUpperTail(1, numerator: 2, denominator: 0).isNaN)
    #expect(ChiSquared.logUpperTail(-1, degreesOfFreedom: 2) == 0)
    #expect(ChiSquared.logUpperTail(1, degreesOfFreedom: .nan).isNaN)
  }
}
