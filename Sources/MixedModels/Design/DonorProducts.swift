import LinearAlgebra

/// Cross-products of each donor's rows, and their sums over visit patterns.
struct DonorProducts {
  /// N × 2 × p.
  let randomByFixed: [Double]
  /// N × k × 2.
  let genotypeByRandom: [Double]
  /// N × (k·p).
  let genotypeByFixed: [Double]
  /// N × k(k+1)/2.
  let genotypeSquares: [Double]
  private let donorCount: Int

  /// - Parameters:
  ///   - q: orthonormal fixed columns, n × p.
  ///   - genotype: columns multiplied by genotype, n × k.
  ///   - rotated: Z̃, n × 2 row-major.
  ///   - rows: rows of each donor, in the order wanted.
  init(q: Matrix, genotype: Matrix, rotated: [Double], rows: [Range<Int>]) {
    let p = q.columns
    let k = genotype.columns
    let kk = k * (k + 1) / 2
    donorCount = rows.count
    var zc = [Double](repeating: 0, count: rows.count * 2 * p)
    var bz = [Double](repeating: 0, count: rows.count * k * 2)
    var bc = [Double](repeating: 0, count: rows.count * k * p)
    var bb = [Double](repeating: 0, count: rows.count * kk)
    for (donor, range) in rows.enumerated() {
      for row in range {
        for a in 0..<2 {
          let z = rotated[2 * row + a]
          for j in 0..<p { zc[(donor * 2 + a) * p + j] += z * q[row, j] }
          for r in 0..<k { bz[(donor * k + r) * 2 + a] += genotype[row, r] * z }
        }
        var packed = donor * kk
        for r in 0..<k {
          for j in 0..<p { bc[(donor * k + r) * p + j] += genotype[row, r] * q[row, j] }
          for c in 0...r {
            bb[packed] += genotype[row, r] * genotype[row, c]
            packed += 1
          }
        }
      }
    }
    randomByFixed = zc
    genotypeByRandom = bz
    genotypeByFixed = bc
    genotypeSquares = bb
  }

  /// The two indices of an entry (11, 12, 22).
  static func indices(ofEntry entry: Int) -> (Int, Int) {
    switch entry {
    case 0: (0, 0)
    case 1: (0, 1)
    default: (1, 1)
    }
  }

  /// x_a y_b, plus x_b y_a where a ≠ b: what one entry of a symmetric M multiplies in x'My.
  @inline(__always)
  static func term(
    entry: Int, _ x: (Double, Double), _ y: (Double, Double)
  ) -> Double {
    switch entry {
    case 0: x.0 * y.0
    case 1: x.0 * y.1 + x.1 * y.0
    default: x.1 * y.1
    }
  }

  /// (K·E) × p(p+1)/2.
  func fixedStatistics(patterns: [VisitPattern], entries: Int, p: Int) -> [Double] {
    let packedCount = p * (p + 1) / 2
    var sums = [Double](repeating: 0, count: patterns.count * entries * packedCount)
    for (index, pattern) in patterns.enumerated() {
      for donor in pattern.donors {
        for entry in 0..<entries {
          var to = (index * entries + entry) * packedCount
          for i in 0..<p {
            let x = pair(randomByFixed, donor: donor, p: p, column: i)
            for j in 0...i {
              sums[to] += Self.term(
                entry: entry, x, pair(randomByFixed, donor: donor, p: p, column: j))
              to += 1
            }
          }
        }
      }
    }
    return sums
  }

  /// N × (E·k·p).
  func genotypeFixedTerms(entries: Int, k: Int, p: Int) -> [Double] {
    var terms: [Double] = []
    terms.reserveCapacity(donorCount * entries * k * p)
    for donor in 0..<donorCount {
      for entry in 0..<entries {
        for r in 0..<k {
          let b = genotypePair(donor: donor, k: k, row: r)
          for j in 0..<p {
            terms.append(
              Self.term(entry: entry, b, pair(randomByFixed, donor: donor, p: p, column: j)))
          }
        }
      }
    }
    return terms
  }

  /// N × (E·k(k+1)/2).
  func genotypeSquareTerms(entries: Int, k: Int) -> [Double] {
    var terms: [Double] = []
    terms.reserveCapacity(donorCount * entries * k * (k + 1) / 2)
    for donor in 0..<donorCount {
      for entry in 0..<entries {
        for r in 0..<k {
          let b = genotypePair(donor: donor, k: k, row: r)
          for c in 0...r {
            terms.append(Self.term(entry: entry, b, genotypePair(donor: donor, k: k, row: c)))
          }
        }
      }
    }
    return terms
  }

  private func pair(
    _ values: [Double], donor: Int, p: Int, column: Int
  ) -> (Double, Double) {
    (values[donor * 2 * p + column], values[(donor * 2 + 1) * p + column])
  }

  private func genotypePair(donor: Int, k: Int, row: Int) -> (Double, Double) {
    let at = (donor * k + row) * 2
    return (genotypeByRandom[at], genotypeByRandom[at + 1])
  }
}
