import BlockGzip
import MixedModels

/// A formula with the table that it is of.
struct ModelTable {
  let formula: Formula
  let data: FitData
  /// What is to be said of columns that are numbers but for a cell.
  let mixedColumns: [String]

  /// - Parameter variables: those that options name.
  /// - Throws: `InputError` for a formula that is none and a table that cannot be read.
  init(
    path: String, formula text: String, variables names: [String], references: [String: String]
  ) throws(InputError) {
    do throws(ModelError) {
      formula = try Formula(text)
    } catch {
      throw InputError(
        error.what, found: error.found, expected: error.expected, advice: error.advice)
    }
    let variables = formula.variables.union(formula.responseVariables).union(names)
    // Labels of groups may well be numbers and text.
    let groups = Set(formula.groupings.flatMap(\.self))
    data = try FitData(
      path: path, variables: variables,
      labels: groups.subtracting(formula.measuredVariables).subtracting(names),
      references: references)
    mixedColumns = data.mixedColumns(of: variables.subtracting(groups))
      .map(\.text)
  }

  /// The error of a model as one of its table.
  func error(_ error: ModelError) -> InputError {
    var error = data.error(error)
    if !mixedColumns.isEmpty {
      error.advice = ([error.advice].compactMap(\.self) + mixedColumns).joined(separator: "; ")
    }
    return error
  }
}
