import LinearAlgebra

/// What a design's fixed part is at several points M: weights, log determinants and factors that
/// no response changes.
struct DesignPoints: Sendable {
  /// p.
  let fixedCount: Int
  /// K·E.
  let statisticRows: Int
  let points: [SymmetricMatrix2]
  /// Entries of M_κ by (pattern, entry): points × K·E.
  let weights: [Double]
  /// Σ_κ N_κ log|I + (S̃_κ − I)M|: points.
  let patternDeterminants: [Double]
  /// L with A = C'WC = LL': points × p × p, row-major lower (the upper triangle holds zeros).
  let factors: [Double]
  /// log|A|: points.
  let fixedDeterminants: [Double]
  /// Whether no column of C is, at any point, a combination of others to working precision.
  let isWellConditioned: Bool

  /// - Returns: nil where some point is outside the criterion's domain.
  /// - Complexity: O(points · (K E p² + p³)).
  init?(_ part: FixedPart, points: [SymmetricMatrix2]) {
    let p = part.fixedCount
    let rows = part.statisticRows
    var weights = [Double](repeating: 0, count: points.count * rows)
    var patterns = [Double](repeating: 0, count: points.count)
    let isInside = weights.withUnsafeMutableBufferPointer { weights in
      for (n, m) in points.enumerated() {
        guard let sum = Self.patternWeights(at: m, part, into: weights, from: n &* rows) else {
          return false
        }
        patterns[n] = sum
      }
      return true
    }
    guard isInside else { return nil }
    let packed = part.packedFixedCount
    var contracted = [Double](repeating: 0, count: points.count * packed)
    multiply(
      weights, part.fixedStatistics, into: &contracted, rows: points.count, inner: rows,
      columns: packed)
    var factors = [Double](repeating: 0, count: points.count * p * p)
    var determinants = [Double](repeating: 0, count: points.count)
    var smallestPivot = 1.0
    let isDefinite = factors.withUnsafeMutableBufferPointer { all in
      guard let base = all.baseAddress else { return true }
      for n in points.indices {
        // Safe: point n's p × p entries and its packed triangle start there.
        let found = contracted.withUnsafeBufferPointer {
          Self.factorise(base + n &* p &* p, $0, from: n &* packed, order: p)
        }
        guard let found else { return false }
        determinants[n] = found.logDeterminant
        smallestPivot = min(smallestPivot, found.smallestPivot)
      }
      return true
    }
    guard isDefinite else { return nil }
    fixedCount = p
    statisticRows = rows
    self.points = points
    self.weights = weights
    patternDeterminants = patterns
    self.factors = factors
    fixedDeterminants = determinants
    isWellConditioned = smallestPivot > 1e-12
  }

  /// The Cholesky factor of I − (packed triangle), its log determinant, and its smallest pivot
  /// relative to the diagonal; nil where that matrix is not positive definite.
  private static func factorise(
    _ factor: UnsafeMutablePointer<Double>, _ packed: UnsafeBufferPointer<Double>,
    from start: Int, order p: Int
  ) -> (logDeterminant: Double, smallestPivot: Double)? {
    var at = start
    for i in 0..<p {
      let row = factor + i &* p
      for j in 0..<i {
        row[j] = -packed[at]
        at &+= 1
      }
      row[i] = 1 - packed[at]
      at &+= 1
    }
    guard factoriseCholesky(factor, order: p) else { return nil }
    var logarithm = ProductLogarithm()
    var smallest = 1.0
    at = start
    for i in 0..<p {
      at &+= i
      let root = factor[i &* p &+ i]
      let pivot = root * root
      logarithm.multiply(pivot)
      smallest = min(smallest, pivot / (1 - packed[at]))
      at &+= 1
    }
    return (logarithm.value, smallest)
  }

  /// Fills one point's weights; the sum of the patterns' log determinants, or nil outside the
  /// domain.
  private static func patternWeights(
    at m: SymmetricMatrix2, _ part: FixedPart,
    into weights: UnsafeMutableBufferPointer<Double>, from start: Int
  ) -> Double? {
    let complement = SymmetricMatrix2.identity - m
    guard complement.a11 > 0, complement.determinant > 0 else { return nil }
    var single = ProductLogarithm()
    var sum = 0.0
    var at = start
    let isScalar = part.entries != 3
    for pattern in part.patterns {
      let s = pattern.excess
      let a11 = 1 + s.a11 * m.a11 + s.a12 * m.a12
      let a12 = s.a11 * m.a12 + s.a12 * m.a22
      let a21 = s.a12 * m.a11 + s.a22 * m.a12
      let a22 = 1 + s.a12 * m.a12 + s.a22 * m.a22
      let determinant = a11 * a22 - a12 * a21
      guard determinant > 0, a11 + a22 > 0 else { return nil }
      let scale = 1 / determinant
      // Patterns of one donor are many where times are irregular: they share a logarithm.
      if pattern.donors.count == 1 {
        single.multiply(determinant)
      } else {
        sum += Double(pattern.donors.count) * Double.log(determinant)
      }
      weights[at] = (m.a11 * a22 - m.a12 * a21) * scale
      at &+= 1
      if isScalar { continue }
      weights[at] = (m.a12 * a11 - m.a11 * a12) * scale
      weights[at &+ 1] = (m.a22 * a11 - m.a12 * a12) * scale
      at &+= 2
    }
    return sum + single.value
  }

  /// The first points only.
  func prefix(_ count: Int) -> DesignPoints { DesignPoints(self, count: count) }

  private init(_ all: DesignPoints, count: Int) {
    let p = all.fixedCount
    fixedCount = p
    statisticRows = all.statisticRows
    points = Array(all.points.prefix(count))
    weights = Array(all.weights.prefix(count * all.statisticRows))
    patternDeterminants = Array(all.patternDeterminants.prefix(count))
    factors = Array(all.factors.prefix(count * p * p))
    fixedDeterminants = Array(all.fixedDeterminants.prefix(count))
    isWellConditioned = all.isWellConditioned
  }

  /// RSS₀ at every point, and L⁻¹c with c = C'Wy (points × p).
  func contract(
    _ response: ResponseCrossProducts
  ) -> (residuals: [Double], totals: [Double], whitened: [Double]) {
    let p = fixedCount
    let count = points.count
    var contracted = [Double](repeating: 0, count: count * (p + 1))
    multiply(
      weights, response.statistics, into: &contracted, rows: count, inner: statisticRows,
      columns: p + 1)
    let totals = (0..<count).map { response.residualSquares - contracted[$0 * (p + 1) + p] }
    var residuals = totals
    var whitened = [Double](repeating: 0, count: count * p)
    whitened.withUnsafeMutableBufferPointer { all in
      factors.withUnsafeBufferPointer { factors in
        guard let base = all.baseAddress, let factor = factors.baseAddress else { return }
        for n in 0..<count {
          // Safe: every point has p values and a factor of p × p.
          let x = base + n &* p
          for j in 0..<p { x[j] = -contracted[n &* (p &+ 1) &+ j] }
          solveLower(factor + n &* p &* p, x, order: p)
          var explained = 0.0
          for j in 0..<p { explained += x[j] * x[j] }
          residuals[n] -= explained
        }
      }
    }
    return (residuals, totals, whitened)
  }

  /// L⁻¹b at every point: points × p.
  func whitened(_ b: [Double]) -> [Double] {
    var x = points.indices.flatMap { _ in b }
    eachFactor(&x) { solveLower($0, $1, order: fixedCount) }
    return x
  }

  /// L⁻ᵀx of every point's x: points × p.
  func unwhitened(_ whitened: [Double]) -> [Double] {
    var x = whitened
    eachFactor(&x) { solveLowerTransposed($0, $1, order: fixedCount) }
    return x
  }

  private func eachFactor(
    _ x: inout [Double],
    _ body: (UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void
  ) {
    let p = fixedCount
    precondition(x.count == points.count * p, "\(x.count) values at \(points.count) points")
    x.withUnsafeMutableBufferPointer { all in
      factors.withUnsafeBufferPointer { factors in
        guard let base = all.baseAddress, let factor = factors.baseAddress else { return }
        // Safe: every point has p values and a factor of p × p.
        for n in points.indices { body(factor + n &* p &* p, base + n &* p) }
      }
    }
  }
}

/// The logarithm of a product of many positive numbers, by few logarithms.
struct ProductLogarithm {
  private var sum = 0.0
  private var product = 1.0

  @inline(__always)
  mutating func multiply(_ factor: Double) {
    product *= factor
    // Far from the ends of the range of doubles, so that one more factor stays inside.
    if product < 1e-100 || product > 1e100 {
      sum += Double.log(product)
      product = 1
    }
  }

  var value: Double { sum + Double.log(product) }
}
