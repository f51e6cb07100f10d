/// One gene's response against a design: what its model needs beside the design itself.
///
/// The response is first residualised on the fixed columns by least squares. REML and ML fits do
/// not notice, and large means cost no digits.
package struct ResponseCrossProducts: Sendable {
  /// Least-squares coefficients on the orthonormal fixed columns, to be added back: p.
  package let offset: [Double]
  /// Sum of squares about the least-squares fit.
  package let residualSquares: Double
  /// Sum of squares about the mean.
  package let totalSquares: Double
  /// Pattern sums for C'Wy and y'Wy: (K·E) × (p + 1).
  package let statistics: [Double]
  /// Per donor, B_i'y_i: N × k.
  package let genotypeByResponse: [Double]
  /// Per donor, the terms of X'Wy: N × (E·k).
  package let genotypeResponseTerms: [Double]

  /// - Parameter response: one value per sample of the design, in its row order.
  /// - Complexity: O(n p + N E p).
  package init(design: DesignCrossProducts, response: [Double]) {
    let n = design.sampleCount
    let p = design.fixedCount
    let k = design.genotypeCount
    let entries = design.entries
    precondition(response.count == n, "\(response.count) values for \(n) samples")

    let q = design.basis.q
    var residual = response
    var coefficients = [Double](repeating: 0, count: p)
    // Twice: the second pass removes what rounding left of a large mean.
    for _ in 0..<2 {
      var projection = [Double](repeating: 0, count: p)
      for i in 0..<n { for j in 0..<p { projection[j] += q[i, j] * residual[i] } }
      for i in 0..<n { for j in 0..<p { residual[i] -= q[i, j] * projection[j] } }
      for j in 0..<p { coefficients[j] += projection[j] }
    }
    offset = coefficients
    residualSquares = residual.reduce(0) { $0 + $1 * $1 }
    let mean = response.reduce(0, +) / Double(n)
    totalSquares = response.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }

    var sums = [Double](repeating: 0, count: design.statisticRows * (p + 1))
    var by = [Double](repeating: 0, count: design.donorCount * k)
    var terms = [Double](repeating: 0, count: design.donorCount * entries * k)
    let genotype = design.genotypeBasis.q
    for (index, pattern) in design.patterns.enumerated() {
      for donor in pattern.donors {
        var zy = (0.0, 0.0)
        for row in design.donorRows[donor] {
          zy.0 += design.rotatedRandom[2 * row] * residual[row]
          zy.1 += design.rotatedRandom[2 * row + 1] * residual[row]
          for r in 0..<k { by[donor * k + r] += genotype[row, r] * residual[row] }
        }
        for entry in 0..<entries {
          let to = (index * entries + entry) * (p + 1)
          for j in 0..<p {
            let zc = (
              design.randomByFixed[donor * 2 * p + j], design.randomByFixed[(donor * 2 + 1) * p + j]
            )
            sums[to + j] += DonorProducts.term(entry: entry, zc, zy)
          }
          sums[to + p] += DonorProducts.term(entry: entry, zy, zy)
          for r in 0..<k {
            let at = (donor * k + r) * 2
            let bz = (design.genotypeByRandom[at], design.genotypeByRandom[at + 1])
            terms[(donor * entries + entry) * k + r] = DonorProducts.term(entry: entry, bz, zy)
          }
        }
      }
    }
    statistics = sums
    genotypeByResponse = by
    genotypeResponseTerms = terms
  }
}
