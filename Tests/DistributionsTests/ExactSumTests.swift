import Testing

@testable import Distributions

@Suite("Exact sum")
struct ExactSumTests {
  private func sum(_ values: [Double]) -> Double {
    var sum = ExactSum()
    for value in values { sum.add(value) }
    return sum.rounded
  }

  @Test("rounds once")
  func rounds() {
    #expect(sum([]) == 0)
    #expect(sum([0, -0.0]) == 0)
    #expect(sum([1e100, 1, -1e100]) == 1)
    #expect(sum([1e16, 1, 1e-16]) == 1e16 + 2)  // above half a unit, by the last value alone
    #expect(sum([1e16, 1]) == 1e16)  // half a unit: to even
    #expect(sum([1e16, 1, -1e-16]) == 1e16)
    #expect(sum([-1e16, -1, -1e-16]) == -1e16 - 2)
    #expect(sum([Double](repeating: 0.1, count: 10)) == 1)
    let least = Double.leastNonzeroMagnitude
    #expect(sum([least, 1e300, -1e300]) == least)
  }

  @Test("does not depend on order or parts")
  func order() {
    var generator = SplitMix(state: 1997)
    let values = (0..<400).map { _ in
      Double.random(in: -1...1, using: &generator)
        * Double(sign: .plus, exponent: .random(in: -200...200, using: &generator), significand: 1)
    }
    let expected = sum(values)
    for _ in 0..<50 {
      var left = ExactSum()
      var right = ExactSum()
      for value in values.shuffled(using: &generator) {
        if Bool.random(using: &generator) { left.add(value) } else { right.add(value) }
      }
      left.add(right)
      #expect(left.rounded.bitPattern == expected.bitPattern)
    }
  }
}
