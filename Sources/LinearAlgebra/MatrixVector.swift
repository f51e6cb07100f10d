import COpenBLAS

/// product = matrix' × vector.
///
/// - Precondition: `vector` has one value per row, `product` one per column.
package func multiplyTransposed(
  _ matrix: Matrix, _ vector: [Double], into product: inout [Double]
) {
  precondition(
    vector.count == matrix.rows && product.count == matrix.columns,
    "\(matrix.rows) × \(matrix.columns) by \(vector.count) into \(product.count)")
  guard matrix.rows > 0, matrix.columns > 0 else { return }
  cblas_dgemv(
    CblasRowMajor, CblasTrans, Int32(matrix.rows), Int32(matrix.columns), 1, matrix.elements,
    Int32(matrix.columns), vector, 1, 0, &product, 1)
}

/// difference −= matrix × vector.
///
/// - Precondition: `vector` has one value per column, `difference` one per row.
package func subtract(_ matrix: Matrix, _ vector: [Double], from difference: inout [Double]) {
  precondition(
    vector.count == matrix.columns && difference.count == matrix.rows,
    "\(matrix.rows) × \(matrix.columns) by \(vector.count) from \(difference.count)")
  guard matrix.rows > 0, matrix.columns > 0 else { return }
  cblas_dgemv(
    CblasRowMajor, CblasNoTrans, Int32(matrix.rows), Int32(matrix.columns), -1, matrix.elements,
    Int32(matrix.columns), vector, 1, 1, &difference, 1)
}

/// product = matrix × vector for a row-major matrix of rows × columns.
package func multiply(
  _ matrix: UnsafePointer<Double>, by vector: UnsafePointer<Double>,
  into product: UnsafeMutablePointer<Double>, rows: Int, columns: Int
) {
  guard rows > 0, columns > 0 else { return }
  cblas_dgemv(
    CblasRowMajor, CblasNoTrans, Int32(rows), Int32(columns), 1, matrix, Int32(columns), vector, 1,
    0, product, 1)
}

/// Overwrites x with L⁻¹x for a lower factor L (order × order, row-major).
package func solveLower(
  _ factor: UnsafePointer<Double>, _ x: UnsafeMutablePointer<Double>, order: Int
) {
  for i in 0..<order {
    let row = factor + i &* order
    var sum = x[i]
    for j in 0..<i { sum -= row[j] * x[j] }
    x[i] = sum / row[i]
  }
}

/// Overwrites x with L⁻ᵀx for a lower factor L (order × order, row-major).
package func solveLowerTransposed(
  _ factor: UnsafePointer<Double>, _ x: UnsafeMutablePointer<Double>, order: Int
) {
  for i in stride(from: order &- 1, through: 0, by: -1) {
    let row = factor + i &* order
    let value = x[i] / row[i]
    x[i] = value
    for j in 0..<i { x[j] -= row[j] * value }
  }
}
