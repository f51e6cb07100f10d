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
  /// ν.
  let degreesOfFreedom: Double

  private let weights: PatternWeights
  /// Contractions of the pattern statistics: columns × 12 lanes.
  private let contracted: UnsafeMutablePointer<Double>
  /// H in lane 0 and its three first derivatives in lanes 1–3: order × order, full.
  private let crossProducts: UnsafeMutablePointer<SIMD4<Double>>
  /// H_ab, packed lower triangle.
  private let secondDerivatives: UnsafeMutablePointer<SIMD8<Double>>
  /// L, order × order row-major (lower).
  let factor: UnsafeMutablePointer<Double>
  /// L⁻¹, order × order row-major (lower).
  let inverseFactor: UnsafeMutablePointer<Double>
  /// B_a in lanes 1–3, order × order row-major (lower).
  let derivatives: UnsafeMutablePointer<SIMD4<Double>>

  /// Residual sum of squares at the point last evaluated.
  private(set) var residualSumOfSquares = 0.0

  init(design: DesignCrossProducts, criterion: EstimationCriterion, includesGenotype: Bool) {
    self.design = design
    self.criterion = criterion
    genotypeCount = includesGenotype ? design.genotypeCount : 0
    order = design.fixedCount + genotypeCount + 1
    degreesOfFreedom = Double(
      criterion == .ml
        ? design.sampleCount : design.sampleCount - design.fixedCount - genotypeCount)
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

  /// The smallest pivot of the genotype columns relative to its diagonal entry: 1 − R² of the
  /// worst column on all columns before it, in the metric of W.
  var smallestGenotypePivot: Double {
    let p = design.fixedCount
    return (p..<(p + genotypeCount)).reduce(1) { smallest, j in
      let pivot = factor[j * order + j]
      return min(smallest, pivot * pivot / crossProducts[j * order + j][0])
    }
  }

  // MARK: Steps

  /// The contractions at the point last evaluated that no variant changes.
  var geneContraction: [Double] {
    Array(
      UnsafeBufferPointer(
        start: contracted, count: (geneColumns + responseColumns) * PatternWeights.lanes))
  }

  private var geneColumns: Int { design.packedFixedCount }
  private var responseColumns: Int { design.fixedCount + 1 }

  private func contractGene(_ response: ResponseCrossProducts) {
    // Safe: the statistics hold statisticRows × columns doubles, as their types document.
    design.fixedStatistics.withUnsafeBufferPointer {
      guard let base = $0.baseAddress else { return }
      Self.contract(
        base, weights.rows, into: contracted, inner: design.statisticRows, columns: geneColumns)
    }
    response.statistics.withUnsafeBufferPointer {
      guard let base = $0.baseAddress else { return }
      Self.contract(
        base, weights.rows, into: contracted + geneColumns * PatternWeights.lanes,
        inner: design.statisticRows, columns: responseColumns)
    }
  }

  private func contractPair(_ pair: PairStatistics) {
    Self.contract(
      pair.rows, weights.rows,
      into: contracted + (geneColumns + responseColumns) * PatternWeights.lanes,
      inner: design.statisticRows, columns: pair.width)
  }

  /// out (columns × 12) = statistics' (columns × inner) × weights (inner × 12).
  private static func contract(
    _ statistics: UnsafePointer<Double>, _ weights: UnsafePointer<Double>,
    into out: UnsafeMutablePointer<Double>, inner: Int, columns: Int
  ) {
    let lanes = PatternWeights.lanes
    // A library call costs more than the arithmetic of a few rows.
    guard inner <= 8 else {
      multiplyTransposed(
        statistics, weights, into: out, inner: inner, columns: columns, width: lanes)
      return
    }
    for column in 0..<columns {
      var low = SIMD4<Double>.zero
      var high = SIMD8<Double>.zero
      for row in 0..<inner {
        let value = statistics[row &* columns &+ column]
        low += value * load4(weights + row &* lanes)
        high += value * load8(weights + (row &* lanes &+ 4))
      }
      let to = UnsafeMutableRawPointer(out + column &* lanes)
      to.storeBytes(of: low, as: SIMD4<Double>.self)
      (to + 4 * MemoryLayout<Double>.stride).storeBytes(of: high, as: SIMD8<Double>.self)
    }
  }

  @inline(__always)
  private static func load4(_ at: UnsafePointer<Double>) -> SIMD4<Double> {
    UnsafeRawPointer(at).loadUnaligned(as: SIMD4<Double>.self)
  }

  @inline(__always)
  private static func load8(_ at: UnsafePointer<Double>) -> SIMD8<Double> {
    UnsafeRawPointer(at).loadUnaligned(as: SIMD8<Double>.self)
  }

  /// Lays the contractions out as H, H_a (both triangles) and H_ab (packed).
  private func assemble(response: ResponseCrossProducts, pair: PairStatistics?) {
    let p = design.fixedCount
    let k = genotypeCount
    let y = order - 1
    var packed = 0
    var source = UnsafePointer(contracted)
    let responseSource = source + design.packedFixedCount * PatternWeights.lanes
    let pairSource = responseSource + (p + 1) * PatternWeights.lanes
    @inline(__always)
    func place(_ i: Int, _ j: Int, _ plain: Double, _ at: UnsafePointer<Double>) {
      let entry = SIMD4(plain, 0, 0, 0) - Self.load4(at)
      crossProducts[i &* order &+ j] = entry
      crossProducts[j &* order &+ i] = entry
      secondDerivatives[packed] = -Self.load8(at + 4)
      packed &+= 1
    }
    for i in 0..<p {
      for j in 0...i {
        place(i, j, i == j ? 1 : 0, source)
        source += PatternWeights.lanes
      }
    }
    if let pair {
      let squares = k * p
      let byResponse = squares + k * (k + 1) / 2
      var square = squares
      for r in 0..<k {
        for j in 0..<p {
          let at = r &* p &+ j
          place(p + r, j, pair.plain[at], pairSource + at &* PatternWeights.lanes)
        }
        for c in 0...r {
          place(p + r, p + c, pair.plain[square], pairSource + square &* PatternWeights.lanes)
          square += 1
        }
      }
      for j in 0..<p { place(y, j, 0, responseSource + j &* PatternWeights.lanes) }
      for r in 0..<k {
        let at = byResponse + r
        place(y, p + r, pair.plain[at], pairSource + at &* PatternWeights.lanes)
      }
    } else {
      for j in 0..<p { place(y, j, 0, responseSource + j &* PatternWeights.lanes) }
    }
    place(y, y, response.residualSquares, responseSource + p &* PatternWeights.lanes)
  }

  /// L and L⁻¹; false where H is not positive definite to working precision.
  private func factorise() -> Bool {
    let t = order
    for j in 0..<t {
      let rowJ = factor + j &* t
      var diagonal = crossProducts[j &* t &+ j][0]
      let scale = diagonal
      for m in 0..<j { diagonal -= rowJ[m] * rowJ[m] }
      // A pivot this small is rounding: the column is a combination of those before it.
      guard diagonal > 1e-12 * scale else { return false }
      let root = diagonal.squareRoot()
      rowJ[j] = root
      let inverse = 1 / root
      for i in (j &+ 1)..<max(t, j &+ 1) {
        let rowI = factor + i &* t
        var sum = crossProducts[i &* t &+ j][0]
        for m in 0..<j { sum -= rowI[m] * rowJ[m] }
        rowI[j] = sum * inverse
      }
    }
    residualSumOfSquares = factor[(t - 1) * t + t - 1] * factor[(t - 1) * t + t - 1]
    for i in 0..<t {
      let inverse = 1 / factor[i &* t &+ i]
      inverseFactor[i &* t &+ i] = inverse
      for j in 0..<i {
        var sum = 0.0
        for m in j..<i { sum -= factor[i &* t &+ m] * inverseFactor[m &* t &+ j] }
        inverseFactor[i &* t &+ j] = sum * inverse
      }
    }
    return true
  }

  /// B_a = L⁻¹ H_a L⁻ᵀ, the three derivatives in the lanes of one vector.
  private func whitenDerivatives() {
    let t = order
    // First L⁻¹ H in place, then its product with L⁻ᵀ, lower triangle only.
    for i in 0..<t {
      let inverse = inverseFactor[i &* t &+ i]
      for j in 0..<t {
        var sum = crossProducts[i &* t &+ j]
        for m in 0..<i { sum -= factor[i &* t &+ m] * crossProducts[m &* t &+ j] }
        crossProducts[i &* t &+ j] = sum * inverse
      }
    }
    for i in 0..<t {
      let row = derivatives + i &* t
      for j in 0...i {
        var sum = crossProducts[i &* t &+ j]
        for m in 0..<j { sum -= factor[j &* t &+ m] * row[m] }
        row[j] = sum * inverseFactor[j &* t &+ j]
      }
    }
  }

  private func combine() -> SecondOrder {
    let t = order
    let y = t - 1
    let usesDeterminant = criterion == .reml
    var logDeterminant = 0.0
    var trace = SIMD4<Double>.zero
    var square = SIMD8<Double>.zero
    var secondTrace = SIMD8<Double>.zero
    if usesDeterminant {
      for j in 0..<y {
        logDeterminant += Double.log(factor[j &* t &+ j])
        trace += derivatives[j &* t &+ j]
        for i in j..<y {
          let twice = i == j ? 1.0 : 2.0
          square += twice * Self.products(derivatives[i &* t &+ j])
        }
      }
      logDeterminant *= 2
      secondTrace = inverseTrace()
    }
    var cross = SIMD8<Double>.zero
    for j in 0..<y { cross += Self.products(derivatives[y &* t &+ j]) }
    let logResidual = derivatives[y &* t &+ y]
    let second = residualSecondDerivative() - 2 * cross - Self.products(logResidual)

    var result = weights.determinant
    let nu = degreesOfFreedom
    result.value += logDeterminant + nu * Double.log(residualSumOfSquares)
    result.gradient += Self.shifted(trace + nu * logResidual)
    result.hessian += secondTrace - square + nu * second
    return result
  }

  /// tr(K⁻¹ K_ab) for the six second derivatives.
  private func inverseTrace() -> SIMD8<Double> {
    let t = order
    let y = t - 1
    var sum = SIMD8<Double>.zero
    var packed = 0
    for i in 0..<y {
      for j in 0...i {
        // (K⁻¹)_ij = Σ_m V_mi V_mj with V = L⁻¹, rows of the response left out.
        var entry = 0.0
        for m in i..<y { entry += inverseFactor[m &* t &+ i] * inverseFactor[m &* t &+ j] }
        sum += (i == j ? entry : 2 * entry) * secondDerivatives[packed]
        packed &+= 1
      }
    }
    return sum
  }

  /// B_ab[y,y] = v'H_ab v with v the last row of L⁻¹.
  private func residualSecondDerivative() -> SIMD8<Double> {
    let t = order
    let v = inverseFactor + (t - 1) &* t
    var sum = SIMD8<Double>.zero
    var packed = 0
    for i in 0..<t {
      for j in 0...i {
        let weight = i == j ? v[i] * v[i] : 2 * v[i] * v[j]
        sum += weight * secondDerivatives[packed]
        packed &+= 1
      }
    }
    return sum
  }

  /// x_a x_b for the six pairs of the lanes 1, 2, 3.
  @inline(__always)
  private static func products(_ x: SIMD4<Double>) -> SIMD8<Double> {
    SIMD8(x[1], x[1], x[1], x[2], x[2], x[3], 0, 0)
      * SIMD8(x[1], x[2], x[3], x[2], x[3], x[3], 0, 0)
  }

  /// Lanes 1–3 moved to lanes 0–2.
  @inline(__always)
  private static func shifted(_ x: SIMD4<Double>) -> SIMD4<Double> {
    SIMD4(x[1], x[2], x[3], 0)
  }
}
