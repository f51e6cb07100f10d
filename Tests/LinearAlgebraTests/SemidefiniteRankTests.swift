import Testing

@testable import LinearAlgebra

@Suite("The rank of a semidefinite matrix")
struct SemidefiniteRankTests {
  @Test("is the number of columns it is the Gram matrix of", arguments: 0...6)
  func gram(rank expected: Int) {
    let order = 6
    // Orthonormal columns of a Householder reflection.
    let v = (0..<order).map { Double($0 + 1) }
    let scale = 2 / v.reduce(0) { $0 + $1 * $1 }
    var matrix = Matrix(rows: order, columns: order)
    for k in 0..<expected {
      let column = (0..<order).map { ($0 == k ? 1 : 0) - scale * v[k] * v[$0] }
      for i in 0..<order { for j in 0..<order { matrix[i, j] += column[i] * column[j] } }
    }
    #expect(rank(ofSemidefinite: matrix) == expected)
  }

  @Test("does not count what is below the tolerance")
  func tolerance() {
    var matrix = Matrix.identity(3)
    matrix[1, 1] = 1e-12
    #expect(rank(ofSemidefinite: matrix) == 2)
    #expect(rank(ofSemidefinite: matrix, tolerance: 1e-13) == 3)
    #expect(rank(ofSemidefinite: Matrix(rows: 0, columns: 0)) == 0)
  }
}
