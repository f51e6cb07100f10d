import LinearAlgebra

/// Random terms beside one another and beside the fixed part.
extension IdentifiabilityCheck {
  /// Refuses terms that share columns over the same groups of samples, such as (1 + time | donor)
  /// beside (1 | donor): only the sum of their variances is known.
  func checkPairs() throws(ModelError) {
    for (index, second) in matrices.terms.enumerated().dropFirst() {
      let groups = Self.groups(second)
      for first in matrices.terms[..<index] where groups != nil && Self.groups(first) == groups {
        let all = [first, second].flatMap { term in
          (0..<term.columns.columns).map(term.columns.column)
        }
        do throws(OrthonormalBasis.Dependency) {
          _ = try OrthonormalBasis(Matrix(rows: first.columns.rows, columns: all))
        } catch {
          throw ModelError(
            "\(Self.text(first, name(of: first))) and \(Self.text(second, name(of: second))) are not "
              + "identifiable together",
            found: "the same columns for the same groups of samples",
            expected: "random parts that differ in their groups or columns",
            advice: "leave one of them out")
        }
      }
    }
  }

  /// Refuses random effects that the fixed part takes up entirely, such as (1 | batch) beside the
  /// factor batch: the restricted likelihood does not depend on their variance.
  func check(
    _ term: RandomTerm, beside fixed: OrthonormalBasis
  ) throws(ModelError) {
    let p = fixed.q.columns
    let hasRoom = term.relationship == nil ? hasRoom(term, fixedCount: p) : []
    for (column, effect) in term.columnNames.enumerated() where !hasRoom.contains(column) {
      // Q'z of every level, and the squares of z.
      var forms = Matrix(rows: term.levelCount, columns: p)
      var squares = Matrix(rows: term.levelCount, columns: 1)
      for (row, level) in term.levelOfRow.enumerated() {
        let value = term.columns[row, column]
        squares[level, 0] += value * value
        for j in 0..<p { forms[level, j] += value * fixed.q[row, j] }
      }
      var total = squares.elements.reduce(0, +)
      if let factor = term.relationship {
        forms = factor.transposed * forms
        total = 0
        for level in 0..<factor.rows {
          for direction in 0..<factor.columns {
            total += factor[level, direction] * factor[level, direction] * squares[level, 0]
          }
        }
      }
      let taken = forms.elements.reduce(0) { $0 + $1 * $1 }
      guard total - taken > 1e-10 * total else {
        throw ModelError(
          "the random effect '\(effect)' of \(Self.text(term, name(of: term))) is not identifiable",
          found: "a fixed part that holds the effects of all its levels",
          expected: "levels that are fixed or random, not both",
          advice: "leave the random part or the fixed terms of its levels out")
      }
    }
  }

  /// Columns whose levels no fixed part of p columns can hold, whatever it is: the shares of
  /// levels that it takes, each at most 1, sum to p at most.
  private func hasRoom(_ term: RandomTerm, fixedCount p: Int) -> [Int] {
    (0..<term.columns.columns).filter { column in
      var squares = [Double](repeating: 0, count: term.levelCount)
      for (row, level) in term.levelOfRow.enumerated() where level >= 0 {
        let value = term.columns[row, column]
        squares[level] += value * value
      }
      let total = squares.reduce(0, +)
      return total - Double(p) * (squares.max() ?? 0) > 1e-6 * total
    }
  }

  private func name(of term: RandomTerm) -> String {
    guard term.relationship == nil else { return "kinship" }
    return term.group == ModelMatricesBuilder.donor ? group : term.group
  }

  /// The level of every sample, numbered as they come; nil where the levels covary.
  private static func groups(_ term: RandomTerm) -> [Int]? {
    if let factor = term.relationship, !isIdentity(factor) { return nil }
    var places = [Int](repeating: -1, count: term.levelCount + 1)
    var count = 0
    return term.levelOfRow.map { level in
      if places[level + 1] < 0 {
        places[level + 1] = count
        count += 1
      }
      return places[level + 1]
    }
  }

  /// Whether LL' is a multiple of the identity, L with one direction for every level.
  private static func isIdentity(_ factor: Matrix) -> Bool {
    guard factor.rows == factor.columns else { return false }
    let levels = (0..<factor.columns).map { column in
      (0..<factor.rows).filter { factor[$0, column] != 0 }
    }
    guard levels.allSatisfy({ $0.count == 1 }) else { return false }
    let values = levels.indices.map { abs(factor[levels[$0][0], $0]) }
    return Set(levels.map { $0[0] }).count == factor.rows && Set(values).count == 1
  }
}
