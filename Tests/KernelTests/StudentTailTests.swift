import Distributions
import Foundation
import KernelInterface
import Testing
import VectorKernels

@Suite("Lanes of Student's t tails")
struct StudentTailTests {
  static let levels = SIMDLevel.allCases.filter(\.isSupported)

  private func tails(
    _ level: SIMDLevel, _ statistics: [Double], _ degreesOfFreedom: [Double]
  ) -> [Double] {
    var out = [Double](repeating: -1, count: statistics.count)
    level.kernel.logTwoSidedTails(
      statistics: statistics, degreesOfFreedom: degreesOfFreedom, out: &out,
      count: statistics.count)
    return out
  }

  /// 1e-12 of the probability, and what the rounding of a large logarithm (4 units in its last
  /// place) makes of it.
  private func tolerance(_ logTail: Double) -> Double { 1e-12 + 1e-15 * abs(logTail) }

  /// Pairs over the whole domain: half like a scan's, half with both ranges uniform in logarithms.
  private static func draw(_ count: Int, seed: UInt64) -> (statistics: [Double], df: [Double]) {
    var generator = SplitMix(state: seed)
    var statistics: [Double] = []
    var df: [Double] = []
    for index in 0..<count {
      let sign = Bool.random(using: &generator) ? 1.0 : -1
      if index % 2 == 0 {
        df.append(exp(.random(in: log(1)...log(1000), using: &generator)))
        statistics.append(sign * .random(in: 0...7, using: &generator))
      } else {
        df.append(exp(.random(in: log(0.5)...log(2e6), using: &generator)))
        statistics.append(sign * exp(.random(in: log(1e-6)...log(1e6), using: &generator)))
      }
    }
    return (statistics, df)
  }

  @Test("agree with 60-digit values", arguments: levels)
  func reference(level: SIMDLevel) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(
      contentsOf: root.appending(path: "reference/tails/tails.tsv"), encoding: .utf8)
    let rows = text.split(separator: "\n").dropFirst().map { line in
      line.split(separator: "\t").compactMap { Double($0) }
    }
    #expect(rows.count == 338)
    let values = tails(level, rows.map { $0[0] }, rows.map { $0[1] })
    for (value, row) in zip(values, rows) {
      #expect(
        abs(value - row[2]) <= tolerance(row[2]), "t = \(row[0]), df = \(row[1]): \(value)")
    }
  }

  @Test("agree with the scalar function", arguments: levels)
  func scalar(level: SIMDLevel) {
    let (statistics, df) = Self.draw(200_000, seed: 1908)
    let values = tails(level, statistics, df)
    var wrong = 0
    for (index, value) in values.enumerated() {
      let expected = StudentT.logTwoSidedTail(statistics[index], degreesOfFreedom: df[index])
      // The scalar function promises 1e-12 of the probability times its logarithm.
      if !(abs(value - expected) <= tolerance(expected) + 1e-12 * abs(expected)) {
        wrong += 1
        if wrong < 10 {
          Issue.record("t \(statistics[index]), df \(df[index]): \(value), not \(expected)")
        }
      }
    }
    #expect(wrong == 0)
  }

  @Test("agree between the instruction sets", arguments: levels)
  func instructionSets(level: SIMDLevel) {
    let (statistics, df) = Self.draw(100_000, seed: 26)
    let values = tails(level, statistics, df)
    let baseline = tails(.baseline, statistics, df)
    let wrong = zip(values, baseline).count { !(abs($0 - $1) <= tolerance($1)) }
    #expect(wrong == 0)
  }

  @Test("of an element do not depend on its neighbours", arguments: levels)
  func neighbours(level: SIMDLevel) {
    let (statistics, df) = Self.draw(2000, seed: 8)
    let values = tails(level, statistics, df)
    for index in statistics.indices {
      let single = tails(level, [statistics[index]], [df[index]])[0]
      #expect(single.bitPattern == values[index].bitPattern)
    }
    for count in [0, 1, 7, 8, 9, 15, 16, 23] {
      let part = tails(level, Array(statistics[3..<(3 + count)]), Array(df[3..<(3 + count)]))
      #expect(part.map(\.bitPattern) == values[3..<(3 + count)].map(\.bitPattern))
    }
  }

  @Test("join where the formulas change", arguments: levels)
  func joins(level: SIMDLevel) {
    // At 15 degrees of freedom, and at t² = (e − 1) df; the function changes by less than 1e-13
    // between neighbouring doubles there.
    for t in [0.001, 0.5, 2, 4, 5] {
      let pair = tails(level, [t, t], [(15.0).nextDown, 15])
      #expect(abs(pair[0] - pair[1]) <= 1e-12)
    }
    for df in [1, 7.5, 14.9, 15, 60, 400] {
      let t = ((M_E - 1) * df).squareRoot()
      let around = tails(level, [t * (1 - 1e-15), t * (1 + 1e-15)], [df, df])
      #expect(abs(around[0] - around[1]) <= 1e-12)
    }
  }

  @Test("are exact at the ends", arguments: levels)
  func ends(level: SIMDLevel) {
    for df in [1, 4.5, 15, 1e3, 1e6, .infinity] {
      let values = tails(
        level, [0, -0.0, .infinity, -.infinity, .nan, 1e-300, .leastNonzeroMagnitude],
        [Double](repeating: df, count: 7))
      #expect(values[0] == 0 && values[1] == 0)
      #expect(values[2] == -.infinity && values[3] == -.infinity)
      #expect(values[4].isNaN)
      #expect(abs(values[5]) <= 1e-15 && values[5] <= 0)
      #expect(abs(values[6]) <= 1e-15 && values[6] <= 0)
    }
    #expect(tails(level, [1, 1, 1, .nan], [.nan, 0, -3, .nan]).allSatisfy { $0.isNaN })
    // Cauchy's distribution: p = 1 − 2/π·arctan t, about 2/(πt).
    let far = tails(level, [1e150, 1e300, 1.7e308], [1, 1, 1])
    for (value, t) in zip(far, [1e150, 1e300, 1.7e308]) {
      #expect(abs(value - (log(2 / Double.pi) - log(t))) <= 1e-12)
    }
    #expect(tails(level, [1e300], [.infinity])[0] == -.infinity)
    #expect(abs(tails(level, [1e100], [.infinity])[0] + 0.5e200) <= 1e185)
  }
}

/// SplitMix64 (Steele, Lea & Flood 2014): the same draws in every run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
