import LinearAlgebra

/// What a design's fixed part is at several points M: weights, log determinants and factors that
/// no response changes.
struct DesignPoints {
  let design: DesignCrossProducts
  let points: [SymmetricMatrix2]
  /// Entries of M_κ by (pattern, entry): points × K·E.
  let weights: [Double]
  /// Σ_κ N_κ log|I + (S̃_κ − I)M|: points.
  let patternDeterminants: [Double]
  /// L with A = C'WC = LL': points × p × p, row-major lower (the upper triangle holds zeros).
  let factors: [Double]
  /// log|A|: points.
  let fixedDeterminants: [Double]

  /// - Returns: nil where some point is outside the criterion's domain.
  /// - Complexity: O(points · (K E p² + p³)).
  init?(design: DesignCrossProducts, points: [SymmetricMatrix2]) {
    let p = design.fixedCount
    let rows = design.statisticRows
    var weights = [Double](repeating: 0, count: points.count * rows)
    var patterns = [Double](repeating: 0, count: points.count)
    for (n, m) in points.enumerated() {
      guard
        let sum = Self.patternWeights(
          at: m, design: design, into: &weights, from: n * rows)
      else { return nil }
      patterns[n] = sum
    }
    let packed = design.packedFixedCount
    var contracted = [Double](repeating: 0, count: points.count * packed)
    multiply(
      weights, design.fixedStatistics, into: &contracted, rows: points.count, inner: rows,
      columns: packed)
    var factors = [Double](repeating: 0, count: points.count * p * p)
    var determinants = [Double](repeating: 0, count: points.count)
    for n in points.indices {
      let isDefinite = factors.withUnsafeMutableBufferPointer { all in
        guard let base = all.baseAddress else { return true }
        // Safe: point n's p × p entries start there.
        let factor = base + n * p * p
        var at = n * packed
        for i in 0..<p {
          for j in 0...i {
            factor[i * p + j] = (i == j ? 1 : 0) - contracted[at]
            at += 1
          }
        }
        return factoriseCholesky(factor, order: p)
      }
      guard isDefinite else { return nil }
      determinants[n] = (0..<p).reduce(0) {
        $0 + 2 * Double.log(factors[n * p * p + $1 * p + $1])
      }
    }
    self.design = design
    self.points = points
    self.weights = weights
    patternDeterminants = patterns
    self.factors = factors
    fixedDeterminants = determinants
  }

  /// Fills one point's weights; the sum of the patterns' log determinants, or nil outside the
  /// domain.
  private static func patternWeights(
    at m: SymmetricMatrix2, design: DesignCrossProducts, into weights: inout [Double],
    from start: Int
  ) -> Double? {
    let complement = SymmetricMatrix2.identity - m
    guard complement.a11 > 0, complement.determinant > 0 else { return nil }
    var sum = 0.0
    var at = start
    for pattern in design.patterns {
      let s = pattern.excess
      let a11 = 1 + s.a11 * m.a11 + s.a12 * m.a12
      let a12 = s.a11 * m.a12 + s.a12 * m.a22
      let a21 = s.a12 * m.a11 + s.a22 * m.a12
      let a22 = 1 + s.a12 * m.a12 + s.a22 * m.a22
      let determinant = a11 * a22 - a12 * a21
      guard determinant > 0, a11 + a22 > 0 else { return nil }
      let scale = 1 / determinant
      sum += Double(pattern.donors.count) * Double.log(determinant)
      weights[at] = (m.a11 * a22 - m.a12 * a21) * scale
      at += 1
      guard design.entries == 3 else { continue }
      weights[at] = (m.a12 * a11 - m.a11 * a12) * scale
      weights[at + 1] = (m.a22 * a11 - m.a12 * a12) * scale
      at += 2
    }
    return sum
  }

  init(
    design: DesignCrossProducts, points: [SymmetricMatrix2], weights: [Double],
    patternDeterminants: [Double], factors: [Double], fixedDeterminants: [Double]
  ) {
    self.design = design
    self.points = points
    self.weights = weights
    self.patternDeterminants = patternDeterminants
    self.factors = factors
    self.fixedDeterminants = fixedDeterminants
  }
}
