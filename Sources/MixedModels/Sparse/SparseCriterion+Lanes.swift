/// Evaluation by lanes in the blocks' stead.
extension SparseCriterion {
  /// Whether lanes serve: not where there are coarse columns, several factors, more than two columns a
  /// level, or parameters of the residual.
  static func usesLanes(_ pattern: SparsePattern, _ residual: ResidualVariance) -> Bool {
    pattern.factors.count == 1 && pattern.factors[0].columnCount <= 2
      && residual.parameterCount == 0
  }

  /// log|A|, and W'W subtracted from the fixed products; nil where A is not positive definite.
  func eliminate(_ lanes: LevelLanes) -> Double? {
    if !areLanesCurrent {
      lanes.load(
        gram: gram.base, products: products.base, levels: pattern.levels.count,
        q: pattern.factors[0].columnCount)
      areLanesCurrent = true
    }
    return fixedProducts.withUnsafeMutableBufferPointer { fixed in
      // Safe: (P + 1)² numbers.
      fixed.baseAddress.flatMap { lanes.eliminate(laneFactor, from: $0) }
    }
  }

  /// T of the one factor.
  var laneFactor: LevelLanes.Factor {
    let t = factors.base
    return factors.count == 4
      ? LevelLanes.Factor(t00: t[0], t01: t[1], t10: t[2], t11: t[3])
      : LevelLanes.Factor(t00: t[0])
  }

  /// Half the gradient by T, its q² entries.
  func gradientSums(_ lanes: LevelLanes, _ omega: [Double]) -> [Double] {
    let all = omega.withUnsafeBufferPointer { omega in
      // Safe: (P + 1)² numbers.
      omega.baseAddress.map { lanes.gradient(laneFactor, $0) } ?? []
    }
    return Array(all.prefix(factors.count))
  }

  /// Makes the blocks at the point last evaluated, where lanes stood for them.
  func completeBlocks() {
    guard !isEliminated else { return }
    isEliminated = eliminate() != nil
  }
}
