import LinearAlgebra

/// R's `poly(x, k)`: polynomials orthonormal over the samples they were made on.
struct OrthogonalPolynomials: Sendable, Equatable {
  /// What turns x times the last polynomial into the next.
  private struct Step: Sendable, Equatable {
    /// What is taken off of every earlier polynomial.
    var projections: [Double]
    var length: Double
  }

  private let mean: Double
  private let spread: Double
  private var steps: [Step] = []

  /// - Throws: `ModelError` where x has too few distinct values.
  init(_ x: [Double], degree: Int, text: String) throws(ModelError) {
    let n = x.count
    let mean = x.reduce(0, +) / Double(n)
    self.mean = mean
    spread = max(x.reduce(0) { max($0, abs($1 - mean)) }, .leastNormalMagnitude)
    var basis = [[Double](repeating: 1, count: n)]
    for k in 1...degree {
      // Multiplying the last polynomial by x keeps the powers well conditioned.
      var column = zip(basis[k - 1], x).map { $0 * ($1 - mean) / spread }
      var projections = [Double](repeating: 0, count: k)
      for _ in 0..<2 {
        for (index, earlier) in basis.enumerated() {
          let length = earlier.reduce(0) { $0 + $1 * $1 }
          let projection = zip(column, earlier).reduce(0) { $0 + $1.0 * $1.1 } / length
          for i in 0..<n { column[i] -= projection * earlier[i] }
          projections[index] += projection
        }
      }
      let length = column.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 1e-9 * Double(n).squareRoot() else {
        throw ModelError(
          "'\(text)' needs more distinct values", found: "\(Set(x).count) distinct values",
          expected: "more than \(degree)", advice: "lower the degree")
      }
      steps.append(Step(projections: projections, length: length))
      basis.append(column.map { $0 / length })
    }
  }

  /// Columns of degree 1 to k at any x; over the samples they were made on each of mean 0 and length
  /// 1, and positive at large x.
  func columns(_ x: [Double]) -> [[Double]] {
    var basis = [[Double](repeating: 1, count: x.count)]
    for step in steps {
      var column = zip(basis[basis.count - 1], x).map { $0 * ($1 - mean) / spread }
      for (projection, earlier) in zip(step.projections, basis) {
        for i in column.indices { column[i] -= projection * earlier[i] }
      }
      basis.append(column.map { $0 / step.length })
    }
    return Array(basis.dropFirst())
  }
}
