import LinearAlgebra

/// Residuals that are correlated in time: whitening, and the directions of R.
extension StructuredCriterion {
  /// Rows of a row-major block, divided by residual SDs before, by W: (x_i − r x_{i−1}) / √(1 − r²).
  ///
  /// - Parameter rows: of the design, whole subjects; the block begins with the first.
  func whiten(
    _ block: UnsafeMutablePointer<Double>, stride: Int, columns: Int, rows: Range<Int>
  ) {
    for row in rows.reversed() where links.correlations[row] != 0 {
      // Safe: a row with a correlation is not its subject's first, so one stands before it.
      let target = block + (row - rows.lowerBound) &* stride
      let last = target - stride
      let (r, scale) = (links.correlations[row], links.scales[row])
      for column in 0..<columns { target[column] = scale * (target[column] - r * last[column]) }
    }
  }

  /// The residual's directions in a cluster: E_a of φ and ρ, and E_ab for a ≤ b where they are
  /// wanted.
  ///
  /// - Precondition: residuals are correlated.
  func serialMembers(
    _ cluster: Int, by coordinate: SerialCorrelation.Coordinate, wantsSecond: Bool
  ) -> (first: [Members], second: [Members]) {
    guard let serial = design.serial, let tau = residualPoint.last else { return ([], []) }
    let layout = layouts[cluster]
    let covariates = design.residual.covariates
    let count = parameters.residualCount
    var first = [[Members.Block]](repeating: [], count: count)
    var second = [[Members.Block]](
      repeating: [], count: wantsSecond ? count * (count + 1) / 2 : 0)
    for subject in serial.subjects[cluster] {
      let rows = (layout.firstRow + subject.lowerBound)..<(layout.firstRow + subject.upperBound)
      let derivatives = serial.derivatives(
        rows: rows,
        covariates: (0..<covariates.columns).map { k in
          rows.map { covariates[design.rowOrder[$0], k] }
        }, tau: tau, by: coordinate, wantsSecond: wantsSecond)
      let place = layout.inner + subject.lowerBound
      for (k, matrix) in derivatives.first.enumerated() {
        first[k].append(Members.Block(first: place, matrix: matrix))
      }
      for (k, matrix) in derivatives.second.enumerated() {
        second[k].append(Members.Block(first: place, matrix: matrix))
      }
    }
    return (first.map { Members(blocks: $0) }, second.map { Members(blocks: $0) })
  }

  /// What R's second derivatives add to the Hessian.
  func addSerialSecond(_ sums: TraceSums, to hessian: inout Matrix) {
    var place = 0
    for k in 0..<parameters.residualCount {
      for l in k..<parameters.residualCount {
        let sum = sums.second[place]
        place += 1
        let value = sum.trace - degreesOfFreedom * sum.square / residualSquares
        let (row, column) = (parameters.covarianceCount + k, parameters.covarianceCount + l)
        hessian[row, column] += value
        if k != l { hessian[column, row] += value }
      }
    }
  }

  /// Whether the data tell ρ at the point last evaluated, by its own derivative: not at its bound 0,
  /// where it counts as known.
  var tellsCorrelation: Bool {
    guard let serial = design.serial, let tau = residualPoint.last else { return false }
    return !serial.correlation.isBoundary(tau)
      && serial.gaps.contains {
        $0 > 0
          && abs(serial.correlation.link(gap: $0, tau: tau, by: .correlation).first) > 1e-10
      }
  }
}

extension StructuredCriterion.TraceSums {
  /// E_ab of one cluster, whose S is given.
  mutating func addSecond(
    _ index: Int, _ s: UnsafePointer<Double>, offset: Int, size: Int
  ) {
    let members = criterion.serialMembers(index, by: .parameter, wantsSecond: true).second
    if second.isEmpty { second = members.map { _ in (0, 0) } }
    scores.withUnsafeBufferPointer { scores in
      for (place, member) in members.enumerated() {
        for block in member.blocks {
          let (trace, square) = block.forms(s, scores, offset: offset, size: size, image: nil)
          second[place].trace += trace
          second[place].square += square
        }
      }
    }
  }
}

extension StructuredCriterion.Members.Block {
  /// tr(S E) and e'E e of the block; E e goes to its places in `image`.
  ///
  /// - Parameters:
  ///   - s: a cluster's S, size × size.
  ///   - scores: e of all clusters, this one's from `offset` on.
  func forms(
    _ s: UnsafePointer<Double>, _ scores: UnsafeBufferPointer<Double>, offset: Int, size: Int,
    image: UnsafeMutablePointer<Double>?
  ) -> (trace: Double, square: Double) {
    let order = matrix.rows
    var trace = 0.0
    var square = 0.0
    // Safe: the block's columns lie within the cluster's `size`.
    matrix.elements.withUnsafeBufferPointer { values in
      for i in 0..<order {
        let row = s + ((first &+ i) &* size &+ first)
        var product = 0.0
        for j in 0..<order {
          let value = values[i &* order &+ j]
          trace += value * row[j]
          product += value * scores[offset &+ first &+ j]
        }
        square += scores[offset &+ first &+ i] * product
        if let image { image[first &+ i] += product }
      }
    }
    return (trace, square)
  }
}
