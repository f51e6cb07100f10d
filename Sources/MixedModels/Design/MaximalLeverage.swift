import LinearAlgebra

/// A sample or donor that some fixed columns fit exactly, so that it tells nothing of the others.
///
/// A direction v of the rows of one donor that lies in the column space of C has leverage
/// v'C(C'C)⁻¹C'v = 1: the usual case is a factor level that one donor or one sample has. With the rows
/// Q_i of orthonormal columns, such directions are the eigenvectors of Q_iQ_i' to the eigenvalue 1.
package struct MaximalLeverage: Sendable, Equatable {
  /// What is fitted exactly, an index of the matrices.
  package enum Unit: Sendable, Equatable {
    case sample(Int)
    case donor(Int)
  }

  package var unit: Unit
  /// The columns that are zero elsewhere; where there are none, those whose combination is.
  package var columns: [String]
  /// Whether it takes a combination of the columns.
  package var isCombination: Bool

  /// What differs from 1 by less is rounding.
  private static let tolerance = 1e-8

  /// All samples of leverage 1, and the donors that have such a direction beside them.
  ///
  /// - Complexity: O(n p (p + visits)).
  package static func all(in matrices: ModelMatrices) -> [MaximalLeverage] {
    guard let basis = try? OrthonormalBasis(matrices.fixed) else { return [] }
    let donors = Dictionary(grouping: matrices.donorOfSample.indices) { matrices.donorOfSample[$0] }
    return donors.sorted { $0.key < $1.key }.flatMap { donor, rows in
      found(donor: donor, rows: rows, basis: basis, matrices: matrices)
    }
  }

  private static func found(
    donor: Int, rows: [Int], basis: OrthonormalBasis, matrices: ModelMatrices
  ) -> [MaximalLeverage] {
    let own = basis.q.selecting(rows: rows)
    let hat = own * own.transposed
    var rest = Matrix.identity(rows.count)
    for i in hat.elements.indices { rest.elements[i] -= hat.elements[i] }
    let dimensions = rows.count - rank(ofSemidefinite: rest, tolerance: tolerance)
    guard dimensions > 0 else { return [] }
    var found: [MaximalLeverage] = []
    for (place, row) in rows.enumerated() where hat[place, place] > 1 - tolerance {
      var direction = [Double](repeating: 0, count: rows.count)
      direction[place] = 1
      found.append(
        leverage(.sample(row), rows: [row], direction, own: own, basis: basis, matrices: matrices))
    }
    guard found.count < dimensions else { return found }
    // High powers leave the eigenvectors to 1 alone; columns of the others' samples are left out.
    var power = hat
    for _ in 0..<32 { power = power * power }
    let places = rows.indices.filter { hat[$0, $0] <= 1 - tolerance }
    guard let largest = places.max(by: { power[$0, $0] < power[$1, $1] }) else { return found }
    found.append(
      leverage(
        .donor(donor), rows: rows, power.column(largest), own: own, basis: basis,
        matrices: matrices))
    return found
  }

  private static func leverage(
    _ unit: Unit, rows: [Int], _ direction: [Double], own: Matrix, basis: OrthonormalBasis,
    matrices: ModelMatrices
  ) -> MaximalLeverage {
    let inside = Set(rows)
    let fixed = matrices.fixed
    var squares = [Double](repeating: 0, count: fixed.columns)
    var outside = squares
    for row in 0..<fixed.rows {
      for j in squares.indices {
        let square = fixed[row, j] * fixed[row, j]
        squares[j] += square
        if !inside.contains(row) { outside[j] += square }
      }
    }
    let alone = squares.indices.filter { outside[$0] <= 1e-20 * squares[$0] }
    if !alone.isEmpty {
      return MaximalLeverage(
        unit: unit, columns: alone.map { matrices.fixedNames[$0] }, isCombination: false)
    }
    let coefficients = basis.inverseR * (own.transposed * direction)
    let parts = squares.indices.map { abs(coefficients[$0]) * squares[$0].squareRoot() }
    let largest = parts.max() ?? 0
    let used = squares.indices.filter { parts[$0] > 1e-6 * largest }
    return MaximalLeverage(
      unit: unit, columns: used.map { matrices.fixedNames[$0] }, isCombination: true)
  }
}
