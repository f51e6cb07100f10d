import LinearAlgebra

/// The exact profiled criterion of one gene, with or without a variant in the model, as a function
/// of M, with analytic first and second derivatives.
///
/// For the augmented columns [C X y] let H = [C X y]'W[C X y] = LL' and B_a = L⁻¹ H_a L⁻ᵀ for a
/// derivative H_a of H. Up to a constant, minus twice the (restricted) log-likelihood is
///
///   f = ℓ₀ + log|K| + ν log RSS,  K = [C X]'W[C X],  RSS = L_yy²,
///
/// without log|K| under ML, where ν = n − p − k (REML) or n (ML). Its derivatives are those of
///
///   (log|K|)_a = Σ_{j≠y} B_a[j,j]      (log|K|)_ab = tr(K⁻¹K_ab) − Σ_{i,j≠y} B_a[i,j] B_b[i,j]
///   (log RSS)_a = B_a[y,y]   RSS_ab / RSS = B_ab[y,y] − 2 Σ_{j≠y} B_a[y,j] B_b[y,j]
///
/// One object serves one worker: it owns the scratch space and, after `evaluate`, the factors from
/// which estimates are read.
final class ProfiledCriterion {
  let design: DesignCrossProducts
  let criterion: EstimationCriterion
  /// Genotype columns in the model: k, or 0 for a null model.
  let genotypeCount: Int
  /// p + genotypeCount + 1: columns of [C X y].
  let order: Int
  /// ν, and the way to lme4's scale.
  let scale: CriterionScale

  let weights: PatternWeights
  /// Contractions of the pattern statistics: columns × 12 lanes.
  let contracted: UnsafeMutablePointer<Double>
  /// H in lane 0 and its three first derivatives in lanes 1–3: order × order, full.
  let crossProducts: UnsafeMutablePointer<SIMD4<Double>>
  /// H_ab, packed lower triangle.
  let secondDerivatives: UnsafeMutablePointer<SIMD8<Double>>
  /// L, order × order row-major (lower).
  let factor: UnsafeMutablePointer<Double>
  /// L⁻¹, order × order row-major (lower).
  let inverseFactor: UnsafeMutablePointer<Double>
  /// B_a in lanes 1–3, order × order row-major (lower).
  let derivatives: UnsafeMutablePointer<SIMD4<Double>>

  /// The smallest pivot of the genotype columns relative to its diagonal entry at the point last
  /// evaluated: 1 − R² of the worst column on all columns before it, in the metric of W.
  var smallestGenotypePivot = 1.0
  /// Residual sum of squares at the point last evaluated.
  var residualSumOfSquares = 0.0

  init(design: DesignCrossProducts, criterion: EstimationCriterion, includesGenotype: Bool) {
    self.design = design
    self.criterion = criterion
    genotypeCount = includesGenotype ? design.genotypeCount : 0
    order = design.fixedCount + genotypeCount + 1
    scale = CriterionScale(design: design, criterion: criterion, genotypeCount: genotypeCount)
    weights = PatternWeights(patternCount: design.patternCount)
    let p = design.fixedCount
    let columns =
      design.packedFixedCount + p + 1 + genotypeCount * (p + 1)
      + genotypeCount * (genotypeCount + 1) / 2
    contracted = .allocate(capacity: columns * PatternWeights.lanes)
    crossProducts = .allocate(capacity: order * order)
    secondDerivatives = .allocate(capacity: order * (order + 1) / 2)
    factor = .allocate(capacity: order * order)
    inverseFactor = .allocate(capacity: order * order)
    derivatives = .allocate(capacity: order * order)
    crossProducts.initialize(repeating: .zero, count: order * order)
    factor.initialize(repeating: 0, count: order * order)
    inverseFactor.initialize(repeating: 0, count: order * order)
    derivatives.initialize(repeating: .zero, count: order * order)
  }

  deinit {
    contracted.deallocate()
    crossProducts.deallocate()
    secondDerivatives.deallocate()
    factor.deallocate()
    inverseFactor.deallocate()
    derivatives.deallocate()
  }

  /// The criterion at `m`; nil where it is not defined (covariance not positive definite, columns
  /// linearly dependent, no residual variation).
  ///
  /// - Parameter geneContraction: what `geneContraction` gave at the same point and response, to
  ///   save its cost.
  /// - Complexity: O(K E P² + P³) with P = p + k + 1.
  func evaluate(
    at m: SymmetricMatrix2, response: ResponseCrossProducts, pair: PairStatistics?,
    geneContraction: [Double]? = nil
  ) -> SecondOrder? {
    guard weights.compute(at: m, design: design) else { return nil }
    if let geneContraction {
      contracted.update(from: geneContraction, count: geneContraction.count)
    } else {
      contractGene(response)
    }
    if let pair { contractPair(pair) }
    assemble(response: response, pair: pair)
    guard factorise() else { return nil }
    whitenDerivatives()
    return combine()
  }
}
