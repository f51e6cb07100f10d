import Testing

@testable import Distributions

@Suite("Exact accumulator")
struct ExactAccumulatorTests {
  /// The values through the accumulator, moved after every `step` of them.
  private func sum(_ values: [Double], step: Int = ExactAccumulator.capacity) -> Double {
    var sum = ExactSum()
    var accumulator = ExactAccumulator()
    for (index, value) in values.enumerated() {
      accumulator.add(value)
      if index % step == step - 1 { accumulator.move(to: &sum) }
    }
    accumulator.move(to: &sum)
    return sum.rounded
  }

  @Test("takes every finite double")
  func doubles() {
    let least = Double.leastNonzeroMagnitude
    let ends = [
      0, -0.0, least, 3 * least, .leastNormalMagnitude, Double.leastNormalMagnitude.nextDown,
      Double.leastNormalMagnitude.nextUp, 1, 0.1, 1e16, .greatestFiniteMagnitude, .pi * 1e-300,
    ]
    for value in ends {
      #expect(sum([value]) == value)
      #expect(sum([-value]) == -value)
      #expect(sum([value, -value, 3 * least]) == 3 * least)
    }
    // Every exponent, with a mantissa whose bits are all set.
    for exponent in -1022...1023 {
      let value = Double(sign: .minus, exponent: exponent, significand: 2.0.nextDown)
      #expect(sum([value]) == value)
    }
  }

  @Test("rounds once")
  func rounds() {
    #expect(sum([1e100, 1, -1e100]) == 1)
    #expect(sum([1e16, 1, 1e-16]) == 1e16 + 2)
    #expect(sum([1e16, 1]) == 1e16)
    #expect(sum([-1e16, -1, -1e-16]) == -1e16 - 2)
    #expect(sum([Double](repeating: 0.1, count: 10)) == 1)
  }

  @Test("holds its capacity of the largest terms of a word")
  func capacity() {
    // Exponent field 63 modulo 64 and all bits set: the largest shift of the largest mantissa.
    let value = Double(bitPattern: 1087 &<< 52 | 0xF_FFFF_FFFF_FFFF)
    for sign in [1.0, -1] {
      let many = [Double](repeating: sign * value, count: ExactAccumulator.capacity)
      #expect(sum(many) == sign * value * 2048)
    }
  }

  @Test("has the bits of the sum of one value at a time", arguments: [1, 7, 300, 2048])
  func twin(step: Int) {
    var generator = SplitMix(state: 2015)
    for range in [3, 60, 900] {
      let values = (0..<5000).map { _ in
        Double(
          sign: Bool.random(using: &generator) ? .plus : .minus,
          exponent: .random(in: -range...range, using: &generator),
          significand: .random(in: 1..<2, using: &generator))
      }
      var slow = ExactSum()
      for value in values { slow.add(value) }
      #expect(sum(values, step: step).bitPattern == slow.rounded.bitPattern)
    }
  }
}
