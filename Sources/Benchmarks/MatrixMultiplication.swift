import COpenBLAS

/// A square matrix product through BLAS on buffers that stay: the measure of a core's peak.
final class MatrixMultiplication<Scalar: BinaryFloatingPoint> {
  private let order: Int
  private var left: [Scalar]
  private var right: [Scalar]
  private var product: [Scalar]

  init(order: Int) {
    self.order = order
    left = (0..<(order * order)).map { Scalar($0 % 13) - 6 }
    right = (0..<(order * order)).map { Scalar($0 % 7) - 3 }
    product = [Scalar](repeating: 0, count: order * order)
  }

  /// Multiplies once.
  ///
  /// - Returns: the number of floating-point operations, 2 · order³.
  /// - Precondition: `Scalar` is `Double` or `Float`.
  func multiply() -> Double {
    let n = Int32(order)
    // Safe: every buffer holds order² scalars of the type that the call is for.
    left.withUnsafeBytes { a in
      right.withUnsafeBytes { b in
        product.withUnsafeMutableBytes { c in
          if Scalar.self == Double.self {
            cblas_dgemm(
              CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1,
              a.baseAddress?.assumingMemoryBound(to: Double.self), n,
              b.baseAddress?.assumingMemoryBound(to: Double.self), n, 0,
              c.baseAddress?.assumingMemoryBound(to: Double.self), n)
          } else {
            precondition(Scalar.self == Float.self, "no product of \(Scalar.self)")
            cblas_sgemm(
              CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1,
              a.baseAddress?.assumingMemoryBound(to: Float.self), n,
              b.baseAddress?.assumingMemoryBound(to: Float.self), n, 0,
              c.baseAddress?.assumingMemoryBound(to: Float.self), n)
          }
        }
      }
    }
    return 2 * Double(order) * Double(order) * Double(order)
  }
}
