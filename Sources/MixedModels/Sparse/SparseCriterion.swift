import Glibc
import LinearAlgebra

/// The profiled criterion of `StructuredCriterion` for terms with independent levels, in time that
/// grows with the number of levels: A = I + Λ'Z'R⁻¹ZΛ is eliminated level by level in every
/// cluster's fine factor, and what that leaves of the coarse columns is a dense Schur complement
/// S = A_cc − Σ V_l'V_l, V_l = L_l⁻¹A_lc (the order of elimination of Bates et al. 2015, doi
/// 10.18637/jss.v067.i01, section 5).
///
/// Z'R⁻¹Z and Z'R⁻¹[X y] are formed when columns come or φ changes; an evaluation does not touch
/// samples. Nothing divides by Λ, so singular D̃ are points like others. Derivatives are in
/// `SparseCriterion+Gradient`: they need A⁻¹ only where Z'R⁻¹Z is not 0.
///
/// One object serves one thread.
final class SparseCriterion: LikelihoodCriterion {
  let design: StructuredDesign
  let criterion: EstimationCriterion
  let parameters: StructuredParameters
  let fixedCount: Int
  let degreesOfFreedom: Double
  let pattern: SparsePattern

  /// Blocks in the places that the pattern names: G = Z'R⁻¹Z of fine levels and of coarse columns,
  /// and between them.
  let gram: FlatStorage
  let coarseGram: FlatStorage
  let coupling: FlatStorage
  /// GT of fine levels; G_ccΛ_c; G_lcΛ_c.
  let turned: FlatStorage
  let coarseTurned: FlatStorage
  let couplingTurned: FlatStorage
  /// L_l, with the inverse of its diagonal; the lower factor of S; V_l.
  let factor: FlatStorage
  let coarseFactor: FlatStorage
  let eliminated: FlatStorage
  /// S⁻¹.
  let coarseInverse: FlatStorage
  /// Columns of Z × (P + 1): Z'R⁻¹[X y]; L⁻¹Λ' of it; A⁻¹Λ' of it; Λ of that; Z'V⁻¹[X y].
  let products: FlatStorage
  let whitened: FlatStorage
  let solved: FlatStorage
  let moved: FlatStorage
  let forms: FlatStorage
  /// Samples × (P + 1) in the pattern's order: [X y], and R^{-1/2}[X y].
  let columns: FlatStorage
  let scaled: FlatStorage
  /// Room for one level's blocks.
  let scratch: FlatStorage
  /// (q(P + 1))² numbers.
  let cross: FlatStorage
  /// T of every factor, one behind the other, and where they begin.
  let factors: FlatStorage
  let factorStarts: [Int]

  /// What evaluates in the blocks' stead; nil where it cannot.
  private(set) var lanes: LevelLanes?
  /// Cross-products by strata of the residual; nil where its variances are of other kinds.
  let strata: SparseStrata?
  var areLanesCurrent = false
  /// Whether the blocks are those of the point last evaluated.
  var isEliminated = false

  /// [X y]'R⁻¹[X y].
  var plain: [Double]
  let inverseDeviations: FlatStorage
  var logResidual = 0.0
  var residualPoint: [Double]
  var isGramCurrent = false
  var areProductsCurrent = false
  private(set) var fixedFactor: [Double]
  var fixedProducts: [Double]
  private(set) var value = Double.nan
  private(set) var residualSquares = Double.nan
  private(set) var coefficients: [Double] = []
  /// Where the blocks were last evaluated; empty after other columns came.
  var blocksPoint: [Double] = []
  var areFormsCurrent = false
  var isInverseCurrent = false

  /// - Parameters:
  ///   - fixedCount: columns of X.
  ///   - usesLanes: whether lanes may stand for blocks, where they can.
  ///   - usesStrata: whether strata of the residual are evaluated by cross-products of their own, where
  ///     they can be; nil where that depends on their size.
  /// - Precondition: no term has a relationship matrix.
  init(
    design: StructuredDesign, criterion: EstimationCriterion, fixedCount: Int,
    usesLanes: Bool = true, usesStrata: Bool? = nil
  ) {
    self.design = design
    self.criterion = criterion
    self.fixedCount = fixedCount
    parameters = StructuredParameters(design: design)
    let pattern = SparsePattern(design)
    self.pattern = pattern
    let n = design.rowCount
    let width = fixedCount + 1
    degreesOfFreedom = Double(criterion == .reml ? n - fixedCount : n)
    (gram, turned, factor) = (
      FlatStorage(pattern.levelSquares), FlatStorage(pattern.levelSquares),
      FlatStorage(pattern.levelSquares)
    )
    (coarseGram, coarseTurned) = (
      FlatStorage(pattern.coarseSquares), FlatStorage(pattern.coarseSquares)
    )
    (coarseFactor, coarseInverse) = (
      FlatStorage(pattern.coarseSquares), FlatStorage(pattern.coarseSquares)
    )
    (coupling, couplingTurned, eliminated) = (
      FlatStorage(pattern.couplings), FlatStorage(pattern.couplings),
      FlatStorage(pattern.couplings)
    )
    let total = pattern.columnCount * width
    (products, whitened, solved) = (FlatStorage(total), FlatStorage(total), FlatStorage(total))
    (moved, forms) = (FlatStorage(total), FlatStorage(total))
    (columns, scaled) = (FlatStorage(n * width), FlatStorage(n * width))
    let q = pattern.factors.reduce(0) { max($0, $1.columnCount) }
    let met = pattern.levels.reduce(0) { max($0, $1.met.count) }
    scratch = FlatStorage(q * q + 2 * q * met + met * met + q + met + width)
    cross = FlatStorage(q * width * q * width)
    factorStarts = pattern.factors.reduce(into: [0]) {
      $0.append($0[$0.count - 1] + $1.columnCount * $1.columnCount)
    }
    factors = FlatStorage(factorStarts.last ?? 0)
    plain = [Double](repeating: 0, count: width * width)
    fixedFactor = plain
    fixedProducts = plain
    inverseDeviations = FlatStorage(n)
    inverseDeviations.base.update(repeating: 1, count: n)
    residualPoint = [Double](repeating: 0, count: design.residual.parameterCount)
    strata =
      usesStrata ?? SparseStrata.serve(pattern, design.residual, width: width)
      ? SparseStrata(pattern, design.residual, width: width) : nil
    if usesLanes, Self.usesLanes(pattern, design.residual) {
      lanes = LevelLanes(levels: pattern.levels.count, width: width)
    }
    setResidual()
  }

  /// The value at `x`; false where the criterion cannot be evaluated there.
  ///
  /// - Complexity: O(levels × q²(q + P) + Σ_l q|met|² + Σ coarse³), whatever the number of samples
  ///   where the residual has no parameters.
  func evaluate(at x: [Double]) -> Bool {
    if x == blocksPoint { return true }
    blocksPoint = []
    areFormsCurrent = false
    isInverseCurrent = false
    let residualValues = Array(x[parameters.covarianceCount...])
    if residualValues != residualPoint {
      residualPoint = residualValues
      setResidual()
    }
    if !isGramCurrent || !areProductsCurrent { areLanesCurrent = false }
    if !isGramCurrent { updateGram() }
    if !areProductsCurrent { updateProducts() }
    setFactors(x)
    isEliminated = false
    fixedProducts = plain
    let eliminated = lanes.map(eliminate) ?? eliminateBlocks()
    guard let logDeterminant = eliminated else { return false }
    guard profile(logDeterminant) else { return false }
    blocksPoint = x
    return true
  }

  /// T of every factor: its terms' T on the diagonal.
  func setFactors(_ x: [Double]) {
    for (index, factor) in pattern.factors.enumerated() {
      let q = factor.columnCount
      let t = factors.base + factorStarts[index]
      for (term, start) in zip(factor.terms, factor.starts) {
        let size = parameters.sizes[term]
        for a in 0..<size {
          for b in 0..<size {
            t[(start + a) * q + start + b] = x[parameters.offsets[term] + a * size + b]
          }
        }
      }
    }
  }

  /// log|A| by blocks, with W'W subtracted from the fixed products.
  private func eliminateBlocks() -> Double? {
    guard let logDeterminant = eliminate() else { return nil }
    isEliminated = true
    let width = fixedCount + 1
    fixedProducts.withUnsafeMutableBufferPointer { target in
      guard let base = target.baseAddress else { return }
      // Safe: a row of P + 1 numbers for every column of Z.
      BlockProducts.addTransposed(
        whitened.base, width, whitened.base, width, into: base, width, rows: width,
        inner: pattern.columnCount, columns: width, factor: -1)
    }
    return logDeterminant
  }

  /// The factor of [X y]'V⁻¹[X y] = [X y]'R⁻¹[X y] − W'W, and what follows from it.
  private func profile(_ logDeterminant: Double) -> Bool {
    let width = fixedCount + 1
    fixedFactor = fixedProducts
    let isDefinite = fixedFactor.withUnsafeMutableBufferPointer {
      $0.baseAddress.map { BlockProducts.factorise($0, order: width) } ?? false
    }
    guard isDefinite else { return false }
    let last = fixedFactor[width * width - 1]
    residualSquares = last * last
    value = logDeterminant + logResidual + degreesOfFreedom * log(residualSquares)
    if criterion == .reml {
      for j in 0..<fixedCount { value += 2 * log(fixedFactor[j * width + j]) }
    }
    coefficients = solveTransposed(
      Array(fixedFactor[(fixedCount * width)..<(fixedCount * width + fixedCount)]))
    return value.isFinite
  }

  func isCollinear(_ column: Int) -> Bool {
    let width = fixedCount + 1
    let pivot = fixedFactor[column * width + column]
    return !(pivot * pivot > 1e-10 * fixedProducts[column * width + column])
  }

  /// T of a factor.
  func factorBase(_ index: Int) -> UnsafePointer<Double> {
    UnsafePointer(factors.base + factorStarts[index])
  }
}
