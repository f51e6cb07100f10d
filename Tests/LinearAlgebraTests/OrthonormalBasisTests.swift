import Testing

@testable import LinearAlgebra

@Suite("The orthonormal basis of a matrix")
struct OrthonormalBasisTests {
  /// Columns of very different scale.
  static let matrix = Matrix(
    rows: 5,
    columns: [
      [1, 1, 1, 1, 1], [2015, 2016, 2017, 2018, 2020], [1e-3, 4e-3, -2e-3, 0, 5e-3],
    ])

  @Test("reproduces the columns and the way back to them")
  func reproduces() throws {
    let basis = try OrthonormalBasis(Self.matrix)
    let gram = basis.q.transposed * basis.q
    for i in 0..<3 {
      for j in 0..<3 { #expect(abs(gram[i, j] - (i == j ? 1 : 0)) < 1e-14) }
    }
    // Q = matrix × R⁻¹; years lose three digits to their mean.
    let back = Self.matrix * basis.inverseR
    for i in 0..<5 { for j in 0..<3 { #expect(abs(back[i, j] - basis.q[i, j]) < 1e-11) } }
    // det(X'X) = det(R)², here by Sarrus' rule.
    let x = Self.matrix.transposed * Self.matrix
    let determinant =
      x[0, 0] * (x[1, 1] * x[2, 2] - x[1, 2] * x[2, 1])
      - x[0, 1] * (x[1, 0] * x[2, 2] - x[1, 2] * x[2, 0])
      + x[0, 2] * (x[1, 0] * x[2, 1] - x[1, 1] * x[2, 0])
    // The rule itself cancels nine digits.
    #expect(abs(2 * basis.logDeterminant - Double.log(determinant)) < 1e-5)
  }

  @Test("names a dependent column and those it depends on")
  func dependency() {
    let columns: [[Double]] = [
      [1, 1, 1, 1], [0, 1, 2, 5], [3, 1, 4, 1], [1, 3, 5, 11],
    ]
    #expect(throws: OrthonormalBasis.Dependency(column: 3, others: [0, 1])) {
      try OrthonormalBasis(Matrix(rows: 4, columns: columns))
    }
    #expect(throws: OrthonormalBasis.Dependency(column: 1, others: [])) {
      try OrthonormalBasis(Matrix(rows: 3, columns: [[1, 1, 1], [0, 0, 0]]))
    }
  }

  @Test("decides dependence whatever the units")
  func units() throws {
    let tiny = Matrix(rows: 3, columns: [[1e-150, 2e-150, 1e-150], [1e150, 1e150, 3e150]])
    _ = try OrthonormalBasis(tiny)
  }

  @Test("is the same by the Gram matrix", arguments: [0.5, 1e-1, 1e-3, 1e-6])
  func gram(angle: Double) throws {
    // The third column is the sum of the others but for a share of its own.
    let matrix = Matrix(
      rows: 40,
      columns: (0..<3).map { column in
        (0..<40).map { row in
          let (a, b) = (Double(row % 7) - 3, Double(row % 5) + 1)
          return [a, b, a + b + angle * Double(row % 3)][column]
        }
      })
    let slow = try OrthonormalBasis(matrix)
    let fast = try OrthonormalBasis(byGram: matrix)
    #expect(abs(slow.logDeterminant - fast.logDeterminant) < 1e-9)
    let square = fast.q.transposed * fast.q
    let back = matrix * fast.inverseR
    for i in 0..<3 {
      for j in 0..<3 { #expect(abs(square[i, j] - (i == j ? 1 : 0)) < 1e-12) }
    }
    for k in back.elements.indices {
      // R⁻¹ is of the order of 1 / angle.
      #expect(abs(back.elements[k] - fast.q.elements[k]) < 1e-14 / (angle * angle))
    }
    try OrthonormalBasis.checkIndependence(matrix)
  }

  @Test("by the Gram matrix names a dependent column")
  func gramDependency() {
    let matrix = Matrix(rows: 4, columns: [[1, 1, 1, 1], [0, 1, 2, 3], [1, 2, 3, 4]])
    let expected = OrthonormalBasis.Dependency(column: 2, others: [0, 1])
    #expect(throws: expected) { try OrthonormalBasis(byGram: matrix) }
    #expect(throws: expected) { try OrthonormalBasis.checkIndependence(matrix) }
  }
}
