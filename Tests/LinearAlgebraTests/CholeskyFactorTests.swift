import LinearAlgebra
import Testing

@Suite struct CholeskyFactorTests {
  /// 3 × 3, L = [2 0 0; 1 3 0; −1 0.5 1].
  private static let matrix = Matrix(
    rows: 3, columns: [[4, 2, -2], [2, 10, 0.5], [-2, 0.5, 2.25]])

  @Test func `rows are solved in place and others left`() throws {
    let factor = try #require(CholeskyFactor(Self.matrix))
    // L × [1 2; 3 4; 5 6] between two rows that stay.
    var rows = Matrix(rows: 5, columns: [[9, 2, 10, 5.5, 8], [7, 4, 14, 6, 6]])
    factor.solve(&rows, rows: 1..<4)
    let expected = Matrix(rows: 5, columns: [[9, 1, 3, 5, 8], [7, 2, 4, 6, 6]])
    for (a, b) in zip(rows.elements, expected.elements) { #expect(abs(a - b) < 1e-14) }
  }

  @Test func `an indefinite matrix has no factor`() {
    #expect(CholeskyFactor(Matrix(rows: 2, columns: [[1, 2], [2, 1]])) == nil)
    #expect(CholeskyFactor(Matrix(rows: 0, columns: 0))?.order == 0)
  }

  @Test(arguments: [1, 63, 64, 65, 150])
  func `cross-products are those of plain loops, and symmetric`(_ columns: Int) {
    var matrix = Matrix(rows: 7, columns: columns)
    for i in matrix.elements.indices { matrix.elements[i] = Double((i * 37) % 101) / 50 - 1 }
    let gram = matrix.gram
    for i in 0..<columns {
      for j in 0..<columns {
        let sum = (0..<7).reduce(0.0) { $0 + matrix[$1, i] * matrix[$1, j] }
        #expect(abs(gram[i, j] - sum) < 1e-13 && gram[i, j] == gram[j, i])
      }
    }
  }

  @Test func `what is left of a projection is orthogonal to it`() throws {
    let basis = try OrthonormalBasis(Matrix(rows: 4, columns: [[1, 1, 1, 1], [0, 1, 2, 4]]))
    var matrix = Matrix(rows: 4, columns: [[3, 1, 4, 1], [5, 9, 2, 6], [2, 2, 2, 2]])
    matrix.removeProjection(on: basis.q)
    for value in (basis.q.transposed * matrix).elements { #expect(abs(value) < 1e-14) }
    for value in matrix.column(2) { #expect(abs(value) < 1e-14) }
  }
}
