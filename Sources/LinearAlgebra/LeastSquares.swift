import CLAPACKE
import COpenBLAS

/// The matrix that takes a right-hand side to its least-squares solution, columns × rows.
///
/// - Precondition: `matrix` has full column rank.
/// - Complexity: O(rows² × columns).
package func pseudoinverse(_ matrix: Matrix) -> Matrix {
  precondition(matrix.rows >= matrix.columns, "\(matrix.rows) rows, \(matrix.columns) columns")
  var factor = matrix
  var solution = Matrix.identity(matrix.rows)
  LAPACKE_dgels(
    LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "N")), Int32(matrix.rows), Int32(matrix.columns),
    Int32(matrix.rows), &factor.elements, Int32(matrix.columns), &solution.elements,
    Int32(matrix.rows))
  return solution.selecting(rows: Array(0..<matrix.columns))
}

/// Overwrites the positive definite matrix at `matrix` (order × order, row-major, lower triangle)
/// with its Cholesky factor; false where it is not positive definite.
package func factoriseCholesky(_ matrix: UnsafeMutablePointer<Double>, order: Int) -> Bool {
  LAPACKE_dpotrf_work(
    LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), Int32(order), matrix, Int32(order)) == 0
}

/// Overwrites `rows` (count × order, row-major) with rows L⁻ᵀ for a lower factor L.
package func whiten(
  _ rows: UnsafeMutablePointer<Double>, count: Int, by factor: UnsafePointer<Double>, order: Int
) {
  guard count > 0, order > 0 else { return }
  cblas_dtrsm(
    CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, Int32(count), Int32(order), 1,
    factor, Int32(order), rows, Int32(order))
}

/// out = left × right for row-major left (rows × inner) and right (inner × columns).
package func multiply(
  _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>,
  into out: UnsafeMutablePointer<Double>, rows: Int, inner: Int, columns: Int
) {
  guard rows > 0, columns > 0 else { return }
  cblas_dgemm(
    CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(columns), Int32(inner), 1, left,
    Int32(inner), right, Int32(columns), 0, out, Int32(columns))
}

/// difference −= left × right for row-major left (rows × inner) and right (inner × columns).
package func subtractProduct(
  _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>,
  from difference: UnsafeMutablePointer<Double>, rows: Int, inner: Int, columns: Int
) {
  guard rows > 0, columns > 0 else { return }
  cblas_dgemm(
    CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(columns), Int32(inner), -1, left,
    Int32(inner), right, Int32(columns), 1, difference, Int32(columns))
}

/// difference −= left × right' for row-major left (rows × inner) and right (columns × inner).
package func subtractProductByTransposed(
  _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>,
  from difference: UnsafeMutablePointer<Double>, rows: Int, inner: Int, columns: Int
) {
  guard rows > 0, columns > 0 else { return }
  cblas_dgemm(
    CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(columns), Int32(inner), -1, left,
    Int32(inner), right, Int32(inner), 1, difference, Int32(columns))
}

/// out = left × right' for row-major left (rows × inner) and right (columns × inner).
package func multiplyByTransposed(
  _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>,
  into out: UnsafeMutablePointer<Double>, rows: Int, inner: Int, columns: Int
) {
  cblas_dgemm(
    CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(columns), Int32(inner), 1, left,
    Int32(inner), right, Int32(inner), 0, out, Int32(columns))
}
