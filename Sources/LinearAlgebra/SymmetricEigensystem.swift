import CLAPACKE

/// The eigenvalues (ascending) and orthonormal eigenvectors (columns) of a symmetric matrix; nil
/// where an entry is not finite.
///
/// - Complexity: O(order³).
package func symmetricEigensystem(_ matrix: Matrix) -> (values: [Double], vectors: Matrix)? {
  precondition(matrix.rows == matrix.columns, "\(matrix.rows) × \(matrix.columns)")
  guard matrix.elements.allSatisfy(\.isFinite) else { return nil }
  var vectors = matrix
  var values = [Double](repeating: 0, count: matrix.rows)
  guard matrix.rows > 0 else { return (values, vectors) }
  let info = LAPACKE_dsyev(
    LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")), Int32(matrix.rows),
    &vectors.elements, Int32(matrix.rows), &values)
  return info == 0 ? (values, vectors) : nil
}

/// The pseudoinverse of a symmetric positive semidefinite matrix, eigenvalues below `tolerance` of
/// the largest counted as 0; nil where one is negative beyond that.
package func semidefiniteInverse(_ matrix: Matrix, tolerance: Double) -> Matrix? {
  guard let system = symmetricEigensystem(matrix) else { return nil }
  let limit = tolerance * max(0, system.values.last ?? 0)
  guard matrix.rows == 0 || (system.values[0] >= -limit && system.values[matrix.rows - 1] > 0)
  else { return nil }
  return inverse(system, above: limit)
}

/// The inverse of a symmetric positive definite matrix; nil where it is not.
package func positiveDefiniteInverse(_ matrix: Matrix) -> Matrix? {
  guard let system = symmetricEigensystem(matrix), system.values.allSatisfy({ $0 > 0 }) else {
    return nil
  }
  return inverse(system, above: 0)
}

/// Σ v v'/λ over the eigenvalues above a limit.
private func inverse(_ system: (values: [Double], vectors: Matrix), above limit: Double) -> Matrix {
  let order = system.values.count
  var inverse = Matrix(rows: order, columns: order)
  for k in 0..<order where system.values[k] > limit {
    for i in 0..<order {
      for j in 0..<order {
        inverse[i, j] += system.vectors[i, k] * system.vectors[j, k] / system.values[k]
      }
    }
  }
  return inverse
}
