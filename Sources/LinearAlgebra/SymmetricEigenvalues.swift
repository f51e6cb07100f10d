import CLAPACKE

/// The eigenvalues of a symmetric matrix in ascending order; empty where LAPACK does not converge.
///
/// - Precondition: `matrix` is square; its upper triangle is not read.
/// - Complexity: O(order³).
package func symmetricEigenvalues(_ matrix: Matrix) -> [Double] {
  precondition(matrix.rows == matrix.columns, "\(matrix.rows) rows, \(matrix.columns) columns")
  let order = Int32(matrix.rows)
  guard order > 0 else { return [] }
  var work = matrix.elements
  var values = [Double](repeating: 0, count: matrix.rows)
  let info = LAPACKE_dsyev(
    LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "N")), CChar(UInt8(ascii: "L")), order, &work, order,
    &values)
  return info == 0 ? values : []
}
