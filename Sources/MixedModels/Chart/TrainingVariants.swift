import LinearAlgebra

/// Made-up genotype columns that stand for all variants when a basis is chosen: normal, binomial,
/// and sparse ones, centred, of unit length.
struct TrainingVariants {
  /// donors × count, row-major.
  let values: Matrix
  var count: Int { values.columns }

  /// - Precondition: at least two donors.
  init(donors: Int, count: Int) {
    var numbers = SplitMix64(state: 0x5EED_0F5E_D0F5_EED0)
    let columns = (0..<count).map { index -> [Double] in
      while true {
        var column = Self.column(kind: index % 3, donors: donors, numbers: &numbers)
        let mean = column.reduce(0, +) / Double(donors)
        for donor in 0..<donors { column[donor] -= mean }
        let length = column.reduce(0) { $0 + $1 * $1 }.squareRoot()
        if length > 1e-9 { return column.map { $0 / length } }
      }
    }
    values = Matrix(rows: donors, columns: columns)
  }

  private static func column(
    kind: Int, donors: Int, numbers: inout SplitMix64
  ) -> [Double] {
    switch kind {
    case 0: return (0..<donors).map { _ in numbers.normal() }
    case 1:
      let frequency = 0.05 + 0.45 * numbers.uniform()
      return (0..<donors).map { _ in
        (numbers.uniform() < frequency ? 1 : 0) + (numbers.uniform() < frequency ? 1 : 0)
      }
    default:
      // A few carriers: what rare variants look like.
      var column = [Double](repeating: 0, count: donors)
      for _ in 0..<(2 + Int(5 * numbers.uniform())) {
        column[min(donors - 1, Int(Double(donors) * numbers.uniform()))] = 1
      }
      return column
    }
  }
}

/// Steele, Lea & Flood's SplitMix64: enough randomness to pick training columns, the same ones on
/// every run.
struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// In (0, 1).
  mutating func uniform() -> Double { (Double(next() >> 12) + 0.5) * 0x1p-52 }

  /// Standard normal (Box & Muller).
  mutating func normal() -> Double {
    let radius = (-2 * Double.log(uniform())).squareRoot()
    return radius * Double.cosine(2 * Double.pi * uniform())
  }
}
