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
  /// ℓ'A⁻¹ℓ and the time coefficient: one per pair point.
  let timeVariances: [Double]
  let timeValues: [Double]

  /// - Returns: nil where some residual sum of squares is not positive.
  init?(shared: ChartDesign, response: ResponseCrossProducts, points: DesignPoints) {
    let design = shared.design
    let p = design.fixedCount
    let count = points.points.count
    let rows = design.statisticRows
    var contracted = [Double](repeating: 0, count: count * (p + 1))
    multiply(
      points.weights, response.statistics, into: &contracted, rows: count, inner: rows,
      columns: p + 1)
    var coefficients = Matrix(rows: count, columns: p)
    var residuals: [Double] = []
    for n in 0..<count {
      // α = A⁻¹c with c = −Σ …, by two triangular solves.
      let c = (0..<p).map { -contracted[n * (p + 1) + $0] }
      let alpha = points.solve(n, c)
      for j in 0..<p { coefficients[n, j] = alpha[j] }
      let total = response.residualSquares - contracted[n * (p + 1) + p]
      let residual = total - zip(c, alpha).reduce(0) { $0 + $1.0 * $1.1 }
      guard residual > 1e-12 * response.residualSquares else { return nil }
      residuals.append(residual)
    }
    self.residuals = residuals
    let weight = shared.criterion == .reml ? 1.0 : 0
    logDeterminants = (0..<count).map {
      points.patternDeterminants[$0] + weight * points.fixedDeterminants[$0]
    }
    let pairCount = shared.nodes.pairCount
    pairPoints = points.prefix(pairCount)
    let alphas = coefficients.selecting(rows: Array(0..<pairCount))
    scores = pairPoints.genotypeRows(coefficients: alphas, response: response)
    guard !shared.timeContrast.isEmpty else {
      timeRows = Matrix(rows: pairCount, columns: 0)
      timeVariances = [Double](repeating: .nan, count: pairCount)
      timeValues = timeVariances
      return
    }
    var directions = Matrix(rows: pairCount, columns: p)
    var variances: [Double] = []
    for n in 0..<pairCount {
      let a = points.solve(n, shared.timeContrast)
      variances.append(zip(a, shared.timeContrast).reduce(0) { $0 + $1.0 * $1.1 })
      // Minus: as coefficients, they are taken off.
      for j in 0..<p { directions[n, j] = -a[j] }
    }
    timeVariances = variances
    timeRows = pairPoints.genotypeRows(coefficients: directions, response: nil)
    timeValues = (0..<pairCount).map { n in
      (0..<p).reduce(0) {
        $0 + shared.timeContrast[$1] * (response.offset[$1] + alphas[n, $1])
      }
    }
  }
}

extension DesignPoints {
  /// The first points only.
  func prefix(_ count: Int) -> DesignPoints {
    let p = design.fixedCount
    return DesignPoints(
      design: design, points: Array(points.prefix(count)),
      weights: Array(weights.prefix(count * design.statisticRows)),
      patternDeterminants: Array(patternDeterminants.prefix(count)),
      factors: Array(factors.prefix(count * p * p)),
      fixedDeterminants: Array(fixedDeterminants.prefix(count)))
  }

  /// A⁻¹b at point n.
  func solve(_ n: Int, _ b: [Double]) -> [Double] {
    let p = design.fixedCount
    let start = n * p * p
    var x = b
    for i in 0..<p {
      for j in 0..<i { x[i] -= factors[start + i * p + j] * x[j] }
      x[i] /= factors[start + i * p + i]
    }
    for i in stride(from: p - 1, through: 0, by: -1) {
      for j in (i + 1)..<max(p, i + 1) { x[i] -= factors[start + j * p + i] * x[j] }
      x[i] /= factors[start + i * p + i]
    }
    return x
  }

  /// What each donor's dosage adds to X'W(y − Cα): points × (2 · N), genotype column by genotype
  /// column; without a response y = 0.
  ///
  /// - Parameter coefficients: α of every point, points × p.
  func genotypeRows(coefficients: Matrix, response: ResponseCrossProducts?) -> Matrix {
    let n = design.donorCount
    let entries = design.entries
    let count = coefficients.rows
    let p = design.fixedCount
    var random = [Double](repeating: 0, count: count * n * 2)
    var fixed = random
    multiplyByTransposed(
      coefficients.elements, design.randomByFixed, into: &random, rows: count, inner: p,
      columns: 2 * n)
    multiplyByTransposed(
      coefficients.elements, design.genotypeByFixed, into: &fixed, rows: count, inner: p,
      columns: 2 * n)
    var result = Matrix(rows: count, columns: 2 * n)
    for point in 0..<count {
      for (index, pattern) in design.patterns.enumerated() {
        let at = (point * patternsPerPoint) + index * entries
        let m11 = weights[at]
        let m12 = entries == 3 ? weights[at + 1] : 0
        let m22 = entries == 3 ? weights[at + 2] : 0
        for donor in pattern.donors {
          // Z'Cα of the donor, times M_κ.
          let z1 = random[(point * n + donor) * 2]
          let z2 = random[(point * n + donor) * 2 + 1]
          let w1 = m11 * z1 + m12 * z2
          let w2 = m12 * z1 + m22 * z2
          for r in 0..<2 {
            let b1 = design.genotypeByRandom[(donor * 2 + r) * 2]
            let b2 = design.genotypeByRandom[(donor * 2 + r) * 2 + 1]
            var value = b1 * w1 + b2 * w2 - fixed[(point * n + donor) * 2 + r]
            if let response {
              value += response.genotypeByResponse[donor * 2 + r]
              for entry in 0..<entries {
                value -=
                  weights[at + entry]
                  * response.genotypeResponseTerms[(donor * entries + entry) * 2 + r]
              }
            }
            result[point, r * n + donor] = value
          }
        }
      }
    }
    return result
  }

  private var patternsPerPoint: Int { design.statisticRows }
}
