import COpenBLAS

/// Products and solutions over row-major blocks that may be tiny: below a few thousand operations
/// plain loops are faster than a call of BLAS.
package enum BlockProducts {
  private static let smallWork = 6_000

  /// out (rows × columns) = factor · left' right + (keeps ? out : 0), left being inner × rows and
  /// right inner × columns, each with its row stride.
  package static func addTransposed(
    _ left: UnsafePointer<Double>, _ leftStride: Int, _ right: UnsafePointer<Double>,
    _ rightStride: Int, into out: UnsafeMutablePointer<Double>, _ outStride: Int, rows: Int,
    inner: Int, columns: Int, factor: Double = 1, keeps: Bool = true
  ) {
    guard rows > 0, columns > 0 else { return }
    guard rows &* inner &* columns < smallWork else {
      cblas_dgemm(
        CblasRowMajor, CblasTrans, CblasNoTrans, Int32(rows), Int32(columns), Int32(inner), factor,
        left, Int32(leftStride), right, Int32(rightStride), keeps ? 1 : 0, out, Int32(outStride))
      return
    }
    if !keeps {
      for row in 0..<rows { (out + row &* outStride).update(repeating: 0, count: columns) }
    }
    for i in 0..<inner {
      let source = right + i &* rightStride
      for row in 0..<rows {
        let value = factor * left[i &* leftStride &+ row]
        guard value != 0 else { continue }
        let target = out + row &* outStride
        for column in 0..<columns { target[column] += value * source[column] }
      }
    }
  }

  /// out (rows × columns) = left right, left being rows × inner, each with its row stride.
  package static func multiply(
    _ left: UnsafePointer<Double>, _ leftStride: Int, _ right: UnsafePointer<Double>,
    _ rightStride: Int, into out: UnsafeMutablePointer<Double>, _ outStride: Int, rows: Int,
    inner: Int, columns: Int
  ) {
    guard rows > 0, columns > 0 else { return }
    guard rows &* inner &* columns < smallWork else {
      cblas_dgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(columns), Int32(inner), 1,
        left, Int32(leftStride), right, Int32(rightStride), 0, out, Int32(outStride))
      return
    }
    for row in 0..<rows {
      let target = out + row &* outStride
      target.update(repeating: 0, count: columns)
      for i in 0..<inner {
        let value = left[row &* leftStride &+ i]
        guard value != 0 else { continue }
        let source = right + i &* rightStride
        for column in 0..<columns { target[column] += value * source[column] }
      }
    }
  }

  /// out (rows × rows) = rows' products of left (rows × inner) with itself.
  package static func gram(
    _ left: UnsafePointer<Double>, _ stride: Int, into out: UnsafeMutablePointer<Double>,
    rows: Int, inner: Int
  ) {
    guard rows > 0 else { return }
    guard rows &* inner &* rows < smallWork else {
      cblas_dgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(rows), Int32(inner), 1, left,
        Int32(stride), left, Int32(stride), 0, out, Int32(rows))
      return
    }
    for i in 0..<rows {
      for j in 0...i {
        var sum = 0.0
        for k in 0..<inner { sum += left[i &* stride &+ k] * left[j &* stride &+ k] }
        out[i &* rows &+ j] = sum
        out[j &* rows &+ i] = sum
      }
    }
  }

  /// Overwrites the lower triangle of a positive definite matrix (order × order) with its Cholesky
  /// factor; false where it is not positive definite.
  package static func factorise(_ matrix: UnsafeMutablePointer<Double>, order: Int) -> Bool {
    guard order <= 24 else { return factoriseCholesky(matrix, order: order) }
    for i in 0..<order {
      let row = matrix + i &* order
      for j in 0..<i {
        let other = matrix + j &* order
        var sum = row[j]
        for k in 0..<j { sum -= row[k] * other[k] }
        row[j] = sum / other[j]
      }
      var pivot = row[i]
      for k in 0..<i { pivot -= row[k] * row[k] }
      guard pivot > 0 else { return false }
      row[i] = pivot.squareRoot()
    }
    return true
  }

  /// Overwrites rhs (order × columns) with L⁻¹ rhs for a lower factor L (order × order).
  package static func solveLower(
    _ factor: UnsafePointer<Double>, order: Int, _ rhs: UnsafeMutablePointer<Double>,
    columns: Int
  ) {
    guard columns > 0 else { return }
    guard order &* order &* columns < smallWork else {
      cblas_dtrsm(
        CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, Int32(order),
        Int32(columns), 1, factor, Int32(order), rhs, Int32(columns))
      return
    }
    for i in 0..<order {
      let row = rhs + i &* columns
      for j in 0..<i {
        let value = factor[i &* order &+ j]
        guard value != 0 else { continue }
        let other = rhs + j &* columns
        for column in 0..<columns { row[column] -= value * other[column] }
      }
      let scale = 1 / factor[i &* order &+ i]
      for column in 0..<columns { row[column] *= scale }
    }
  }

  /// Overwrites rhs (order × columns) with L⁻ᵀ rhs for a lower factor L (order × order).
  package static func solveLowerTransposed(
    _ factor: UnsafePointer<Double>, order: Int, _ rhs: UnsafeMutablePointer<Double>,
    columns: Int
  ) {
    guard columns > 0 else { return }
    guard order &* order &* columns < smallWork else {
      cblas_dtrsm(
        CblasRowMajor, CblasLeft, CblasLower, CblasTrans, CblasNonUnit, Int32(order),
        Int32(columns), 1, factor, Int32(order), rhs, Int32(columns))
      return
    }
    for i in stride(from: order &- 1, through: 0, by: -1) {
      let row = rhs + i &* columns
      let scale = 1 / factor[i &* order &+ i]
      for column in 0..<columns { row[column] *= scale }
      for j in 0..<i {
        let value = factor[i &* order &+ j]
        guard value != 0 else { continue }
        let other = rhs + j &* columns
        for column in 0..<columns { other[column] -= value * row[column] }
      }
    }
  }

  /// out (order × order, both triangles) = (LL')⁻¹ for a lower factor L (order × order).
  package static func invert(
    factor: UnsafePointer<Double>, order: Int, into out: UnsafeMutablePointer<Double>
  ) {
    guard order <= 24 else {
      invertLarge(factor: factor, order: order, into: out)
      return
    }
    out.update(repeating: 0, count: order &* order)
    for i in 0..<order { out[i &* order &+ i] = 1 }
    solveLower(factor, order: order, out, columns: order)
    solveLowerTransposed(factor, order: order, out, columns: order)
  }
}
