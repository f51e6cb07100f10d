/// The profiled criterion of eight gene–variant pairs of one design, a pair in every lane: sizes,
/// what the lanes share, what each holds, where results go, and scratch.
///
/// Notation: p fixed columns C, k genotype columns, y the response; the t = p + k + 1 columns
/// [C X y] have cross-products H, packed by rows of the lower triangle. K patterns of E entries make
/// R = K·E statistic rows, m = p + k, s is m rounded up to an even number, kk = k(k + 1)/2. Columns
/// are counted in packed order; the first p(p + 1)/2 are shared, the rest are the lanes' own.
/// Every pointer to lanes is aligned to 64 bytes.
package struct LaneCriterion {
  // Sizes.
  package var fixedCount: Int
  package var genotypeCount: Int
  package var entries: Int
  /// A bit for each of the entries 11, 12, 22 of M that is a parameter; others are zero.
  package var parameters: Int
  package var patternCount: Int
  package var donorCount: Int
  /// Whether log|K| belongs to the criterion (REML).
  package var isRestricted: Bool
  /// Whether second derivatives are wanted.
  package var needsHessian: Bool
  /// ν.
  package var degreesOfFreedom: Double

  // Shared by the lanes.
  /// Per pattern, the entries 11, 12, 22 of S̃ − I and its number of donors: K × 4.
  package var patterns: UnsafePointer<Double>
  /// Donors of pattern κ are `donorStarts[κ]..<donorStarts[κ + 1]`.
  package var donorStarts: UnsafePointer<Int>
  /// p(p + 1)/2 columns of R.
  package var fixedStatistics: UnsafePointer<Double>
  /// Per donor, the terms of X'WC by entry, then those for W = I: N × (E + 1) × k·p.
  package var linearTerms: UnsafePointer<Double>
  /// Per donor, the terms of X'WX likewise: N × (E + 1) × kk.
  package var squareTerms: UnsafePointer<Double>

  // The lanes' own.
  /// N.
  package var dosages: UnsafeMutablePointer<Lanes>
  /// Per donor, the terms of X'Wy by entry, then those for W = I: N × (E + 1) × k.
  package var responseTerms: UnsafeMutablePointer<Lanes>
  /// The lanes' own columns, each of R.
  package var statistics: UnsafeMutablePointer<Lanes>
  /// The same columns for W = I.
  package var plain: UnsafeMutablePointer<Lanes>
  /// For columns without a variant (C'C packed, C'y, y'y): what is subtracted from W = I at the
  /// gene's null fit, with its 3 first and 6 second derivatives: (p(p + 1)/2 + p + 1) × 10.
  package var nullContraction: UnsafeMutablePointer<Lanes>
  /// The entries 11, 12, 22 of M: 3.
  package var point: UnsafeMutablePointer<Lanes>

  // Results.
  /// See `LaneResult`: `LaneResult.count`.
  package var results: UnsafeMutablePointer<Lanes>

  // Scratch.
  /// M_κ and its derivatives by 11, 12, 22: R × 4.
  package var weights: UnsafeMutablePointer<Lanes>
  /// The entries of (I + ΣM)⁻¹Σ: K × 3.
  package var shrunken: UnsafeMutablePointer<Lanes>
  /// H, packed.
  package var products: UnsafeMutablePointer<Lanes>
  /// H_a for 11, 12, 22, each packed.
  package var slopes: UnsafeMutablePointer<Lanes>
  /// L with H = LL', packed.
  package var factor: UnsafeMutablePointer<Lanes>
  /// L⁻¹ without the row of y: s × s by rows, zero beyond the triangle.
  package var inverse: UnsafeMutablePointer<Lanes>
  /// The row of y of L⁻¹: t.
  package var residualRow: UnsafeMutablePointer<Lanes>
  /// What products of triangles work on: 8 × (s/2)(s/2 + 1).
  package var whitened: UnsafeMutablePointer<Lanes>
  /// Blocks of 2 × 2 entries of three symmetric matrices: (s/2)(s/2 + 1)/2 × 12.
  package var squares: UnsafeMutablePointer<Lanes>
  /// The criterion's derivative by the entries of H, packed, doubled off the diagonal.
  package var adjoint: UnsafeMutablePointer<Lanes>
  /// Adjoint of the weights: R.
  package var weightAdjoint: UnsafeMutablePointer<Lanes>
  /// (4 `LaneCurve.combinations` + 1)·t.
  package var columns: UnsafeMutablePointer<Lanes>

  package init(
    fixedCount: Int, genotypeCount: Int, entries: Int, parameters: Int,
    patternCount: Int, donorCount: Int,
    isRestricted: Bool, needsHessian: Bool, degreesOfFreedom: Double,
    patterns: UnsafePointer<Double>,
    donorStarts: UnsafePointer<Int>,
    fixedStatistics: UnsafePointer<Double>,
    linearTerms: UnsafePointer<Double>,
    squareTerms: UnsafePointer<Double>,
    dosages: UnsafeMutablePointer<Lanes>,
    responseTerms: UnsafeMutablePointer<Lanes>,
    statistics: UnsafeMutablePointer<Lanes>,
    plain: UnsafeMutablePointer<Lanes>,
    nullContraction: UnsafeMutablePointer<Lanes>,
    point: UnsafeMutablePointer<Lanes>,
    results: UnsafeMutablePointer<Lanes>,
    weights: UnsafeMutablePointer<Lanes>,
    shrunken: UnsafeMutablePointer<Lanes>,
    products: UnsafeMutablePointer<Lanes>,
    slopes: UnsafeMutablePointer<Lanes>,
    factor: UnsafeMutablePointer<Lanes>,
    inverse: UnsafeMutablePointer<Lanes>,
    residualRow: UnsafeMutablePointer<Lanes>,
    whitened: UnsafeMutablePointer<Lanes>, squares: UnsafeMutablePointer<Lanes>,
    adjoint: UnsafeMutablePointer<Lanes>,
    weightAdjoint: UnsafeMutablePointer<Lanes>,
    columns: UnsafeMutablePointer<Lanes>
  ) {
    self.fixedCount = fixedCount
    self.genotypeCount = genotypeCount
    self.entries = entries
    self.parameters = parameters
    self.patternCount = patternCount
    self.donorCount = donorCount
    self.isRestricted = isRestricted
    self.needsHessian = needsHessian
    self.degreesOfFreedom = degreesOfFreedom
    self.patterns = patterns
    self.donorStarts = donorStarts
    self.fixedStatistics = fixedStatistics
    self.linearTerms = linearTerms
    self.squareTerms = squareTerms
    self.dosages = dosages
    self.responseTerms = responseTerms
    self.statistics = statistics
    self.plain = plain
    self.nullContraction = nullContraction
    self.point = point
    self.results = results
    self.weights = weights
    self.shrunken = shrunken
    self.products = products
    self.slopes = slopes
    self.factor = factor
    self.inverse = inverse
    self.residualRow = residualRow
    self.whitened = whitened
    self.squares = squares
    self.adjoint = adjoint
    self.weightAdjoint = weightAdjoint
    self.columns = columns
  }
}

/// Where the results of an evaluation lie among the lanes.
package enum LaneResult {
  package static let value = 0
  /// 3: by the entries 11, 12, 22 of M.
  package static let gradient = 1
  /// 6: (11,11) (11,12) (11,22) (12,12) (12,22) (22,22).
  package static let hessian = 4
  package static let residualSquares = 10
  /// The smallest pivot of the genotype columns relative to its diagonal entry.
  package static let genotypePivot = 11
  /// 1 where the criterion is defined at the point, else 0; the other results are then void.
  package static let isDefined = 12
  /// 3: (log RSS)_a.
  package static let residualSlope = 13
  package static let count = 16
}

/// Where the results for one linear combination ℓ of the coefficients lie.
package enum LaneEstimate {
  /// ℓ'β̂ for the residualised response.
  package static let value = 0
  /// ℓ'K⁻¹ℓ.
  package static let unscaledVariance = 1
  /// 3: the gradient of log(RSS · ℓ'K⁻¹ℓ).
  package static let slope = 2
  /// ℓ'K⁻¹ℓ₀ with the first combination.
  package static let unscaledCovariance = 5
  package static let count = 6
}

/// Where a scalar function of M with its derivatives lies among the lanes: as in `LaneResult`, value,
/// gradient, Hessian.
package enum LaneCurve {
  package static let count = 10
  /// The most linear combinations that there is scratch for.
  package static let combinations = 3
  /// Curves for that many: the determinants, a variance each, and a covariance.
  package static let most = combinations + 2
}
