import Foundation
import Testing

@testable import Distributions

@Suite("q-values")
struct QValuesTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var count: Int
    var proportion: Double
    var logP: [Double] = []
    var logQ: [Double] = []
    var testDescription: String { name }
  }

  /// `reference/qvalues`: results of the Bioconductor package.
  static let stored: [Case] = {
    let rows = Dictionary(grouping: referenceRows("qvalues/qvalues.tsv")) { $0[0] }
    return referenceRows("qvalues/proportions.tsv").compactMap { row in
      guard row.count == 3, let count = Int(row[1]), let proportion = Double(row[2]) else {
        return nil
      }
      let values = rows[row[0]] ?? []
      return Case(
        name: String(row[0]), count: count, proportion: proportion,
        logP: values.map { Double($0[1]) ?? .nan }, logQ: values.map { Double($0[2]) ?? .nan })
    }
  }()

  @Test("agree with R's qvalue package", arguments: stored)
  func agree(_ item: Case) {
    #expect(item.logP.count { !$0.isNaN } == item.count)
    #expect(item.count > 0)
    // A logarithm of −690 is rounded to 1e-13, and so is what R reads as p = 1e-300.
    #expect(abs(QValues.nullProportion(item.logP) / item.proportion - 1) <= 1e-12)
    let values = QValues.logQValues(item.logP)
    #expect(values.count == item.logQ.count)
    for (value, expected) in zip(values, item.logQ) {
      #expect(value.isNaN == expected.isNaN)
      if !expected.isNaN { #expect(abs(value - expected) <= 1e-12) }
    }
  }

  @Test("are read from complete files")
  func complete() { #expect(Self.stored.count == 18) }

  @Test("never decrease with p, and are equal for equal p", arguments: stored)
  func monotone(_ item: Case) {
    let pairs = zip(item.logP, QValues.logQValues(item.logP)).filter { !$0.0.isNaN }
      .sorted { $0.0 < $1.0 }
    for (lower, upper) in zip(pairs, pairs.dropFirst()) {
      #expect(lower.1 <= upper.1)
      if lower.0 == upper.0 { #expect(lower.1 == upper.1) }
    }
  }

  @Test("do not depend on the order of the genes", arguments: stored)
  func order(_ item: Case) {
    var generator = SplitMix(state: 3)
    let order = item.logP.indices.shuffled(using: &generator)
    let values = QValues.logQValues(item.logP)
    let shuffled = QValues.logQValues(order.map { item.logP[$0] })
    for (position, index) in order.enumerated() {
      #expect(shuffled[position].bitPattern == values[index].bitPattern)
    }
  }

  @Test("stay positive far below the double range")
  func tiny() {
    let tiny = -400 * log(10.0)
    var logP = (1...999).map { log((Double($0) - 0.5) / 999) }
    logP.append(tiny)
    let proportion = QValues.nullProportion(logP)
    #expect(abs(proportion - 1) < 0.05)
    // Rank 1 of 1000: q = 1000 π₀ p, about 1e-397.
    let expected = tiny + log(1000.0) + log(proportion)
    #expect(abs(QValues.logQValues(logP)[999] - expected) <= 1e-12)
    #expect(QValues.logQValues([-1, -.infinity]) == [-1, -.infinity])
  }

  @Test("of few genes or none have a null proportion of 1")
  func few() {
    #expect(QValues.logQValues([]).isEmpty)
    #expect(QValues.nullProportion([]) == 1)
    #expect(QValues.logQValues([.nan, .nan]).allSatisfy { $0.isNaN })
    #expect(QValues.nullProportion([Double](repeating: -9, count: 99) + [.nan]) == 1)
  }

  @Test("take a p-value on a λ as at least λ, whatever the last bit of its logarithm")
  func grid() {
    let exact = (0..<400).map { log(Double($0 % 20 + 1) / 20) }
    let expected = QValues.nullProportion(exact)
    // All p ≥ λ at every λ = k/20: (21 − k)/20 of them, π₀(λ) ≥ 1, capped.
    #expect(expected == 1)
    for nudge in [-1e-15, 1e-15] {
      #expect(QValues.nullProportion(exact.map { min($0 + nudge, 0) }) == expected)
    }
    // Half of the values at 0.5 and half far below: W = 200 up to λ = 0.5, none beyond.
    let half =
      [Double](repeating: log(0.5), count: 180) + (0..<20).map { log(0.96 + 0.001 * Double($0)) }
    let far = [Double](repeating: -50, count: 200)
    let value = QValues.nullProportion(half + far)
    #expect(QValues.nullProportion(half.map { $0 - 2e-16 } + far) == value)
  }
}
