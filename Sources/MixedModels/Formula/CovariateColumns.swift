import LinearAlgebra

/// The columns of a formula without random parts, coded as R codes them.
package struct CovariateColumns: Sendable {
  package let names: [String]
  /// Rows × p.
  package let matrix: Matrix

  /// - Parameter formula: its response is not looked at.
  /// - Throws: `ModelError` for random parts, for variables that are not there and for factors of one
  ///   level.
  package init(_ formula: Formula, frame given: ModelFrame) throws(ModelError) {
    guard formula.random.isEmpty else {
      throw ModelError(
        "covariates have a random part", found: "'(\(formula.random[0].text))'",
        expected: "terms such as 'age + sex'")
    }
    var frame = given
    try frame.code(formula)
    frame.bases = try CodingBases(formula, frame: frame)
    let columns = try FixedColumns(formula, frame: frame)
    names = columns.names
    matrix = columns.matrix
  }
}

extension Formula {
  /// Variables of the random slopes, in the order of the formula.
  package var slopeVariables: [String] { random.flatMap(\.orderedVariables) }
}
