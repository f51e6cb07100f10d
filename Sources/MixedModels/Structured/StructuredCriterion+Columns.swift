import Glibc
import LinearAlgebra

/// What the criterion is of: columns, responses and residual variances, and their cross-products.
extension StructuredCriterion {
  /// Puts columns of samples in place from column `first` on; `values[sample, column]`.
  func load(_ values: Matrix, at first: Int) {
    let width = fixedCount + 1
    for (row, sample) in design.rowOrder.enumerated() {
      for column in 0..<values.columns {
        columns[row * width + first + column] = values[sample, column]
      }
    }
    updateProducts(first..<(first + values.columns))
  }

  /// Puts the response in place, one value per sample.
  func load(response: [Double]) {
    load(Matrix(rows: response.count, columns: [response]), at: fixedCount)
  }

  /// Recomputes cross-products of some columns with all.
  func updateProducts(_ changed: Range<Int>) {
    blocksPoint = []
    formsPoint = []
    let width = fixedCount + 1
    let n = design.rowCount
    for row in 0..<n {
      for column in changed {
        scaled[row &* width &+ column] =
          columns[row &* width &+ column] * inverseDeviations[row]
      }
    }
    if design.serial != nil {
      whiten(scaled + changed.lowerBound, stride: width, columns: changed.count, rows: 0..<n)
    }
    BlockProducts.addTransposed(
      scaled, width, scaled + changed.lowerBound, width, into: plain + changed.lowerBound, width,
      rows: width, inner: n, columns: changed.count, keeps: false)
    for row in 0..<width {
      for column in changed { plain[column &* width &+ row] = plain[row &* width &+ column] }
    }
    for layout in layouts {
      let rows = scaled + layout.firstRow &* width
      BlockProducts.addTransposed(
        layout.z, layout.inner, rows + changed.lowerBound, width,
        into: layout.products + changed.lowerBound, width, rows: layout.inner,
        inner: layout.rows, columns: changed.count, keeps: false)
      guard isExtended else { continue }
      for row in 0..<layout.rows {
        let target = layout.products + (layout.inner &+ row) &* width
        for column in changed { target[column] = rows[row &* width &+ column] }
      }
    }
  }

  /// Takes in φ: R and everything that is divided by it.
  func setResidual(_ phi: [Double]) {
    guard phi != residualPoint || phi.isEmpty else { return }
    residualPoint = phi
    let residual = design.residual
    logResidual = 0
    for (row, sample) in design.rowOrder.enumerated() {
      var logDeviation = 0.0
      for k in 0..<residual.covariates.columns {
        logDeviation += phi[k] * residual.covariates[sample, k]
      }
      if let weights = residual.weights { logDeviation -= 0.5 * log(weights[sample]) }
      logResidual += 2 * logDeviation
      inverseDeviations[row] = exp(-logDeviation)
    }
    if let serial = design.serial {
      links = serial.links(tau: phi[phi.count - 1])
      logResidual += links.logDeterminant
      forgetMembers()
    }
    for (cluster, layout) in zip(design.clusters, layouts) {
      let m = layout.inner
      // Whitening in time fills columns in which a row has no entry of its own.
      if design.serial != nil { layout.z.update(repeating: 0, count: layout.rows &* m) }
      for row in 0..<layout.rows {
        let scale = inverseDeviations[layout.firstRow + row]
        let target = layout.z + row &* m
        for entry in cluster.entries[cluster.rowStarts[row]..<cluster.rowStarts[row + 1]] {
          target[entry.column] = scale * entry.value
        }
      }
      if design.serial != nil {
        whiten(
          layout.z, stride: m, columns: m,
          rows: layout.firstRow..<(layout.firstRow + layout.rows))
      }
      let outer = layout.outer
      BlockProducts.addTransposed(
        layout.z, m, layout.z, m, into: layout.gram, outer, rows: m, inner: layout.rows,
        columns: m, keeps: false)
      guard isExtended else { continue }
      for row in 0..<layout.rows {
        for a in 0..<m {
          let value = layout.z[row &* m &+ a]
          layout.gram[a &* outer &+ m &+ row] = value
          layout.gram[(m &+ row) &* outer &+ a] = value
        }
        layout.gram[(m &+ row) &* outer &+ m &+ row] = 1
      }
    }
    updateProducts(0..<(fixedCount + 1))
  }
}
