import Glibc
import LinearAlgebra

/// The profiled criterion f = log|V| + log|X'V⁻¹X| + ν log y'Py (REML; ML without the second term)
/// of a structured model, with V = R + Σ_j Z_j (I ⊗ D̃_j) Z_j' relative to σ².
///
/// Clusters of samples are independent, so V is block diagonal up to the fixed effects. With
/// Λ = blockdiag(T_j), A = I + Λ'Z'R⁻¹ZΛ = LL' and C = L⁻¹Λ'Z'R⁻¹Z (all of a cluster),
/// Z'V⁻¹Z = Z'R⁻¹Z − C'C and likewise for X and y: valid for singular D̃, and nothing is inverted.
/// What residual-variance parameters need is the same with Z⁺ = [Z, R^{1/2}] in place of Z
/// (`isExtended`): the residual is then one more term, of one level a sample. Where residuals are
/// correlated, rows are whitened by W with WRW' = I wherever R^{-1/2} stands here.
///
/// One object serves one thread.
final class StructuredCriterion: LikelihoodCriterion {
  let design: StructuredDesign
  let criterion: EstimationCriterion
  let parameters: StructuredParameters
  /// Whether Z⁺ includes the residual.
  let isExtended: Bool
  /// P: columns of X.
  let fixedCount: Int
  /// ν.
  let degreesOfFreedom: Double

  /// Samples × (P + 1), row-major, rows in the design's order: X and, last, y.
  let columns: UnsafeMutablePointer<Double>
  let layouts: [Layout]

  /// Where a cluster's blocks stand.
  struct Layout {
    /// m and m⁺ (with the residual's columns where they are included).
    let inner: Int
    let outer: Int
    let rows: Int
    let firstRow: Int
    /// Rows × m: R^{-1/2}Z.
    let z: UnsafeMutablePointer<Double>
    /// m⁺ × m⁺: Z⁺'R⁻¹Z⁺.
    let gram: UnsafeMutablePointer<Double>
    /// m⁺ × (P + 1): Z⁺'R⁻¹[X y].
    let products: UnsafeMutablePointer<Double>
    /// m × m: L.
    let factor: UnsafeMutablePointer<Double>
    /// m × m⁺: C.
    let solved: UnsafeMutablePointer<Double>
    /// m × (P + 1): L⁻¹Λ'Z'R⁻¹[X y], within `whitened`.
    let whitened: UnsafeMutablePointer<Double>
    /// m⁺ × (P + 1): Z⁺'V⁻¹[X y], within `forms`.
    let forms: UnsafeMutablePointer<Double>
  }

  /// The parameters' directions in every cluster; those of correlated residuals change with φ.
  var members: [[Members]] {
    if let known = knownMembers { return known }
    let made = members(withScale: false, by: .parameter)
    knownMembers = made
    return made
  }
  private var knownMembers: [[Members]]?

  let blocks: UnsafeMutablePointer<Double>
  /// R^{-1/2}[X y].
  let scaled: UnsafeMutablePointer<Double>
  /// [X y]'R⁻¹[X y].
  let plain: UnsafeMutablePointer<Double>
  let whitened: UnsafeMutablePointer<Double>
  let forms: UnsafeMutablePointer<Double>
  /// Rows of `forms`: Z⁺ columns of all clusters.
  let outerCount: Int
  let innerCount: Int
  /// The lower Cholesky factor of [X y]'V⁻¹[X y], (P + 1)².
  private(set) var fixedFactor: [Double]
  private var fixedProducts: [Double]
  /// R^{-1/2}, by row.
  var inverseDeviations: [Double]
  var logResidual = 0.0
  /// How rows are whitened in time; empty where they are independent.
  var links: (correlations: [Double], scales: [Double], logDeterminant: Double) = ([], [], 0)
  var residualPoint: [Double] = []

  /// The value at the point last evaluated.
  private(set) var value = Double.nan
  /// y'Py there.
  private(set) var residualSquares = Double.nan
  /// Where the blocks were last evaluated, and where the forms; empty after other columns came.
  var blocksPoint: [Double] = []
  var formsPoint: [Double] = []
  /// β̂ there, of the columns as loaded.
  private(set) var coefficients: [Double] = []

  /// - Parameters:
  ///   - fixedCount: columns of X.
  ///   - isExtended: whether the residual's directions are wanted; so where it has parameters.
  init(
    design: StructuredDesign, criterion: EstimationCriterion, fixedCount: Int, isExtended: Bool
  ) {
    let design = design.complete
    self.design = design
    self.criterion = criterion
    self.fixedCount = fixedCount
    self.isExtended = isExtended || design.residual.parameterCount > 0
    parameters = StructuredParameters(design: design)
    let n = design.rowCount
    let width = fixedCount + 1
    degreesOfFreedom = Double(criterion == .reml ? n - fixedCount : n)
    innerCount = design.columnCount
    outerCount = design.columnCount + (self.isExtended ? n : 0)
    let includesResidual = self.isExtended
    let sizes = design.clusters.map { cluster -> (inner: Int, outer: Int) in
      (cluster.columnCount, cluster.columnCount + (includesResidual ? cluster.rows.count : 0))
    }
    let total = zip(design.clusters, sizes).reduce(0) { sum, item in
      let (inner, outer) = item.1
      return sum + item.0.rows.count * inner + outer * outer + outer * width + inner * inner
        + inner * outer
    }
    blocks = .allocate(capacity: max(1, total))
    blocks.initialize(repeating: 0, count: max(1, total))
    columns = .allocate(capacity: n * width)
    columns.initialize(repeating: 0, count: n * width)
    scaled = .allocate(capacity: n * width)
    scaled.initialize(repeating: 0, count: n * width)
    plain = .allocate(capacity: width * width)
    plain.initialize(repeating: 0, count: width * width)
    whitened = .allocate(capacity: max(1, innerCount * width))
    whitened.initialize(repeating: 0, count: max(1, innerCount * width))
    forms = .allocate(capacity: max(1, outerCount * width))
    forms.initialize(repeating: 0, count: max(1, outerCount * width))
    fixedFactor = [Double](repeating: 0, count: width * width)
    fixedProducts = fixedFactor
    inverseDeviations = [Double](repeating: 1, count: n)
    // Safe: the blocks are cut one behind the other from what was counted above.
    var next = blocks
    var whitenedRow = whitened
    var formRow = forms
    func take(_ count: Int) -> UnsafeMutablePointer<Double> {
      defer { next += count }
      return next
    }
    layouts = zip(design.clusters, sizes).map { cluster, size in
      defer {
        whitenedRow += size.inner * width
        formRow += size.outer * width
      }
      return Layout(
        inner: size.inner, outer: size.outer, rows: cluster.rows.count,
        firstRow: cluster.rows.lowerBound, z: take(cluster.rows.count * size.inner),
        gram: take(size.outer * size.outer), products: take(size.outer * width),
        factor: take(size.inner * size.inner), solved: take(size.inner * size.outer),
        whitened: whitenedRow, forms: formRow)
    }
    setResidual([Double](repeating: 0, count: design.residual.parameterCount))
  }

  deinit {
    blocks.deallocate()
    columns.deallocate()
    scaled.deallocate()
    plain.deallocate()
    whitened.deallocate()
    forms.deallocate()
  }

  /// The value at `x`; false where the criterion cannot be evaluated there.
  ///
  /// - Complexity: O(Σ m² (m⁺ + P) + n P²).
  func evaluate(at x: [Double]) -> Bool {
    if x == blocksPoint { return true }
    blocksPoint = []
    formsPoint = []
    let residualValues = Array(x[parameters.covarianceCount...])
    if residualValues != residualPoint { setResidual(residualValues) }
    let width = fixedCount + 1
    var logDeterminant = logResidual
    let factors = parameters.sizes.indices.map { parameters.factor($0, of: x).elements }
    for (cluster, layout) in zip(design.clusters, layouts) {
      guard factorise(cluster, layout, factors: factors) else { return false }
      for a in 0..<layout.inner { logDeterminant += 2 * log(layout.factor[a &* layout.inner &+ a]) }
    }
    fixedProducts.withUnsafeMutableBufferPointer { target in
      guard let base = target.baseAddress else { return }
      base.update(from: UnsafePointer(plain), count: width * width)
      BlockProducts.addTransposed(
        whitened, width, whitened, width, into: base, width, rows: width, inner: innerCount,
        columns: width, factor: -1)
    }
    fixedFactor = fixedProducts
    let isDefinite = fixedFactor.withUnsafeMutableBufferPointer {
      $0.baseAddress.map { BlockProducts.factorise($0, order: width) } ?? false
    }
    guard isDefinite else { return false }
    let last = fixedFactor[width * width - 1]
    residualSquares = last * last
    value = logDeterminant + degreesOfFreedom * log(residualSquares)
    if criterion == .reml {
      for j in 0..<fixedCount { value += 2 * log(fixedFactor[j * width + j]) }
    }
    // Back substitution in the factor's last row: β̂ = L_x⁻ᵀ (L_x⁻¹X'V⁻¹y).
    coefficients = solveTransposed(
      Array(fixedFactor[(fixedCount * width)..<(fixedCount * width + fixedCount)]))
    guard value.isFinite else { return false }
    blocksPoint = x
    return true
  }

  /// Whether column `column` of X is a combination of those before it: 1 − R² below 1e-10.
  func isCollinear(_ column: Int) -> Bool {
    let width = fixedCount + 1
    let pivot = fixedFactor[column * width + column]
    return !(pivot * pivot > 1e-10 * fixedProducts[column * width + column])
  }

  /// A cluster's L, C and L⁻¹Λ'Z'R⁻¹[X y].
  private func factorise(
    _ cluster: StructuredDesign.Cluster, _ layout: Layout, factors: [[Double]]
  ) -> Bool {
    let (m, outer, width) = (layout.inner, layout.outer, fixedCount &+ 1)
    applyFactor(cluster, factors, layout.gram, into: layout.solved, columns: outer)
    applyFactor(cluster, factors, layout.products, into: layout.whitened, columns: width)
    // A = I + (Λ'Z'R⁻¹Z)Λ, one term's columns after the other.
    for (term, q) in parameters.sizes.enumerated() {
      for start in cluster.levels[term] {
        for row in 0..<m {
          let source = layout.solved + (row &* outer &+ start)
          for s in 0..<q {
            var sum = 0.0
            for a in 0..<q { sum += source[a] * factors[term][a &* q &+ s] }
            layout.factor[row &* m &+ start &+ s] = sum
          }
        }
      }
    }
    for a in 0..<m { layout.factor[a &* m &+ a] += 1 }
    guard BlockProducts.factorise(layout.factor, order: m) else { return false }
    BlockProducts.solveLower(layout.factor, order: m, layout.solved, columns: outer)
    BlockProducts.solveLower(layout.factor, order: m, layout.whitened, columns: width)
    return true
  }

  /// out = Λ' from, for the first m rows of `from`.
  private func applyFactor(
    _ cluster: StructuredDesign.Cluster, _ factors: [[Double]],
    _ from: UnsafePointer<Double>, into out: UnsafeMutablePointer<Double>, columns: Int
  ) {
    for (term, q) in parameters.sizes.enumerated() {
      factors[term].withUnsafeBufferPointer { t in
        for start in cluster.levels[term] {
          for s in 0..<q {
            let target = out + (start &+ s) &* columns
            target.update(repeating: 0, count: columns)
            for a in 0..<q where t[a &* q &+ s] != 0 {
              let source = from + (start &+ a) &* columns
              let value = t[a &* q &+ s]
              for column in 0..<columns { target[column] += value * source[column] }
            }
          }
        }
      }
    }
  }

  func forgetMembers() { knownMembers = nil }

  /// e = Z⁺'Py where the forms were prepared, m⁺ of all clusters.
  func scores() -> [Double] {
    let width = fixedCount + 1
    // Safe: `forms` has a row of P + 1 numbers for every column of Z⁺.
    return (0..<outerCount).map { row in
      let form = forms + row &* width
      var score = form[fixedCount]
      for j in 0..<fixedCount { score -= form[j] * coefficients[j] }
      return score
    }
  }

  /// Z⁺'V⁻¹[X y] of all clusters at the point last evaluated, into `forms`.
  func prepareForms() {
    guard formsPoint.isEmpty else { return }
    formsPoint = blocksPoint
    let width = fixedCount + 1
    for layout in layouts {
      layout.forms.update(from: layout.products, count: layout.outer &* width)
      BlockProducts.addTransposed(
        layout.solved, layout.outer, layout.whitened, width, into: layout.forms, width,
        rows: layout.outer, inner: layout.inner, columns: width, factor: -1)
    }
  }
}
