/// The rank of a positive semidefinite matrix, by Cholesky's factorisation with complete pivoting.
///
/// - Parameter tolerance: what is left of a diagonal entry counts as zero below this. The matrix is
///   taken to be scaled: its largest eigenvalue near 1.
/// - Complexity: O(order² × rank).
package func rank(ofSemidefinite matrix: Matrix, tolerance: Double = 1e-10) -> Int {
  precondition(matrix.rows == matrix.columns, "\(matrix.rows) × \(matrix.columns)")
  var rest = matrix
  var open = Array(0..<matrix.rows)
  var rank = 0
  while let pivot = open.max(by: { rest[$0, $0] < rest[$1, $1] }), rest[pivot, pivot] > tolerance {
    open.removeAll { $0 == pivot }
    let scale = 1 / rest[pivot, pivot]
    for i in open {
      let factor = rest[i, pivot] * scale
      for j in open { rest[i, j] -= factor * rest[pivot, j] }
    }
    rank += 1
  }
  return rank
}
