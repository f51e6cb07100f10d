import LinearAlgebra

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
  /// Per donor, Z̃_i'y_i: N × 2.
  let randomByResponse: [Double]
  /// Per donor, B_i'y_i: N × k.
  package let genotypeByResponse: [Double]
  /// Per donor, the terms of X'Wy: N × (E·k).
  package let genotypeResponseTerms: [Double]

  /// - Parameter response: one value per sample of the design, in its row order.
  /// - Complexity: O(n p + N E p).
  package init(design: DesignCrossProducts, response: [Double]) {
    let n = design.sampleCount
    let k = design.genotypeCount
    let entries = design.entries
    precondition(response.count == n, "\(response.count) values for \(n) samples")

    let fit = Self.residualise(response, on: design.basis.q)
    let residual = fit.residual
    offset = fit.coefficients
    residualSquares = residual.reduce(0) { $0 + $1 * $1 }
    let mean = response.reduce(0, +) / Double(n)
    totalSquares = response.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }

    // Z̃_i'y_i: N × 2.
    var byRandom = [Double](repeating: 0, count: design.donorCount * 2)
    var by = [Double](repeating: 0, count: design.donorCount * k)
    let genotype = design.genotypeBasis.q.elements
    for (donor, rows) in design.donorRows.enumerated() {
      for row in rows {
        byRandom[2 * donor] += design.rotatedRandom[2 * row] * residual[row]
        byRandom[2 * donor + 1] += design.rotatedRandom[2 * row + 1] * residual[row]
        for r in 0..<k { by[donor * k + r] += genotype[row * k + r] * residual[row] }
      }
    }
    randomByResponse = byRandom
    genotypeByResponse = by
    statistics = Self.patternSums(design, byRandom: byRandom)
    var terms = [Double](repeating: 0, count: design.donorCount * entries * k)
    let genotypeByRandom = design.genotypeByRandom
    for donor in 0..<design.donorCount {
      let zy = (byRandom[2 * donor], byRandom[2 * donor + 1])
      for r in 0..<k {
        let at = (donor * k + r) * 2
        let bz = (genotypeByRandom[at], genotypeByRandom[at + 1])
        for entry in 0..<entries {
          terms[(donor * entries + entry) * k + r] = DonorProducts.term(entry: entry, bz, zy)
        }
      }
    }
    genotypeResponseTerms = terms
  }

  /// What least squares on the orthonormal columns of `q` leaves of a response, and its
  /// coefficients.
  private static func residualise(
    _ response: [Double], on q: Matrix
  ) -> (residual: [Double], coefficients: [Double]) {
    var residual = response
    var coefficients = [Double](repeating: 0, count: q.columns)
    var projection = coefficients
    // Twice: the second pass removes what rounding left of a large mean.
    for _ in 0..<2 {
      multiplyTransposed(q, residual, into: &projection)
      subtract(q, projection, from: &residual)
      for j in projection.indices { coefficients[j] += projection[j] }
    }
    return (residual, coefficients)
  }

  /// Pattern sums for C'Wy and y'Wy: (K·E) × (p + 1).
  private static func patternSums(
    _ design: DesignCrossProducts, byRandom: [Double]
  ) -> [Double] {
    let p = design.fixedCount
    let entries = design.entries
    var sums = [Double](repeating: 0, count: design.statisticRows * (p + 1))
    sums.withUnsafeMutableBufferPointer { sums in
      design.randomByFixed.withUnsafeBufferPointer { fixed in
        for (index, pattern) in design.patterns.enumerated() {
          for donor in pattern.donors {
            let zy = (byRandom[2 * donor], byRandom[2 * donor + 1])
            // Safe: a donor has 2 × p fixed products, a pattern entries × (p + 1) sums.
            for entry in 0..<entries {
              let to = (index &* entries &+ entry) &* (p &+ 1)
              for j in 0..<p {
                let at = donor &* 2 &* p &+ j
                sums[to &+ j] += DonorProducts.term(
                  entry: entry, (fixed[at], fixed[at &+ p]), zy)
              }
              sums[to &+ p] += DonorProducts.term(entry: entry, zy, zy)
            }
          }
        }
      }
    }
    return sums
  }
}
