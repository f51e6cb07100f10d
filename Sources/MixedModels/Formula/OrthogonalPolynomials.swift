import LinearAlgebra

/// R's `poly(x, k)`: polynomials orthonormal over the samples.
enum OrthogonalPolynomials {
  /// Columns of degree 1 to `degree`, each of mean 0 and length 1, positive at large x.
  static func columns(
    _ x: [Double], degree: Int, text: String
  ) throws(ModelError) -> [[Double]] {
    let n = x.count
    let mean = x.reduce(0, +) / Double(n)
    let centred = x.map { $0 - mean }
    let spread = max(centred.map(abs).max() ?? 0, .leastNormalMagnitude)
    var basis = [[Double](repeating: 1, count: n)]
    for k in 1...degree {
      // Multiplying the last polynomial by x keeps the powers well conditioned.
      var column = zip(basis[k - 1], centred).map { $0 * $1 / spread }
      for _ in 0..<2 {
        for earlier in basis {
          let length = earlier.reduce(0) { $0 + $1 * $1 }
          let projection = zip(column, earlier).reduce(0) { $0 + $1.0 * $1.1 } / length
          for i in 0..<n { column[i] -= projection * earlier[i] }
        }
      }
      let length = column.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 1e-9 * Double(n).squareRoot() else {
        throw ModelError(
          "'\(text)' needs more distinct values", found: "\(Set(x).count) distinct values",
          expected: "more than \(degree)", advice: "lower the degree")
      }
      basis.append(column.map { $0 / length })
    }
    return Array(basis.dropFirst())
  }
}
