/// The factorisation as a solver of weighted least squares with weights from outside: what
/// penalised iterations of generalised models repeat.
extension SparseCriterion {
  /// Puts R⁻¹ in place, one weight by row of the pattern.
  func weigh(_ weights: [Double]) {
    for row in weights.indices { inverseDeviations.base[row] = weights[row].squareRoot() }
    isGramCurrent = false
    areProductsCurrent = false
    blocksPoint = []
  }

  /// Puts the response in place, one value by row of the pattern.
  ///
  /// - Precondition: no fixed columns.
  func load(rows: [Double]) {
    precondition(fixedCount == 0)
    // Safe: without fixed columns there is one number a row.
    for row in rows.indices { columns.base[row] = rows[row] }
    areProductsCurrent = false
    blocksPoint = []
  }

  /// Factorises A at `x`, so that `modes` can be asked for; log|A|, nil where A is not positive
  /// definite.
  ///
  /// - Precondition: lanes are not used.
  func factorise(at x: [Double]) -> Double? {
    precondition(lanes == nil)
    areFormsCurrent = false
    isInverseCurrent = false
    blocksPoint = []
    if !isGramCurrent { updateGram() }
    if !areProductsCurrent { updateProducts() }
    setFactors(x)
    isEliminated = false
    guard let logDeterminant = eliminate() else { return nil }
    isEliminated = true
    blocksPoint = x
    return logDeterminant
  }

  /// A⁻¹Λ'Z'R⁻¹y and Λ times it, one number a column of Z.
  var modes: (spherical: UnsafePointer<Double>, effects: UnsafePointer<Double>) {
    prepareForms()
    return (UnsafePointer(solved.base), UnsafePointer(moved.base))
  }

  /// Σ over levels of (Z'R⁻¹ZΛA⁻¹)_ll by the entries of every factor's T, and the diagonal of
  /// R^{-1/2}ZΛA⁻¹Λ'Z'R^{-1/2}.
  func traces() -> (sums: [Double], leverages: [Double]) {
    completeBlocks()
    invertCoarse()
    var sums = [Double](repeating: 0, count: factorStarts.last ?? 0)
    var leverages = [Double](repeating: 0, count: pattern.samples.count)
    sums.withUnsafeMutableBufferPointer { sums in
      guard let sums = sums.baseAddress else { return }
      for cluster in pattern.clusters {
        if cluster.coarseCount > 0 { addCoarse(cluster, into: sums) }
        for level in pattern.levels[cluster.levels] {
          addLevel(level, cluster, into: sums)
          let room = room(level, cluster)
          for row in level.rows {
            leverages[row] = leverage(row, level: level, cluster, room)
          }
        }
        for row in cluster.looseRows {
          leverages[row] = leverage(row, level: nil, cluster, nil)
        }
      }
    }
    return (sums, leverages)
  }

  /// - Precondition: the level's blocks are in scratch.
  private func leverage(
    _ row: Int, level: SparsePattern.Level?, _ cluster: SparsePattern.Cluster, _ room: Room?
  ) -> Double {
    var sum = 0.0
    let entries = pattern.entryStarts[row]..<pattern.entryStarts[row &+ 1]
    // Safe: places are those the pattern counted.
    let inverse = coarseInverse.base + cluster.square
    if let level, let room {
      let q = level.columnCount
      let place = level.values &+ (row &- level.rows.lowerBound) &* q
      let t = factorBase(level.factor)
      for a in 0..<q {
        let one = turned(pattern.fineValues, place, t, q, a)
        for b in 0..<q {
          sum += one * turned(pattern.fineValues, place, t, q, b) * room.inverse[a &* q &+ b]
        }
        for index in entries {
          let entry = pattern.entries[index]
          let size = pattern.factors[entry.factor].columnCount
          let t = factorBase(entry.factor)
          for b in 0..<size {
            sum -=
              2 * one * turned(pattern.coarseValues, entry.values, t, size, b)
              * room.cross[a &* level.met.count &+ entry.slot &+ b]
          }
        }
      }
    }
    for index in entries {
      let one = pattern.entries[index]
      let q = pattern.factors[one.factor].columnCount
      let t = factorBase(one.factor)
      for a in 0..<q {
        let value = turned(pattern.coarseValues, one.values, t, q, a)
        let source = inverse + (one.column &+ a) &* cluster.coarseCount
        for other in entries {
          let two = pattern.entries[other]
          let size = pattern.factors[two.factor].columnCount
          let t = factorBase(two.factor)
          for b in 0..<size {
            sum +=
              value * turned(pattern.coarseValues, two.values, t, size, b)
              * source[two.column &+ b]
          }
        }
      }
    }
    return sum * inverseDeviations.base[row] * inverseDeviations.base[row]
  }

  /// Entry `a` of a row's values times T.
  private func turned(
    _ values: [Double], _ place: Int, _ t: UnsafePointer<Double>, _ q: Int, _ a: Int
  ) -> Double {
    var sum = 0.0
    for b in 0..<q { sum += values[place &+ b] * t[b &* q &+ a] }
    return sum
  }
}
