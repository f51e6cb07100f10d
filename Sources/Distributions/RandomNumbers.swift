import Glibc

/// A stream of pseudo-random numbers that gives the same values on every platform.
///
/// xoshiro256** (Blackman and Vigna 2021, ACM TOMS 47:36, doi:10.1145/3460772), its state filled
/// by splitmix64. The standard library's own shuffles are avoided: their algorithm may change
/// between releases, and with it the bytes written.
package struct RandomNumbers: Sendable {
  private var s0: UInt64
  private var s1: UInt64
  private var s2: UInt64
  private var s3: UInt64
  private var spareNormal: Double?

  /// A stream named by `seed` and two labels; streams with different labels are independent, so
  /// that one gene's values do not depend on how many variants there are.
  package init(seed: UInt64, stream: UInt64 = 0, index: Int = 0) {
    var state = seed
    state = Self.splitMix(&state) ^ stream
    state = Self.splitMix(&state) ^ UInt64(bitPattern: Int64(index))
    s0 = Self.splitMix(&state)
    s1 = Self.splitMix(&state)
    s2 = Self.splitMix(&state)
    s3 = Self.splitMix(&state)
  }

  private static func splitMix(_ state: inout UInt64) -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 64 uniform bits.
  package mutating func next() -> UInt64 {
    let scaled = s1 &* 5
    let result = ((scaled << 7) | (scaled >> 57)) &* 9
    let shifted = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = (s3 << 45) | (s3 >> 19)
    return result
  }

  /// A uniform number in the open interval (0, 1), a multiple of 2⁻⁵³ plus half of it.
  package mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

  /// A uniform integer in 0..<`bound`, without bias (Lemire 2019, doi:10.1145/3230636).
  ///
  /// - Precondition: `bound` is positive.
  package mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "no integer below \(bound)")
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// Whether an event of probability `probability` happens.
  package mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

  /// A standard normal variate by Marsaglia's polar method (1964, doi:10.1137/1006063), which
  /// needs no library function beyond `log` and the square root.
  package mutating func normal() -> Double {
    if let spare = spareNormal {
      spareNormal = nil
      return spare
    }
    while true {
      let x = 2 * uniform() - 1
      let y = 2 * uniform() - 1
      let square = x * x + y * y
      guard square > 0, square < 1 else { continue }
      let factor = (-2 * log(square) / square).squareRoot()
      spareNormal = y * factor
      return x * factor
    }
  }

  /// An exponential variate with mean 1.
  package mutating func exponential() -> Double { -log(uniform()) }

  /// A Poisson variate: events of a process of rate 1 until `mean`, their waiting times exponential.
  ///
  /// - Complexity: O(mean).
  package mutating func poisson(mean: Double) -> Int {
    var (count, time) = (0, exponential())
    while time <= mean {
      count += 1
      time += exponential()
    }
    return count
  }

  /// -1 or 1, equally likely.
  package mutating func sign() -> Double { next() >> 63 == 0 ? 1 : -1 }

  /// Puts `values` in a uniformly random order (Fisher–Yates).
  package mutating func shuffle<Value>(_ values: inout [Value]) {
    guard values.count > 1 else { return }
    for last in stride(from: values.count - 1, to: 0, by: -1) {
      values.swapAt(last, integer(below: last + 1))
    }
  }
}
