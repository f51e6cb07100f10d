import LinearAlgebra

/// Everything about a sample set that no response and no genotype changes.
///
/// With the random-effect columns rotated to Z̃ = ZΦ, so that donors' Z̃'Z̃ average to the identity,
/// and the fixed columns orthonormalised, the precision of donor i of visit pattern κ is
/// W_i = I − Z̃_i M_κ Z̃_i' with M_κ = M (I + (S̃_κ − I) M)⁻¹ and M = (D̃⁻¹ + I)⁻¹. Every
/// cross-product with W is therefore the plain one minus a sum over patterns of the entries of
/// M_κ times sums over the pattern's donors, which are kept here.
///
/// Notation: N donors, n samples, p fixed columns, k genotype columns, q random columns (1 or 2),
/// K patterns, E = q(q+1)/2 entries in the order 11, 12, 22 (12 holds both orders).
package final class DesignCrossProducts: Sendable {
  package let matrices: ModelMatrices
  package let sampleCount: Int
  package let donorCount: Int
  /// p.
  package let fixedCount: Int
  /// k.
  package let genotypeCount: Int
  package let shape: RandomEffectShape
  package let patterns: [VisitPattern]
  /// Donor indices as the matrices number them, ordered by pattern.
  package let donorOrder: [Int]
  /// Rows of each donor of `donorOrder`.
  package let donorRows: [Range<Int>]
  /// Orthonormal fixed columns and the way back to the user's columns.
  package let basis: OrthonormalBasis
  /// Orthonormal genotype columns B and the way back: genotype multiplies these inside.
  package let genotypeBasis: OrthonormalBasis
  /// Φ, q × q upper triangular, embedded in 2 × 2 (p11, p12, p22).
  package let rotation: (p11: Double, p12: Double, p22: Double)
  /// Z̃, n × 2 row-major; the second column is zero where q = 1.
  package let rotatedRandom: [Double]
  /// Z̃_i'C_i of every donor: N × 2 × p.
  package let randomByFixed: [Double]
  /// B_i'Z̃_i of every donor: N × k × 2.
  package let genotypeByRandom: [Double]
  /// Pattern sums for C'WC: (K·E) × p(p+1)/2, packed lower triangle.
  package let fixedStatistics: [Double]
  /// B_i'C_i of every donor: N × (k·p).
  package let genotypeByFixed: [Double]
  /// Packed lower triangle of B_i'B_i: N × k(k+1)/2.
  package let genotypeSquares: [Double]
  /// Per donor, the terms of X'WC: N × (E·k·p).
  package let genotypeFixedTerms: [Double]
  /// Per donor, the terms of X'WX: N × (E·k(k+1)/2).
  package let genotypeSquareTerms: [Double]
  /// What the criterion takes beside the response.
  let fixedPart: FixedPart
  /// Where null fits start.
  let startGrid: StartGrid

  package var entries: Int { shape.entries }
  package var patternCount: Int { patterns.count }
  /// Number of rows of the pattern statistics, K·E.
  package var statisticRows: Int { patterns.count * shape.entries }
  package var packedFixedCount: Int { fixedCount * (fixedCount + 1) / 2 }
  package var packedGenotypeCount: Int { genotypeCount * (genotypeCount + 1) / 2 }

  /// Builds the cross-products of `matrices`.
  ///
  /// - Precondition: the random part is identifiable (`IdentifiabilityCheck`).
  /// - Throws: `OrthonormalBasis.Dependency` when the fixed columns are linearly dependent.
  /// - Complexity: O(n p² + N (p² + k p)).
  package init(_ matrices: ModelMatrices) throws(OrthonormalBasis.Dependency) {
    let basis = try OrthonormalBasis(matrices.fixed)
    let genotypeBasis = try OrthonormalBasis(matrices.genotype)
    let rows = Self.donorRows(matrices.donorOfSample)
    let rotation = Self.rotation(matrices, donorCount: rows.count)
    let rotated = Self.rotate(matrices, by: rotation)
    let (patterns, order) = Self.groupByPattern(matrices, rows: rows, rotated: rotated)
    self.matrices = matrices
    self.basis = basis
    self.genotypeBasis = genotypeBasis
    self.rotation = rotation
    self.patterns = patterns
    rotatedRandom = rotated
    sampleCount = matrices.fixed.rows
    donorCount = rows.count
    fixedCount = matrices.fixed.columns
    genotypeCount = matrices.genotype.columns
    shape = matrices.shape
    donorOrder = order.map { matrices.donorOfSample[rows[$0].lowerBound] }
    donorRows = order.map { rows[$0] }

    let p = matrices.fixed.columns
    let k = matrices.genotype.columns
    let products = DonorProducts(
      q: basis.q, genotype: genotypeBasis.q, rotated: rotated, rows: donorRows)
    randomByFixed = products.randomByFixed
    genotypeByRandom = products.genotypeByRandom
    genotypeByFixed = products.genotypeByFixed
    genotypeSquares = products.genotypeSquares

    let entries = matrices.shape.entries
    fixedStatistics = products.fixedStatistics(patterns: patterns, entries: entries, p: p)
    fixedPart = FixedPart(
      shape: matrices.shape, patterns: patterns, donorCount: rows.count, fixedCount: p,
      fixedStatistics: fixedStatistics)
    startGrid = StartGrid(fixedPart)
    genotypeFixedTerms = products.genotypeFixedTerms(entries: entries, k: k, p: p)
    genotypeSquareTerms = products.genotypeSquareTerms(entries: entries, k: k)
  }

  private static func donorRows(_ donorOfSample: [Int]) -> [Range<Int>] {
    var rows: [Range<Int>] = []
    var start = 0
    for i in donorOfSample.indices {
      if i + 1 == donorOfSample.count || donorOfSample[i + 1] != donorOfSample[i] {
        rows.append(start..<(i + 1))
        start = i + 1
      }
    }
    return rows
  }

  /// Φ with Φ' S̄ Φ = I (full), or unit diagonal (diagonal, scalar), S̄ the mean of Z_i'Z_i.
  ///
  /// The second column's part along the first is taken out row by row, so that times far from
  /// their centre cost no digits.
  private static func rotation(
    _ matrices: ModelMatrices, donorCount: Int
  ) -> (p11: Double, p12: Double, p22: Double) {
    let z = matrices.random
    let scale = 1 / Double(donorCount)
    let s11 = (0..<z.rows).reduce(0) { $0 + z[$1, 0] * z[$1, 0] } * scale
    let r11 = s11.squareRoot()
    guard z.columns == 2 else { return (1 / r11, 0, 0) }
    let s12 = (0..<z.rows).reduce(0) { $0 + z[$1, 0] * z[$1, 1] } * scale
    let along = matrices.shape == .full ? s12 / s11 : 0
    let rest = (0..<z.rows).reduce(0) {
      let value = z[$1, 1] - along * z[$1, 0]
      return $0 + value * value
    }
    let r22 = (rest * scale).squareRoot()
    return (1 / r11, -along / r22, 1 / r22)
  }

  private static func rotate(
    _ matrices: ModelMatrices, by phi: (p11: Double, p12: Double, p22: Double)
  ) -> [Double] {
    let z = matrices.random
    var rotated = [Double](repeating: 0, count: 2 * z.rows)
    for row in 0..<z.rows {
      rotated[2 * row] = z[row, 0] * phi.p11
      guard z.columns == 2 else { continue }
      // Not z₁p₁₂ + z₂p₂₂, whose terms may be large and cancel.
      rotated[2 * row + 1] = (z[row, 1] + z[row, 0] * (phi.p12 / phi.p22)) * phi.p22
    }
    return rotated
  }

  /// Donors with equal random-effect rows, in order of first appearance.
  private static func groupByPattern(
    _ matrices: ModelMatrices, rows: [Range<Int>], rotated: [Double]
  ) -> (patterns: [VisitPattern], order: [Int]) {
    var members: [[Int]] = []
    var patternOfKey: [[UInt64]: Int] = [:]
    let z = matrices.random
    for (donor, range) in rows.enumerated() {
      let key = z.elements[(range.lowerBound * z.columns)..<(range.upperBound * z.columns)]
        .map(\.bitPattern)
      if let pattern = patternOfKey[key] {
        members[pattern].append(donor)
      } else {
        patternOfKey[key] = members.count
        members.append([donor])
      }
    }
    var patterns: [VisitPattern] = []
    var order: [Int] = []
    for group in members {
      var s = SymmetricMatrix2.zero
      for row in rows[group[0]] {
        let (a, b) = (rotated[2 * row], rotated[2 * row + 1])
        s = s + SymmetricMatrix2(a * a, a * b, b * b)
      }
      if z.columns == 1 { s.a22 = 1 }
      patterns.append(
        VisitPattern(
          donors: order.count..<(order.count + group.count), excess: s - .identity))
      order += group
    }
    return (patterns, order)
  }
}
