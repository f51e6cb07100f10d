import COpenBLAS

/// A dense matrix of doubles, row-major.
package struct Matrix: Sendable, Equatable {
  package let rows: Int
  package let columns: Int
  /// The entries, row by row.
  package var elements: [Double]

  /// A matrix of zeros.
  package init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    elements = [Double](repeating: 0, count: rows * columns)
  }

  /// - Precondition: `columns` all have `rows` values.
  package init(rows: Int, columns: [[Double]]) {
    self.init(rows: rows, columns: columns.count)
    for (j, column) in columns.enumerated() {
      precondition(column.count == rows, "column \(j) has \(column.count) values, not \(rows)")
      for i in 0..<rows { elements[i * self.columns + j] = column[i] }
    }
  }

  /// - Precondition: `elements` has rows × columns values, row by row.
  package init(rows: Int, columns: Int, elements: [Double]) {
    precondition(
      elements.count == rows * columns, "\(elements.count) values, \(rows) × \(columns)")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// The leading block of a row-major array whose rows are `stride` apart.
  package init(rows: Int, columns: Int, of values: [Double], stride: Int) {
    self.init(rows: rows, columns: columns)
    for i in 0..<rows { for j in 0..<columns { self[i, j] = values[i * stride + j] } }
  }

  package static func identity(_ order: Int) -> Matrix {
    var matrix = Matrix(rows: order, columns: order)
    for i in 0..<order { matrix[i, i] = 1 }
    return matrix
  }

  package subscript(row: Int, column: Int) -> Double {
    get { elements[row * columns + column] }
    set { elements[row * columns + column] = newValue }
  }

  package func column(_ index: Int) -> [Double] {
    (0..<rows).map { self[$0, index] }
  }

  /// The numbers of a row.
  package func row(_ index: Int) -> [Double] {
    Array(elements[(index * columns)..<((index + 1) * columns)])
  }

  /// The rows at `indices`, in that order.
  package func selecting(rows indices: [Int]) -> Matrix {
    var result = Matrix(rows: indices.count, columns: columns)
    for (to, from) in indices.enumerated() {
      for j in 0..<columns { result[to, j] = self[from, j] }
    }
    return result
  }

  package var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for i in 0..<rows { for j in 0..<columns { result[j, i] = self[i, j] } }
    return result
  }

  /// The matrix product, through BLAS.
  package static func * (left: Matrix, right: Matrix) -> Matrix {
    precondition(left.columns == right.rows, "\(left.columns) columns times \(right.rows) rows")
    var product = Matrix(rows: left.rows, columns: right.columns)
    guard left.rows > 0, right.columns > 0, left.columns > 0 else { return product }
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(left.rows), Int32(right.columns),
      Int32(left.columns), 1, left.elements, Int32(left.columns), right.elements,
      Int32(right.columns), 0, &product.elements, Int32(right.columns))
    return product
  }

  package static func * (left: Matrix, right: [Double]) -> [Double] {
    (left * Matrix(rows: right.count, columns: [right])).elements
  }
}
