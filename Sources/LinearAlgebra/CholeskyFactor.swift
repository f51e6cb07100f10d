import CLAPACKE
import COpenBLAS

/// The lower factor L of a positive definite matrix LL'.
package struct CholeskyFactor: Sendable {
  package let order: Int
  /// Row-major; what stands above the diagonal has no meaning.
  private let elements: [Double]

  /// Nil where the matrix is not positive definite.
  ///
  /// - Parameter matrix: symmetric; its lower triangle is read.
  /// - Complexity: O(order³).
  package init?(_ matrix: Matrix) {
    precondition(matrix.rows == matrix.columns, "\(matrix.rows) × \(matrix.columns)")
    var factor = matrix.elements
    let status = LAPACKE_dpotrf(
      LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "L")), Int32(matrix.rows), &factor, Int32(matrix.rows))
    guard status == 0 else { return nil }
    order = matrix.rows
    elements = factor
  }

  /// Overwrites some rows of a matrix with L⁻¹ times them.
  ///
  /// - Precondition: the rows are as many as the order.
  /// - Complexity: O(order² · columns).
  package func solve(_ matrix: inout Matrix, rows: Range<Int>) {
    precondition(rows.count == order && rows.upperBound <= matrix.rows, "\(rows) of order \(order)")
    let columns = matrix.columns
    guard order > 0, columns > 0 else { return }
    matrix.elements.withUnsafeMutableBufferPointer { all in
      // Safe: `order` rows of `columns` numbers begin at the first of the rows.
      guard let base = all.baseAddress else { return }
      cblas_dtrsm(
        CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, Int32(order),
        Int32(columns), 1, elements, Int32(order), base + rows.lowerBound * columns, Int32(columns))
    }
  }
}
