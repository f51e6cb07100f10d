import CLAPACKE
import COpenBLAS

/// Inverses by way of matrix products: LAPACK's inverse of a triangle goes column by column for the orders
/// of a few hundred that crossed factors have.
extension BlockProducts {
  private static let leaf = 24

  /// out (order × order, both triangles) = (LL')⁻¹ for a lower factor L (order × order), by X = L⁻¹ and
  /// X'X.
  static func invertLarge(
    factor: UnsafePointer<Double>, order: Int, into out: UnsafeMutablePointer<Double>
  ) {
    // Safe: order × order numbers. The lower triangle of rows is the upper one of columns.
    out.update(from: factor, count: order &* order)
    invertTriangle(out, order: order, stride: order)
    LAPACKE_dlauum_work(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), Int32(order), out, Int32(order))
    for i in 0..<order { for j in 0..<i { out[j &* order &+ i] = out[i &* order &+ j] } }
  }

  /// A lower triangle ← its inverse: halves X₁ and X₂ by themselves, −X₂L₂₁X₁ below.
  private static func invertTriangle(
    _ matrix: UnsafeMutablePointer<Double>, order: Int, stride: Int
  ) {
    guard order > leaf else {
      for i in 0..<order {
        let row = matrix + i &* stride
        let scale = 1 / row[i]
        for j in 0..<i {
          let value = row[j]
          row[j] = 0
          let other = matrix + j &* stride
          for k in 0...j { row[k] += value * other[k] }
        }
        for k in 0..<i { row[k] *= -scale }
        row[i] = scale
      }
      return
    }
    let half = order / 2
    let rest = order - half
    let low = matrix + half &* stride
    let last = low + half
    invertTriangle(matrix, order: half, stride: stride)
    invertTriangle(last, order: rest, stride: stride)
    cblas_dtrmm(
      CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, Int32(rest), Int32(half),
      -1,
      last, Int32(stride), low, Int32(stride))
    cblas_dtrmm(
      CblasRowMajor, CblasRight, CblasLower, CblasNoTrans, CblasNonUnit, Int32(rest), Int32(half),
      1,
      matrix, Int32(stride), low, Int32(stride))
  }
}
