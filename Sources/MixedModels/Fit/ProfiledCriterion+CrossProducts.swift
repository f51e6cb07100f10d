import LinearAlgebra

/// From pattern statistics to the cross-products H and their derivatives.
extension ProfiledCriterion {
  /// The contractions at the point last evaluated that no variant changes.
  var geneContraction: [Double] {
    Array(
      UnsafeBufferPointer(
        start: contracted, count: (geneColumns + responseColumns) * PatternWeights.lanes))
  }

  private var geneColumns: Int { design.packedFixedCount }
  private var responseColumns: Int { design.fixedCount + 1 }

  func contractGene(_ response: ResponseCrossProducts) {
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

  func contractPair(_ pair: PairStatistics) {
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
  func assemble(response: ResponseCrossProducts, pair: PairStatistics?) {
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
}
