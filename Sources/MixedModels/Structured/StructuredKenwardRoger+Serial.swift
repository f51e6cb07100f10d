import LinearAlgebra

extension StructuredKenwardRoger {
  /// Σ W_ij R_ij / 4 where residuals are correlated in time: E_ab of φ and ρ, and E_a by them and the
  /// residual variance.
  static func subtractSerialCurvature(
    _ criterion: StructuredCriterion, _ cluster: Int, u: Matrix, weights: Matrix,
    from total: inout Matrix
  ) {
    let count = criterion.parameters.residualCount - (criterion.tellsCorrelation ? 0 : 1)
    let start = weights.rows - 1 - count
    let (first, second) = criterion.serialMembers(cluster, by: .correlation, wantsSecond: true)
    var image = Matrix(rows: u.rows, columns: u.columns)
    func add(_ member: StructuredCriterion.Members, _ weight: Double) {
      for block in member.blocks { block.add(u, times: weight, to: &image) }
    }
    for k in 0..<count { add(first[k], 2 * weights[start + k, weights.rows - 1]) }
    var place = 0
    for k in first.indices {
      for l in k..<first.count {
        if l < count { add(second[place], (k == l ? 1 : 2) * weights[start + k, start + l]) }
        place += 1
      }
    }
    let product = u.transposed * image
    for i in total.elements.indices { total.elements[i] -= 0.25 * product.elements[i] }
  }
}

extension StructuredCriterion.Members.Block {
  /// Adds E u, times a factor, to the block's rows of `product`.
  func add(_ u: Matrix, times factor: Double = 1, to product: inout Matrix) {
    let p = u.columns
    for i in 0..<matrix.rows {
      for j in 0..<matrix.rows {
        let value = factor * matrix[i, j]
        for column in 0..<p { product[first + i, column] += value * u[first + j, column] }
      }
    }
  }
}
