import Glibc
import LinearAlgebra

/// What the criterion is of: columns, responses and residual variances, and their cross-products.
extension SparseCriterion {
  func load(_ values: Matrix, at first: Int) {
    let width = fixedCount + 1
    for (row, sample) in pattern.samples.enumerated() {
      for column in 0..<values.columns {
        columns.base[row * width + first + column] = values[sample, column]
      }
    }
    areProductsCurrent = false
    strata?.hasProducts = false
    blocksPoint = []
    areFormsCurrent = false
  }

  func load(response: [Double]) {
    load(Matrix(rows: response.count, columns: [response]), at: fixedCount)
  }

  /// Takes in φ: R.
  func setResidual() {
    if let strata { return set(strata) }
    let residual = design.residual
    logResidual = 0
    for (row, sample) in pattern.samples.enumerated() {
      var logDeviation = 0.0
      for (k, phi) in residualPoint.enumerated() {
        logDeviation += phi * residual.covariates[sample, k]
      }
      if let weights = residual.weights { logDeviation -= 0.5 * log(weights[sample]) }
      logResidual += 2 * logDeviation
      inverseDeviations.base[row] = exp(-logDeviation)
    }
    isGramCurrent = false
    areProductsCurrent = false
  }

  /// Z'R⁻¹Z.
  func updateGram() {
    if let strata { return updateGram(strata) }
    isGramCurrent = true
    updateGramOfRows()
  }

  /// Z'R⁻¹Z from all rows.
  func updateGramOfRows() {
    gram.base.update(repeating: 0, count: gram.count)
    coarseGram.base.update(repeating: 0, count: coarseGram.count)
    coupling.base.update(repeating: 0, count: coupling.count)
    for cluster in pattern.clusters {
      for level in pattern.levels[cluster.levels] { addGram(level) }
      addCoarseGram(cluster)
    }
  }

  private func addGram(_ level: SparsePattern.Level) {
    let q = level.columnCount
    let met = level.met.count
    // Safe: the pattern counted q × q and q × |met| numbers at these places.
    let square = gram.base + level.square
    let mixed = coupling.base + level.coupling
    for (place, row) in level.rows.enumerated() {
      let weight = inverseDeviations.base[row] * inverseDeviations.base[row]
      let values = level.values + place * q
      for a in 0..<q {
        let value = weight * pattern.fineValues[values + a]
        for b in 0..<q { square[a * q + b] += value * pattern.fineValues[values + b] }
        for entry in pattern.entries[pattern.entryStarts[row]..<pattern.entryStarts[row + 1]] {
          for b in 0..<pattern.factors[entry.factor].columnCount {
            mixed[a * met + entry.slot + b] += value * pattern.coarseValues[entry.values + b]
          }
        }
      }
    }
  }

  private func addCoarseGram(_ cluster: SparsePattern.Cluster) {
    let count = cluster.coarseCount
    let square = coarseGram.base + cluster.square
    for row in cluster.rows {
      let weight = inverseDeviations.base[row] * inverseDeviations.base[row]
      let entries = pattern.entries[pattern.entryStarts[row]..<pattern.entryStarts[row + 1]]
      for one in entries {
        for a in 0..<pattern.factors[one.factor].columnCount {
          let target = square + (one.column + a) * count
          let value = weight * pattern.coarseValues[one.values + a]
          for two in entries {
            for b in 0..<pattern.factors[two.factor].columnCount {
              target[two.column + b] += value * pattern.coarseValues[two.values + b]
            }
          }
        }
      }
    }
  }

  /// Z'R⁻¹[X y] and [X y]'R⁻¹[X y].
  func updateProducts() {
    if let strata { return updateProducts(strata) }
    areProductsCurrent = true
    updateProductsOfRows()
  }

  /// Those from all rows.
  func updateProductsOfRows() {
    let width = fixedCount + 1
    let rows = scaled.base
    for row in pattern.samples.indices {
      for column in 0..<width {
        rows[row * width + column] =
          columns.base[row * width + column] * inverseDeviations.base[row]
      }
    }
    plain.withUnsafeMutableBufferPointer {
      guard let base = $0.baseAddress else { return }
      // Safe: `scaled` has a row of P + 1 numbers for every sample.
      BlockProducts.addTransposed(
        rows, width, rows, width, into: base, width, rows: width, inner: design.rowCount,
        columns: width, keeps: false)
    }
    products.base.update(repeating: 0, count: products.count)
    for cluster in pattern.clusters {
      for level in pattern.levels[cluster.levels] {
        let q = level.columnCount
        for (place, row) in level.rows.enumerated() {
          for a in 0..<q {
            let value =
              inverseDeviations.base[row] * pattern.fineValues[level.values + place * q + a]
            let target = products.base + (level.column + a) * width
            for c in 0..<width { target[c] += value * rows[row * width + c] }
          }
        }
      }
      for row in cluster.rows {
        for entry in pattern.entries[pattern.entryStarts[row]..<pattern.entryStarts[row + 1]] {
          for a in 0..<pattern.factors[entry.factor].columnCount {
            let value = inverseDeviations.base[row] * pattern.coarseValues[entry.values + a]
            let target = products.base + (cluster.coarseColumn + entry.column + a) * width
            for c in 0..<width { target[c] += value * rows[row * width + c] }
          }
        }
      }
    }
  }
}
