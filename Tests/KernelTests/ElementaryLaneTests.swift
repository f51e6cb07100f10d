import Foundation
import KernelInterface
import Testing
import VectorKernels

@testable import Distributions

@Suite("Lanes of elementary functions")
struct ElementaryLaneTests {
  static let levels = SIMDLevel.allCases.filter(\.isSupported)

  private func exponentials(_ level: SIMDLevel, _ values: [Double]) -> [Double] {
    var out = [Double](repeating: -1, count: values.count)
    level.kernel.exponentials(values, out: &out, count: values.count)
    return out
  }

  private func cotangents(_ level: SIMDLevel, _ logPValues: [Double]) -> [Double] {
    var out = [Double](repeating: -1, count: logPValues.count)
    level.kernel.cotangents(logPValues: logPValues, out: &out, count: logPValues.count)
    return out
  }

  @Test("have the exponential to 2 units in the last place", arguments: levels)
  func exponential(level: SIMDLevel) {
    var generator = SplitMix(state: 1614)
    var values = (0..<100_000).map { _ in Double.random(in: -746...710, using: &generator) }
    values += (0..<20_000).map { _ in Double.random(in: -1...1, using: &generator) }
    values += [0, -0.0, 1, 709.78, 709.79, -708.4, -745.13, -745.2, 1e-20, -1e-20]
    for (x, value) in zip(values, exponentials(level, values)) {
      let expected = exp(x)
      // The library's own half unit besides; the ulp of a subnormal is the least number.
      let allowed = expected.isFinite ? 2.5 * expected.ulp : 0
      #expect(value == expected || abs(value - expected) <= allowed, "exp(\(x)) = \(value)")
    }
    let ends = exponentials(level, [-.infinity, .infinity, .nan, -1e5, 1e5])
    #expect(ends[0] == 0 && ends[1] == .infinity && ends[2].isNaN)
    #expect(ends[3] == 0 && ends[4] == .infinity)
  }

  @Test("have the cotangent to a few units in the last place", arguments: levels)
  func cotangent(level: SIMDLevel) {
    var generator = SplitMix(state: 1736)
    var values = (0..<50_000).map { _ in log(Double.random(in: 0x1p-53..<1, using: &generator)) }
    values += (0..<20_000).map { _ in Double.random(in: -600 ... -1, using: &generator) }
    values += (1...300).map { -pow(10, -Double($0)) }
    // Both sides of the changes at −½ log 2 and −3/2 log 2, and of the zero at −log 2.
    for edge in [-0.5 * M_LN2, -1.5 * M_LN2, -M_LN2] {
      for step in -20...20 { values.append(edge + Double(step) * 1e-15) }
    }
    for (logP, value) in zip(values, cotangents(level, values)) {
      let expected = CauchyCombination.cotangent(logP)
      // 4 units here (exponential 1.5, angle 1, sine and cosine 1, quotient ½) and as many in the
      // scalar function; next to the zero at p = ½, 1e-26 absolute of the split of log 2.
      #expect(
        abs(value - expected) <= 8 * expected.ulp + 1e-25, "log p = \(logP): \(value), \(expected)")
    }
  }

  @Test("of an element do not depend on its neighbours", arguments: levels)
  func neighbours(level: SIMDLevel) {
    var generator = SplitMix(state: 3)
    let values = (0..<200).map { _ in Double.random(in: -20...0, using: &generator) }
    let cotangents = cotangents(level, values)
    let exponentials = exponentials(level, values)
    for count in 0..<24 {
      let part = Array(values[5..<(5 + count)])
      #expect(self.cotangents(level, part) == Array(cotangents[5..<(5 + count)]))
      #expect(self.exponentials(level, part) == Array(exponentials[5..<(5 + count)]))
    }
  }

  @Test("combine p-values as exactly as scalar terms do", arguments: levels)
  func combination(level: SIMDLevel) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(
      contentsOf: root.appending(path: "reference/acat/acat.tsv"), encoding: .utf8)
    let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: "\t") }
    #expect(rows.count == 71)
    var generator = SplitMix(state: 71)
    for row in rows {
      let logP = row[1].split(separator: ",").compactMap { Double($0) }
      let expected = try #require(Double(row[2]))
      var whole = CauchyCombination()
      whole.add(logPValues: logP.span, cotangents: cotangents(level, logP).span)
      // The tolerance of the scalar terms: a few units in the last place of the logarithm.
      #expect(abs(whole.logP - expected) <= 1e-15 * abs(expected), "\(row[0])")

      // Shuffled, in chunks of any length, in accumulators of their own: the same bits.
      var parts = [CauchyCombination](repeating: .init(), count: 3)
      var rest = logP.shuffled(using: &generator)[...]
      while !rest.isEmpty {
        let chunk = Array(rest.prefix(.random(in: 1...90, using: &generator)))
        rest = rest.dropFirst(chunk.count)
        let part = Int.random(in: 0..<3, using: &generator)
        parts[part].add(logPValues: chunk.span, cotangents: cotangents(level, chunk).span)
      }
      for part in parts.dropFirst() { parts[0].merge(part) }
      #expect(parts[0].count == whole.count)
      #expect(parts[0].logP.bitPattern == whole.logP.bitPattern, "\(row[0])")
    }
  }
}
