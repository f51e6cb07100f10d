import LinearAlgebra

/// A factor L of a relationship matrix K = LL', levels × rank.
///
/// Levels that no chain of entries connects are factored apart, so that families stay clusters of
/// their own.
package struct RelationshipFactor: Sendable {
  package let factor: Matrix

  /// A matrix that is no covariance.
  package struct Indefinite: Error, Sendable, Equatable {
    package var smallestEigenvalue: Double
    package var largestEigenvalue: Double
  }

  /// - Parameter values: levels × levels, symmetric.
  /// - Throws: `Indefinite` where an eigenvalue is below −1e-4 times the largest; those closer to 0
  ///   are rounding of the file and count as 0.
  package init(_ values: Matrix) throws(Indefinite) {
    precondition(values.rows == values.columns, "\(values.rows) × \(values.columns)")
    let n = values.rows
    var columns: [[Double]] = []
    for block in Self.blocks(values) {
      let part = Matrix(
        rows: block.count, columns: block.map { j in block.map { values[$0, j] } })
      guard let system = symmetricEigensystem(part) else { continue }
      let largest = system.values.last ?? 0
      let smallest = system.values.first ?? 0
      guard smallest >= -1e-4 * max(largest, 0), largest > 0 else {
        throw Indefinite(smallestEigenvalue: smallest, largestEigenvalue: largest)
      }
      for k in system.values.indices where system.values[k] > 1e-10 * largest {
        var column = [Double](repeating: 0, count: n)
        for (place, level) in block.enumerated() {
          column[level] = system.vectors[place, k] * system.values[k].squareRoot()
        }
        columns.append(column)
      }
    }
    factor = Matrix(rows: n, columns: columns)
  }

  /// Levels connected by entries other than 0.
  private static func blocks(_ values: Matrix) -> [[Int]] {
    var block = [Int](repeating: -1, count: values.rows)
    var blocks: [[Int]] = []
    for start in 0..<values.rows where block[start] < 0 {
      var members = [start]
      block[start] = blocks.count
      var next = 0
      while next < members.count {
        let level = members[next]
        next += 1
        for other in 0..<values.rows where block[other] < 0 && values[level, other] != 0 {
          block[other] = blocks.count
          members.append(other)
        }
      }
      blocks.append(members.sorted())
    }
    return blocks
  }
}
