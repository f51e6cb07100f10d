import Foundation
import Longitudinal
import Testing

@Suite struct LagFitTests {
  /// Numbers between −1 and 1 by a fixed rule.
  private struct Noise {
    var state: UInt64 = 88_172_645_463_325_252

    mutating func next() -> Double {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Double(state >> 11) / Double(1 << 52) - 1
    }
  }

  /// 40 subjects × 6 visits; y follows x.
  private func table(
    x: (Double) -> Double = { $0 }, y: (Double) -> Double = { $0 }, shuffled: Bool = false
  ) throws -> LagRows {
    var noise = Noise()
    var rows: [String] = []
    for subject in 10..<50 {
      let (a, b) = (noise.next(), noise.next())
      var (u, v) = (a, b)
      for time in 0..<6 {
        (u, v) = (0.3 * u + a + noise.next(), 0.2 * v + 0.5 * u + b + noise.next())
        // The second missing visit of some subjects.
        if time == 3, subject % 5 == 0 { continue }
        rows.append("s\(subject) \(time) \(x(u)) \(y(v))")
      }
    }
    return try LagTable(shuffled ? rows.reversed() : rows).rows()
  }

  private func close(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool {
    abs(a - b) <= tolerance * max(abs(a), abs(b))
  }

  /// In y = a + bx the paths are those of the units; optima differ by what the optimiser leaves.
  @Test func `units and origins change paths as they must and standardised paths not at all`()
    throws
  {
    let plain = try LagFit(try table(), maximumGap: nil, level: 0.95)
    let scaled = try LagFit(
      try table(x: { 3e6 + 1e6 * $0 }, y: { 1e-6 * $0 - 1 }), maximumGap: nil, level: 0.95)
    for (one, other) in zip(plain.standardizedPaths.all, scaled.standardizedPaths.all) {
      #expect(close(one.estimate, other.estimate, 1e-5))
      #expect(close(one.standardError, other.standardError, 1e-5))
    }
    for (factor, path) in zip(
      [1, 1e12, 1e-12, 1], zip(plain.paths.all, scaled.paths.all).map { ($0, $1) })
    {
      #expect(close(path.0.estimate * factor, path.1.estimate, 1e-5), "\(path)")
      #expect(close(path.0.standardError * factor, path.1.standardError, 1e-5))
    }
    #expect(close(plain.comparison.standardError, scaled.comparison.standardError, 1e-5))
    #expect(abs(plain.deviance - scaled.deviance) < 1e-5)
    #expect(LagConclusion(plain) == LagConclusion(scaled))
  }

  /// y is fitted given x, which must not show.
  @Test func `x and y in each other's place give the same paths`() throws {
    let rows = try table()
    var swapped = rows
    (swapped.x, swapped.y) = (rows.y, rows.x)
    (swapped.names.x, swapped.names.y) = (rows.names.y, rows.names.x)
    let one = try LagFit(rows, maximumGap: nil, level: 0.95)
    let other = try LagFit(swapped, maximumGap: nil, level: 0.95)
    for (a, b) in zip(one.paths.all, other.paths.all.reversed()) {
      #expect(a.name == b.name)
      #expect(close(a.estimate, b.estimate, 1e-5), "\(a) \(b)")
      #expect(close(a.standardError, b.standardError, 1e-5))
    }
    #expect(close(one.comparison.estimate, -other.comparison.estimate, 1e-5))
    #expect(abs(one.deviance - other.deviance) < 1e-6)
    #expect(close(one.residuals.correlation, other.residuals.correlation, 1e-5))
    #expect(close(one.intercepts.x, other.intercepts.y, 1e-4))
  }

  @Test func `the order of rows changes nothing`() throws {
    let one = try LagFit(try table(), maximumGap: nil, level: 0.95)
    let other = try LagFit(try table(shuffled: true), maximumGap: nil, level: 0.95)
    #expect(one.effects == other.effects)
    #expect(one.comparison == other.comparison)
  }

  /// The comparison is the difference of the sizes, its interval that of the level.
  @Test func `the comparison is the difference of the standardised paths`() throws {
    let fit = try LagFit(try table(), maximumGap: nil, level: 0.9)
    let paths = fit.standardizedPaths
    #expect(fit.comparison.estimate == abs(paths.xy.estimate) - abs(paths.yx.estimate))
    let half = 1.6448536269514722 * fit.comparison.standardError
    #expect(close(fit.comparison.upper - fit.comparison.estimate, half, 1e-12))
    let ratio = fit.withinDeviations.x / fit.withinDeviations.y
    #expect(close(paths.xy.estimate, fit.paths.xy.estimate * ratio, 1e-12))
  }
}
