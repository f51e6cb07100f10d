import LinearAlgebra

/// A gene's functions of M at the points of its chart.
struct ChartValues {
  /// Σ N_κ log|I + (S̃_κ − I)M|, with log|A| under REML: one per point.
  let logDeterminants: [Double]
  /// RSS₀: one per point.
  let residuals: [Double]
  /// The points of pair-level polynomials.
  let pairPoints: DesignPoints
  /// u: per pair point, what each donor's dosage adds to X'P_C y: points × (2 · N).
  let scores: Matrix
  /// The same for X'WC A⁻¹ℓ; no columns where the model has no time coefficient.
  let timeRows: Matrix
  /// ℓ'A⁻¹ℓ: one per pair point, or one per point where charts adjust variances.
  let timeVariances: [Double]
  /// The time coefficient: one per pair point.
  let timeValues: [Double]

  /// - Returns: nil where some residual sum of squares is not positive.
  init?(
    shared: ChartDesign, nodes: ChartNodes, response: ResponseCrossProducts, points: DesignPoints
  ) {
    let design = shared.design
    let p = design.fixedCount
    let (residuals, _, whitened) = points.contract(response)
    let smallest = 1e-12 * response.residualSquares
    guard residuals.allSatisfy({ $0 > smallest }) else { return nil }
    self.residuals = residuals
    let weight = shared.criterion == .reml ? 1.0 : 0
    logDeterminants = zip(points.patternDeterminants, points.fixedDeterminants).map {
      $0 + weight * $1
    }
    let pairCount = nodes.pairCount
    pairPoints = points.prefix(pairCount)
    let alphas = pairPoints.unwhitened(Array(whitened.prefix(pairCount * p)))
    scores = design.genotypeRows(at: pairPoints, coefficients: alphas, response: response)
    let contrast = shared.timeContrast
    let variancePoints = shared.method == .kenwardRoger ? points : pairPoints
    guard !contrast.isEmpty else {
      timeRows = Matrix(rows: pairCount, columns: 0)
      timeVariances = [Double](repeating: .nan, count: variancePoints.points.count)
      timeValues = [Double](repeating: .nan, count: pairCount)
      return
    }
    let direction = variancePoints.whitened(contrast)
    timeVariances = variancePoints.points.indices.map { n in
      direction[(n * p)..<((n + 1) * p)].reduce(0) { $0 + $1 * $1 }
    }
    // Minus: as coefficients, they are taken off.
    timeRows = design.genotypeRows(
      at: pairPoints,
      coefficients: pairPoints.unwhitened(Array(direction.prefix(pairCount * p))).map { -$0 },
      response: nil)
    timeValues = (0..<pairCount).map { n in
      var sum = 0.0
      for j in 0..<p { sum += contrast[j] * (response.offset[j] + alphas[n * p + j]) }
      return sum
    }
  }
}

extension DesignCrossProducts {
  /// What each donor's dosage adds to X'W(y − Cα): points × (2 · N), genotype column by genotype
  /// column; without a response y = 0.
  ///
  /// - Parameter coefficients: α of every point, points × p.
  /// - Precondition: two genotype columns.
  func genotypeRows(
    at points: DesignPoints, coefficients: [Double], response: ResponseCrossProducts?
  ) -> Matrix {
    precondition(genotypeCount == 2, "\(genotypeCount) genotype columns")
    let count = points.points.count
    let width = 2 * donorCount
    // What the donors' y − Cα gives with the random and with the genotype columns.
    var random = Self.rows(response?.randomByResponse, count: count, width: width)
    var direct = Self.rows(response?.genotypeByResponse, count: count, width: width)
    subtractProductByTransposed(
      coefficients, randomByFixed, from: &random, rows: count, inner: fixedCount, columns: width)
    subtractProductByTransposed(
      coefficients, genotypeByFixed, from: &direct, rows: count, inner: fixedCount,
      columns: width)
    var result = Matrix(rows: count, columns: width)
    result.elements.withUnsafeMutableBufferPointer { result in
      random.withUnsafeBufferPointer { random in
        direct.withUnsafeBufferPointer { direct in
          for point in 0..<count {
            // Safe: every point has 2 · N values in each.
            let row = point &* width..<(point &+ 1) &* width
            weigh(
              UnsafeBufferPointer(rebasing: random[row]),
              UnsafeBufferPointer(rebasing: direct[row]),
              points.weights[(point * statisticRows)..<((point + 1) * statisticRows)],
              into: UnsafeMutableBufferPointer(rebasing: result[row]))
          }
        }
      }
    }
    return result
  }

  private static func rows(_ row: [Double]?, count: Int, width: Int) -> [Double] {
    guard let row else { return [Double](repeating: 0, count: count * width) }
    var rows: [Double] = []
    rows.reserveCapacity(count * width)
    for _ in 0..<count { rows += row }
    return rows
  }

  /// B_i'r − B_i'Z̃_i M_κ Z̃_i'r of every donor at one point.
  private func weigh(
    _ random: UnsafeBufferPointer<Double>, _ direct: UnsafeBufferPointer<Double>,
    _ weights: ArraySlice<Double>, into row: UnsafeMutableBufferPointer<Double>
  ) {
    let n = donorCount
    let isScalar = entries != 3
    genotypeByRandom.withUnsafeBufferPointer { b in
      var at = weights.startIndex
      for pattern in patterns {
        let m11 = weights[at]
        let m12 = isScalar ? 0 : weights[at + 1]
        let m22 = isScalar ? 0 : weights[at + 2]
        at += entries
        for donor in pattern.donors {
          let z1 = random[2 &* donor]
          let z2 = random[2 &* donor &+ 1]
          let w1 = m11 * z1 + m12 * z2
          let w2 = m12 * z1 + m22 * z2
          // Safe: a donor has 2 × 2 products of genotype and random columns.
          let own = 4 &* donor
          row[donor] = direct[2 &* donor] - (b[own] * w1 + b[own &+ 1] * w2)
          row[n &+ donor] =
            direct[2 &* donor &+ 1] - (b[own &+ 2] * w1 + b[own &+ 3] * w2)
        }
      }
    }
  }
}
