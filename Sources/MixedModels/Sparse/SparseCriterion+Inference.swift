/// What inference takes from the criterion.
extension SparseCriterion {
  var evaluatedPoint: [Double] { blocksPoint }

  func scoreSquares() -> [Double] { squares(ofColumns: coefficients.map { -$0 } + [1]) }

  func squares(ofFixed s: [Double]) -> [Double] { squares(ofColumns: s + [0]) }

  /// Kenward and Roger's adjustment needs A⁻¹ between all columns.
  func kenwardRoger() -> StructuredKenwardRoger? { nil }

  /// v'E_d v for v = Z⁺'V⁻¹[X y]s.
  private func squares(ofColumns s: [Double]) -> [Double] {
    prepareForms()
    let width = fixedCount + 1
    var sums = [Double](repeating: 0, count: parameters.count)
    func combined(_ base: UnsafePointer<Double>, row: Int) -> Double {
      // Safe: rows of P + 1 numbers, for every column of Z and every sample.
      var sum = 0.0
      for c in 0..<width { sum += base[row * width + c] * s[c] }
      return sum
    }
    for (term, place) in pattern.factorOfTerm.enumerated() {
      let q = parameters.sizes[term]
      let size = pattern.factors[place.factor].columnCount
      var values = [Double](repeating: 0, count: q)
      for run in pattern.runs where run.factor == place.factor {
        for level in 0..<run.count {
          let row = run.column + level * size + place.start
          for a in 0..<q { values[a] = combined(forms.base, row: row + a) }
          for a in 0..<q {
            for b in 0..<q { sums[parameters.offsets[term] + a * q + b] += values[a] * values[b] }
          }
        }
      }
    }
    guard parameters.residualCount > 0 else { return sums }
    if let strata {
      let all = squares(strata, s.flatMap { a in s.map { a * $0 } })
      for k in 0..<parameters.residualCount {
        sums[parameters.covarianceCount + k] = 2 * all[k + 1]
      }
      return sums
    }
    let images = (0..<pattern.columnCount).map { combined(moved.base, row: $0) }
    forEachRow { row, entries in
      var value = combined(scaled.base, row: row)
      for entry in entries {
        value -= inverseDeviations.base[row] * entry.value * images[entry.column]
      }
      for k in 0..<parameters.residualCount {
        sums[parameters.covarianceCount + k] +=
          2 * design.residual.covariates[pattern.samples[row], k] * value * value
      }
    }
    return sums
  }

  /// The first column of Z of a level.
  func column(_ place: SparsePattern.Place) -> Int {
    switch place {
    case .fine(let level): return pattern.levels[level].column
    case .coarse(let cluster, let start): return pattern.clusters[cluster].coarseColumn + start
    }
  }

  /// Every sample's row of Z.
  private func forEachRow(_ body: (Int, [(column: Int, value: Double)]) -> Void) {
    for cluster in pattern.clusters {
      func coarse(_ row: Int) -> [(column: Int, value: Double)] {
        pattern.entries[pattern.entryStarts[row]..<pattern.entryStarts[row + 1]].flatMap { entry in
          (0..<pattern.factors[entry.factor].columnCount).map {
            (cluster.coarseColumn + entry.column + $0, pattern.coarseValues[entry.values + $0])
          }
        }
      }
      for level in pattern.levels[cluster.levels] {
        for (place, row) in level.rows.enumerated() {
          let fine = (0..<level.columnCount).map { a in
            (
              column: level.column + a,
              value: pattern.fineValues[level.values + place * level.columnCount + a]
            )
          }
          body(row, fine + coarse(row))
        }
      }
      for row in cluster.looseRows { body(row, coarse(row)) }
    }
  }
}
