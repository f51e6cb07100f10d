/// Factorisations by way of the Gram matrix, several times as fast as reflections where columns are few
/// and far from dependent, and as exact there.
extension OrthonormalBasis {
  /// The least share of a column's square that the columns before it may leave: its rounding error is
  /// below 1e-12 then.
  private static let clearShare = 1e-4
  /// The share from which one pass is orthonormal to 1e-13.
  private static let ampleShare = 0.05

  /// The basis by Cholesky factors of the Gram matrix, taken twice where columns are not almost orthogonal (CholeskyQR2: Yamamoto et al. 2015,
  /// Electronic Transactions on Numerical Analysis 44), R's diagonal positive; by reflections where
  /// columns come near to being dependent.
  ///
  /// - Throws: `Dependency` for the first dependent column.
  package init(byGram matrix: Matrix, tolerance: Double = 1e-7) throws(Dependency) {
    guard let first = Self.clearFactor(matrix) else {
      try self.init(matrix, tolerance: tolerance)
      return
    }
    var q = matrix
    Self.multiply(&q, byUpper: first.inverse)
    guard first.share < Self.ampleShare else {
      self.init(q: q, inverseR: first.inverse)
      return
    }
    guard let second = Self.clearFactor(q) else {
      try self.init(matrix, tolerance: tolerance)
      return
    }
    Self.multiply(&q, byUpper: second.inverse)
    var inverse = first.inverse
    Self.multiply(&inverse, byUpper: second.inverse)
    self.init(q: q, inverseR: inverse)
  }

  /// Checks that columns are linearly independent.
  ///
  /// - Throws: `Dependency` for the first dependent column.
  package static func checkIndependence(_ matrix: Matrix) throws(Dependency) {
    if matrix.columns == 0 || clearFactor(matrix) != nil { return }
    _ = try OrthonormalBasis(matrix)
  }

  /// R⁻¹ with R'R = A'A, and the least share of a column's square that those before it leave; nil where that
  /// is not clear.
  private static func clearFactor(_ matrix: Matrix) -> (inverse: Matrix, share: Double)? {
    let count = matrix.columns
    guard count > 0, matrix.rows >= count else { return nil }
    var r = gram(matrix)
    var share = 1.0
    for i in 0..<count {
      let square = r[i, i]
      for j in i..<count {
        var sum = r[i, j]
        for k in 0..<i { sum -= r[k, i] * r[k, j] }
        guard j > i else {
          guard sum > clearShare * square, sum.isNormal else { return nil }
          share = min(share, sum / square)
          r[i, i] = sum.squareRoot()
          continue
        }
        r[i, j] = sum / r[i, i]
      }
    }
    var inverse = Matrix(rows: count, columns: count)
    for j in 0..<count {
      inverse[j, j] = 1 / r[j, j]
      for i in stride(from: j - 1, through: 0, by: -1) {
        var sum = 0.0
        for k in (i + 1)...j { sum += r[i, k] * inverse[k, j] }
        inverse[i, j] = -sum / r[i, i]
      }
    }
    return (inverse, share)
  }

  /// The upper triangle of A'A.
  private static func gram(_ matrix: Matrix) -> Matrix {
    let count = matrix.columns
    var gram = Matrix(rows: count, columns: count)
    matrix.elements.withUnsafeBufferPointer { all in
      gram.elements.withUnsafeMutableBufferPointer { out in
        guard var row = all.baseAddress, let out = out.baseAddress else { return }
        // Safe: rows × count numbers are read, count × count written.
        for _ in 0..<matrix.rows {
          for i in 0..<count {
            let value = row[i]
            let target = out + i &* count
            for j in i..<count { target[j] += value * row[j] }
          }
          row += count
        }
      }
    }
    return gram
  }

  /// matrix ← matrix · upper.
  private static func multiply(_ matrix: inout Matrix, byUpper upper: Matrix) {
    let count = matrix.columns
    let rows = matrix.rows
    matrix.elements.withUnsafeMutableBufferPointer { all in
      upper.elements.withUnsafeBufferPointer { upper in
        guard var row = all.baseAddress, let upper = upper.baseAddress else { return }
        // Safe: rows × count numbers are read and written, count × count read.
        for _ in 0..<rows {
          for j in stride(from: count &- 1, through: 0, by: -1) {
            var sum = 0.0
            for k in 0...j { sum += row[k] * upper[k &* count &+ j] }
            row[j] = sum
          }
          row += count
        }
      }
    }
  }
}
