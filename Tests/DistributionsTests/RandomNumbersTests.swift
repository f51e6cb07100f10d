import Distributions
import Testing

@Suite struct RandomNumbersTests {
  @Test func `a seed gives the same numbers for ever`() {
    var numbers = RandomNumbers(seed: 1)
    let first = (0..<4).map { _ in numbers.next() }
    #expect(first == Self.pinned)
  }

  // From the published algorithms, computed apart; other values change every simulated file.
  static let pinned: [UInt64] = [
    0x6082E9993631E7D5,
    0xE9ACC0D447272233,
    0x05FEF1147BB626B9,
    0x1777DC8FA6014861,
  ]

  @Test func `streams of one seed differ`() {
    var streams = (0..<50).map { RandomNumbers(seed: 1, stream: UInt64($0 / 10), index: $0 % 10) }
    let values = Set(streams.indices.map { streams[$0].next() })
    #expect(values.count == 50)
  }

  @Test func `integers below a bound are uniform`() {
    var numbers = RandomNumbers(seed: 2)
    var counts = [Int](repeating: 0, count: 10)
    for _ in 0..<100_000 { counts[numbers.integer(below: 10)] += 1 }
    let chiSquare = counts.reduce(0.0) { $0 + Double(($1 - 10_000) * ($1 - 10_000)) / 10_000 }
    // The 0.9999 quantile of chi-square with 9 degrees of freedom.
    #expect(chiSquare < 33.7)
  }

  @Test func `normal variates have the normal's moments`() {
    var numbers = RandomNumbers(seed: 3)
    let count = 200_000
    let values = (0..<count).map { _ in numbers.normal() }
    let powers: [(Double) -> Double] = [
      { $0 }, { $0 * $0 }, { $0 * $0 * $0 }, { $0 * $0 * $0 * $0 },
    ]
    let moments = powers.map { power in
      values.reduce(0) { $0 + power($1) } / Double(count)
    }
    // Sampling variances of the raw moments of N(0, 1) are 1, 2, 15 and 96 over n; 4.5 errors.
    let theory: [(mean: Double, variance: Double)] = [(0, 1), (1, 2), (0, 15), (3, 96)]
    for (moment, (expected, variance)) in zip(moments, theory) {
      #expect(abs(moment - expected) < 4.5 * (variance / Double(count)).squareRoot())
    }
  }

  @Test func `a shuffle keeps every value`() {
    var numbers = RandomNumbers(seed: 4)
    var values = Array(0..<100)
    numbers.shuffle(&values)
    #expect(values != Array(0..<100))
    #expect(values.sorted() == Array(0..<100))
  }
}
