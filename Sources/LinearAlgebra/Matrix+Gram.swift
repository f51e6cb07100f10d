import COpenBLAS

extension Matrix {
  /// The cross-products of the columns, this' × this: symmetric to the bit.
  ///
  /// - Complexity: O(rows · columns²).
  package var gram: Matrix {
    var products = Matrix(rows: columns, columns: columns)
    guard rows > 0, columns > 0 else { return products }
    cblas_dsyrk(
      CblasRowMajor, CblasUpper, CblasTrans, Int32(columns), Int32(rows), 1, elements,
      Int32(columns), 0, &products.elements, Int32(columns))
    let n = columns
    products.elements.withUnsafeMutableBufferPointer { all in
      // By tiles: a row of one triangle is a column of the other.
      let side = 64
      for top in stride(from: 0, to: n, by: side) {
        for left in stride(from: top, to: n, by: side) {
          for i in top..<Swift.min(top + side, n) {
            for j in Swift.max(left, i + 1)..<Swift.max(i + 1, Swift.min(left + side, n)) {
              all[j &* n &+ i] = all[i &* n &+ j]
            }
          }
        }
      }
    }
    return products
  }

  /// Takes the part along orthonormal columns out of every column: this − Q Q' this.
  ///
  /// - Complexity: O(rows · columns · Q's columns).
  package mutating func removeProjection(on q: Matrix) {
    precondition(q.rows == rows, "\(q.rows) rows and \(rows)")
    guard q.columns > 0, columns > 0, rows > 0 else { return }
    let along = q.transposed * self
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(columns), Int32(q.columns), -1,
      q.elements, Int32(q.columns), along.elements, Int32(columns), 1, &elements, Int32(columns))
  }
}
