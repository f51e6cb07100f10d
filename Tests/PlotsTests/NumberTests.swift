import Foundation
import Testing

@testable import Plots

/// Numbers and ticks.
struct NumberTests {
  @Test(
    "Fixed decimals agree with printf, with a true minus sign",
    arguments: [0, 1.5, -1.25, 0.049999, 1234.5678, -0.0001, 99999.5, 0.1 + 0.2, 2.675])
  func fixedAgreesWithPrintf(value: Double) {
    for decimals in 0...4 {
      // Halves are rounded away from zero here and to even there, so exact halves are left out.
      let scaled = abs(value) * pow(10, Double(decimals))
      guard abs(scaled - scaled.rounded(.down) - 0.5) > 1e-6, abs(value) < 10_000 else { continue }
      var expected = String(format: "%.\(decimals)f", value).replacingOccurrences(
        of: "-", with: "−")
      if !expected.contains(where: { "123456789".contains($0) }) {
        expected.removeAll { $0 == "−" }
      }
      #expect(PlotNumber.fixed(value, decimals: decimals) == expected)
    }
  }

  @Test(
    "Numbers read as in a journal",
    arguments: [
      (PlotNumber.significant(0), "0"), (PlotNumber.significant(0.0123456), "0.0123"),
      (PlotNumber.significant(-12345.6), "−12,346"), (PlotNumber.significant(123456), "1.23×10⁵"),
      (PlotNumber.significant(9.996e-7), "1.00×10⁻⁶"), (PlotNumber.significant(.nan), "NaN"),
      (PlotNumber.significant(.leastNonzeroMagnitude), "4.94×10⁻³²⁴"),
      (PlotNumber.count(1212), "1212"),
      (PlotNumber.count(-38_201_554), "−38,201,554"), (PlotNumber.count(1, "donor"), "1 donor"),
      (PlotNumber.count(0, "donor"), "0 donors"), (PlotNumber.fixed(-.infinity, decimals: 1), "−∞"),
    ])
  func numbersReadWell(found: String, expected: String) { #expect(found == expected) }

  @Test(
    "p-values are told beyond the range of doubles",
    arguments: [
      (0.0, "1.0"), (0.30103, "0.50"), (1.5, "0.032"), (3.0, "1.0×10⁻³"), (16.4, "4.0×10⁻¹⁷"),
      (2.0, "0.010"), (1234.25, "5.6×10⁻¹²³⁵"), (5.00001, "1.0×10⁻⁵"), (.nan, "unknown"),
      (-1, "unknown"),
    ])
  func pValues(minusLog10: Double, expected: String) {
    #expect(PlotNumber.pValue(minusLog10: minusLog10) == expected)
  }

  @Test("Ticks are round, inside, evenly spaced and never more than asked for")
  func ticksAreNice() throws {
    var numbers = SplitMix(state: 1)
    for _ in 0..<2000 {
      let scale = pow(10, numbers.next() * 24 - 12)
      let lower = (numbers.next() - 0.5) * scale
      let domain = lower...(lower + numbers.next() * scale + scale * 1e-3)
      let most = 2 + Int(numbers.next() * 10)
      let ticks = AxisTicks(domain, most: most)
      #expect((1...most).contains(ticks.values.count), "\(domain), at most \(most)")
      #expect(ticks.labels.count == ticks.values.count)
      #expect(Set(ticks.labels).count == ticks.labels.count, "\(domain): \(ticks.labels)")
      let width = domain.upperBound - domain.lowerBound
      for value in ticks.values {
        #expect(
          value >= domain.lowerBound - width * 1e-5 && value <= domain.upperBound + width * 1e-5)
      }
    }
  }

  @Test(
    "Labels of ticks keep their digits or share a power of ten",
    arguments: [
      (0.0...1, 5, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"], 0),
      (0...1, 6, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"], 0),
      (0...3e-9, 4, ["0", "1", "2", "3"], -9),
      (0...120_000, 4, ["0", "50,000", "100,000"], 0),
      (0...4e7, 5, ["0", "1", "2", "3", "4"], 7),
    ])
  func tickLabels(domain: ClosedRange<Double>, most: Int, labels: [String], exponent: Int) {
    let ticks = AxisTicks(domain, most: most)
    if ticks.labels.count == labels.count { #expect(ticks.labels == labels) }
    #expect(ticks.exponent == exponent)
  }

  @Test("Counts have ticks at integers only, also where there is one")
  func integerTicks() {
    #expect(AxisTicks(0...1.05, most: 5, integers: true).labels == ["0", "1"])
    #expect(AxisTicks(0...3.2, most: 9, integers: true).labels == ["0", "1", "2", "3"])
  }

  @Test(
    "A scale of one value has room around it, at any size",
    arguments: [0, 1, -3e-12, 5e300, 1e-300])
  func degenerateScales(value: Double) {
    let scale = LinearScale(value...value, from: 10, to: 110)
    #expect(abs(scale(value) - 60) < 1e-6)
    #expect(scale.lower < scale.upper)
  }

  @Test("A scale of the widest interval stays finite")
  func widestScale() {
    let largest = Double.greatestFiniteMagnitude
    let scale = LinearScale(-largest...largest, from: 0, to: 100)
    #expect(scale(0).rounded() == 50 && scale(largest).rounded() == 100)
  }
}

/// Uniform numbers for tests, the same in every run.
struct SplitMix {
  var state: UInt64

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / 9_007_199_254_740_992
  }
}
