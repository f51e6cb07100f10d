import LinearAlgebra

/// What samples add to the derivatives by φ.
extension SparseCriterion {
  /// What a level's samples add to the derivatives by φ.
  ///
  /// - Precondition: the level's blocks are in scratch.
  func addRows(
    _ level: SparsePattern.Level, _ cluster: SparsePattern.Cluster,
    _ omega: UnsafePointer<Double>, into residual: inout [Double]
  ) {
    let q = level.columnCount
    let met = level.met.count
    let width = fixedCount &+ 1
    let room = room(level, cluster)
    let t = factorBase(level.factor)
    // Safe: q + |met| + P + 1 numbers of scratch behind the level's blocks.
    let own = room.rest
    let coarse = own + q
    let forms = coarse + met
    for (place, row) in level.rows.enumerated() {
      let scale = inverseDeviations.base[row]
      forms.update(from: scaled.base + row &* width, count: width)
      for s in 0..<q {
        var sum = 0.0
        for a in 0..<q {
          sum += t[a &* q &+ s] * pattern.fineValues[level.values &+ place &* q &+ a]
        }
        own[s] = scale * sum
        let source = solved.base + (level.column &+ s) &* width
        for c in 0..<width { forms[c] -= own[s] * source[c] }
      }
      var leverage = 0.0
      for a in 0..<q {
        for b in 0..<q { leverage += own[a] * own[b] * room.inverse[a &* q &+ b] }
      }
      coarse.update(repeating: 0, count: met)
      turnEntries(row, cluster, scale: scale, forms: forms) { entry, s, value in
        coarse[entry.slot &+ s] = value
      }
      for j in 0..<met where coarse[j] != 0 {
        for a in 0..<q { leverage -= 2 * own[a] * coarse[j] * room.cross[a &* met &+ j] }
        for k in 0..<met { leverage += coarse[j] * coarse[k] * room.square[j &* met &+ k] }
      }
      add(row, leverage, forms, omega, into: &residual)
    }
  }

  func addLooseRows(
    _ cluster: SparsePattern.Cluster, _ omega: UnsafePointer<Double>,
    into residual: inout [Double]
  ) {
    let width = fixedCount &+ 1
    let count = cluster.coarseCount
    let inverse = coarseInverse.base + cluster.square
    for row in cluster.looseRows {
      // Safe: scratch has room for P + 1 numbers; no level's blocks are in use.
      let forms = scratch.base
      forms.update(from: scaled.base + row &* width, count: width)
      var columns: [(column: Int, value: Double)] = []
      turnEntries(row, cluster, scale: inverseDeviations.base[row], forms: forms) {
        entry, s, value in
        columns.append((entry.column + s, value))
      }
      var leverage = 0.0
      for one in columns {
        for two in columns {
          leverage += one.value * two.value * inverse[one.column * count + two.column]
        }
      }
      add(row, leverage, forms, omega, into: &residual)
    }
  }

  /// A row's coarse entries of R^{-1/2}ZΛ, taken from its forms.
  private func turnEntries(
    _ row: Int, _ cluster: SparsePattern.Cluster, scale: Double,
    forms: UnsafeMutablePointer<Double>, _ body: (SparsePattern.RowEntry, Int, Double) -> Void
  ) {
    let width = fixedCount &+ 1
    for entry in pattern.entries[pattern.entryStarts[row]..<pattern.entryStarts[row + 1]] {
      let size = pattern.factors[entry.factor].columnCount
      let t = factorBase(entry.factor)
      for s in 0..<size {
        var sum = 0.0
        for a in 0..<size { sum += t[a &* size &+ s] * pattern.coarseValues[entry.values + a] }
        let value = scale * sum
        let source = solved.base + (cluster.coarseColumn &+ entry.column &+ s) &* width
        for c in 0..<width { forms[c] -= value * source[c] }
        body(entry, s, value)
      }
    }
  }

  /// 2x_ik (1 − leverage − rΩr').
  private func add(
    _ row: Int, _ leverage: Double, _ forms: UnsafePointer<Double>,
    _ omega: UnsafePointer<Double>, into residual: inout [Double]
  ) {
    let width = fixedCount &+ 1
    var share = 1 - leverage
    for a in 0..<width {
      for b in 0..<width { share -= forms[a] * omega[a &* width &+ b] * forms[b] }
    }
    for k in residual.indices {
      residual[k] += 2 * design.residual.covariates[pattern.samples[row], k] * share
    }
  }
}
