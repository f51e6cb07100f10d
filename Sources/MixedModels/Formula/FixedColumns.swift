import LinearAlgebra

/// The columns of a formula's fixed part.
struct FixedColumns: Sendable {
  var names: [String] = []
  /// The variables each column is made of.
  var variables: [Set<String>] = []
  var matrix: Matrix

  init(_ formula: Formula, frame: ModelFrame) throws(ModelError) {
    var columns: [[Double]] = []
    let coder = TermCoder(frame: frame, model: formula.fixed)
    for term in formula.fixed {
      let (termNames, termColumns) = try coder.code(term, within: term)
      names += termNames
      variables += termNames.map { _ in term.variables }
      columns += termColumns
    }
    matrix = Matrix(rows: frame.rowCount, columns: columns)
  }
}
