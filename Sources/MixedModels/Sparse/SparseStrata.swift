import Glibc

/// Cross-products of the samples of every stratum of the residual's SD: with one variance each,
/// Z'R⁻¹Z = Σ_s Z_s'WZ_s/σ_s², so that an evaluation does not touch samples there either.
final class SparseStrata {
  /// The number of strata; the reference is 0, others follow the residual's parameters.
  let count: Int
  /// By row of the pattern.
  let stratumOfRow: [Int]
  /// By row: the root of its precision weight.
  let roots: [Double]
  /// Samples by stratum, and Σ log w.
  let sizes: [Double]
  let logWeights: Double
  /// 1/σ_s² relative to the reference's, at the point last set.
  var precisions: [Double]
  /// Blocks in the places that the pattern names, one stratum behind the other.
  let gram: FlatStorage
  let coarseGram: FlatStorage
  let coupling: FlatStorage
  let products: FlatStorage
  let plain: FlatStorage
  /// ΛA⁻¹Λ' of a level, and between it and the coarse columns that it meets.
  let kernel: FlatStorage
  /// Rows of P + 1 for every column of Z.
  let weighted: FlatStorage
  /// tr(ΛA⁻¹Λ'Z_s'WZ_s).
  var traces: [Double]
  var hasGrams = false
  var hasProducts = false

  /// - Parameter width: P + 1.
  /// - Precondition: every parameter of the residual is of a stratum.
  init(_ pattern: SparsePattern, _ residual: ResidualVariance, width: Int) {
    count = residual.parameterCount + 1
    let covariates = residual.covariates
    stratumOfRow = pattern.samples.map { sample in
      ((0..<covariates.columns).first { covariates[sample, $0] != 0 } ?? -1) + 1
    }
    sizes = stratumOfRow.reduce(into: [Double](repeating: 0, count: count)) { $0[$1] += 1 }
    roots = pattern.samples.map { residual.weights?[$0].squareRoot() ?? 1 }
    logWeights = residual.weights?.reduce(0) { $0 + log($1) } ?? 0
    precisions = [Double](repeating: 1, count: count)
    traces = [Double](repeating: 0, count: count)
    gram = FlatStorage(count * pattern.levelSquares)
    coarseGram = FlatStorage(count * pattern.coarseSquares)
    coupling = FlatStorage(count * pattern.couplings)
    products = FlatStorage(count * pattern.columnCount * width)
    plain = FlatStorage(count * width * width)
    let largest = pattern.levels.reduce(0) {
      max($0, $1.columnCount * ($1.columnCount + $1.met.count))
    }
    let q = pattern.factors.reduce(0) { max($0, $1.columnCount) }
    kernel = FlatStorage(2 * largest + q * q)
    weighted = FlatStorage(pattern.columnCount * width)
  }

  /// Whether strata serve: all parameters of the residual are of strata, and their blocks are fewer
  /// numbers than the samples' rows.
  static func serve(
    _ pattern: SparsePattern, _ residual: ResidualVariance, width: Int
  ) -> Bool {
    guard residual.parameterCount > 0, residual.serial == nil,
      residual.areRatios.allSatisfy(\.self)
    else { return false }
    let blocks =
      pattern.levelSquares + pattern.coarseSquares + pattern.couplings + pattern.columnCount * width
    return (residual.parameterCount + 1) * blocks <= pattern.samples.count * width
  }
}
