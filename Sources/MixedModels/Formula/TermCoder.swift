/// Codes terms of a formula's part as columns, with R's contrasts and names.
struct TermCoder {
  let frame: ModelFrame
  /// All terms of the part: a factor has contrasts where the term without it is among them.
  let model: [FormulaTerm]

  /// Names and columns of a term; the first variable's columns vary fastest, as in R.
  ///
  /// - Parameter whole: the term whose margins decide on contrasts; the same, but for a variable that
  ///   was taken out of it.
  func code(
    _ term: FormulaTerm, within whole: FormulaTerm
  ) throws(ModelError) -> ([String], [[Double]]) {
    var names = [""]
    var columns = [[Double](repeating: 1, count: frame.rowCount)]
    for factor in term.factors {
      let margin = FormulaTerm(factors: whole.factors.filter { $0 != factor })
      let coding = try VariableCoding(
        factor, frame: frame, usesContrasts: model.contains(where: margin.isSame))
      var nextNames: [String] = []
      var nextColumns: [[Double]] = []
      for (suffix, values) in zip(coding.suffixes, coding.columns) {
        for (name, column) in zip(names, columns) {
          nextNames.append((name.isEmpty ? "" : name + ":") + factor.text + suffix)
          nextColumns.append(name.isEmpty ? values : zip(column, values).map { $0 * $1 })
        }
      }
      names = nextNames
      columns = nextColumns
      // Each variable of the term is finite; their product need not be.
      guard
        term.factors.count == 1 || columns.allSatisfy({ $0.allSatisfy(\.isFinite) })
      else {
        throw ModelError(
          "'\(whole.name)' is not finite in every sample", found: "a product beyond 1e308",
          expected: "a finite number in every sample", advice: "scale its variables")
      }
    }
    return (term.factors.isEmpty ? ["(Intercept)"] : names, columns)
  }
}
