import COpenBLAS

/// out = left' × right for row-major `left` (inner × columns) and `right` (inner × width).
///
/// - Precondition: the buffers hold inner·columns, inner·width and columns·width doubles.
package func multiplyTransposed(
  _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>,
  into out: UnsafeMutablePointer<Double>, inner: Int, columns: Int, width: Int
) {
  cblas_dgemm(
    CblasRowMajor, CblasTrans, CblasNoTrans, Int32(columns), Int32(width), Int32(inner), 1, left,
    Int32(columns), right, Int32(width), 0, out, Int32(width))
}
