import Foundation
import Testing

@testable import Distributions

@Suite("Cauchy combination of p-values")
struct CauchyCombinationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var logP: [Double]
    var combined: Double
    var testDescription: String { name }
  }

  /// `reference/acat/acat.tsv`, computed with 60 digits and more.
  static let stored: [Case] = referenceRows("acat/acat.tsv").compactMap { row in
    guard row.count == 3, let combined = Double(row[2]) else { return nil }
    let logP = row[1].split(separator: ",").compactMap { Double($0) }
    return Case(name: String(row[0]), logP: logP, combined: combined)
  }

  @Test("agrees with 60-digit values", arguments: stored)
  func agree(_ item: Case) {
    let value = CauchyCombination(item.logP).logP
    let difference = abs(value - item.combined)
    // A few units in the last place of the logarithm, at both ends: near p = 1 that is the relative
    // error of 1 − p, and at p = 1e-300 it leaves 1e-12 of p.
    #expect(difference <= 1e-15 * abs(item.combined))
  }

  @Test("is tested with a complete file")
  func complete() {
    #expect(Self.stored.count == 71)
    #expect(Self.stored.allSatisfy { !$0.logP.isEmpty })
  }

  @Test("has the same bits in any order and any split into chunks", arguments: stored)
  func splits(_ item: Case) {
    let whole = CauchyCombination(item.logP)
    var generator = SplitMix(state: UInt64(item.logP.count))
    for _ in 0..<20 {
      var parts = [CauchyCombination](repeating: .init(), count: 4)
      for logP in item.logP.shuffled(using: &generator) {
        parts[Int.random(in: 0..<4, using: &generator)].add(logP: logP)
      }
      var merged = CauchyCombination()
      for part in parts { merged.merge(part) }
      #expect(merged.count == whole.count)
      #expect(merged.logP.bitPattern == whole.logP.bitPattern)
    }
  }

  @Test("has the same bits when its terms come in batches", arguments: stored)
  func batches(_ item: Case) {
    let whole = CauchyCombination(item.logP)
    // The scalar terms, so that only the summation differs.
    let cotangents = item.logP.map { CauchyCombination.cotangent(min($0, 0)) }
    for length in [1, 3, 64, 1000] {
      var batched = CauchyCombination()
      for start in stride(from: 0, to: item.logP.count, by: length) {
        let end = min(start + length, item.logP.count)
        batched.add(
          logPValues: item.logP[start..<end].span, cotangents: cotangents[start..<end].span)
      }
      #expect(batched.count == whole.count)
      #expect(batched.pending.map(\.logP) == whole.pending.map(\.logP))
      #expect(batched.extremes == whole.extremes)
      #expect(batched.logP.bitPattern == whole.logP.bitPattern)
    }
  }

  @Test("keeps few values of many")
  func memory() {
    var generator = SplitMix(state: 7)
    var combination = CauchyCombination()
    for _ in 0..<20_000 {
      combination.add(logP: log(Double.random(in: 0x1p-53..<1, using: &generator)))
    }
    // log 20000 is 10; the bound is far beyond chance.
    #expect(combination.pending.count < 60)
    #expect(combination.extremes.isEmpty)
  }

  @Test("of one p-value is that value", arguments: [0, -1e-17, -0.5, -700, -1e6, -Double.infinity])
  func single(_ logP: Double) {
    var combination = CauchyCombination()
    combination.add(logP: .nan)
    combination.add(logP: logP)
    #expect(combination.count == 1)
    #expect(combination.logP == logP)
  }

  @Test("of equal p-values below the cap is their value", arguments: [-0.2, -0.7, -3, -500, -9000])
  func equal(_ logP: Double) {
    let combined = CauchyCombination([Double](repeating: logP, count: 50)).logP
    #expect(abs(combined - logP) <= 1e-14 * max(1, abs(logP)))
  }

  @Test("of p-values at 1 is the cap")
  func cap() {
    for count in [2, 3, 10, 1000] {
      let combined = CauchyCombination([Double](repeating: 0, count: count)).logP
      #expect(abs(combined - log1p(-1 / Double(count))) <= 1e-15)
    }
  }

  @Test("is 0 when a p-value is 0, and NaN of none")
  func ends() {
    #expect(CauchyCombination([-1, -.infinity, -900]).logP == -.infinity)
    #expect(CauchyCombination([]).logP.isNaN)
    #expect(CauchyCombination([.nan, .nan]).logP.isNaN)
    #expect(CauchyCombination([.nan]).count == 0)
    // A logarithm above 0 by rounding.
    #expect(CauchyCombination([1e-16]).logP == 0)
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
