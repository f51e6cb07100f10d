import Foundation

/// Numbers that look like measurements and are the same in every run (SplitMix64).
struct SampleNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// Uniform between 0 and 1, neither of them.
  mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return (Double((z ^ (z >> 31)) >> 11) + 0.5) / 9_007_199_254_740_992
  }

  /// Standard normal (Box and Muller).
  mutating func normal() -> Double {
    (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform())
  }

  /// Copies of an allele with this frequency.
  mutating func genotype(_ frequency: Double) -> Double {
    (uniform() < frequency ? 1 : 0) + (uniform() < frequency ? 1 : 0)
  }
}
