import BlockGzip
import MixedModels
import OrderedCollections
import Tables

/// A table whose columns a model uses, rows with missing values left out.
package struct FitData: Sendable {
  package let table: DelimitedTable
  /// The variables that were asked for.
  package let frame: ModelFrame
  /// Rows of the table that the frame has.
  package let rows: [Int]
  /// By variable with missing values: the number of rows that lack it.
  package let missing: OrderedDictionary<String, Int>

  /// Rows left out.
  package var droppedCount: Int { table.rows.count - rows.count }

  /// Reads `path`, CSV or TSV by content.
  ///
  /// - Parameters:
  ///   - variables: those that the model uses.
  ///   - labels: those among them that are labels alone: text where two labels are one number, such as 1
  ///     and 01.
  /// - Throws: `InputError` for a file that cannot be read, a variable that is not there, an infinite
  ///   number.
  package init(
    path: String, variables: Set<String>, labels: Set<String> = [], references: [String: String]
  ) throws(InputError) {
    let table = try Self.read(path)
    var columns: [String: ModelFrame.Column] = [:]
    var isComplete = [Bool](repeating: true, count: table.rows.count)
    var missing: OrderedDictionary<String, Int> = [:]
    for name in variables.sorted() {
      guard let index = table.column(named: name) else {
        throw InputError(
          "the model uses a column that is not there", path: path, line: 1, found: "'\(name)'",
          expected: "one of \(table.header.filter { !$0.isEmpty }.joined(separator: ", "))",
          advice: "mend the formula or the header")
      }
      let isText = labels.contains(name) && Self.hasAliases(index, of: table)
      let column = try Self.column(index, of: table, isNumeric: isText ? false : nil)
      for row in isComplete.indices where Self.isMissing(column, row) {
        isComplete[row] = false
        missing[name, default: 0] += 1
      }
      columns[name] = column
    }
    for (name, level) in references.sorted(by: { $0.key < $1.key }) {
      try Self.check(reference: level, of: name, columns[name], table: table)
    }
    let rows = isComplete.indices.filter { isComplete[$0] }
    guard !rows.isEmpty else {
      throw InputError(
        table.rows.isEmpty ? "a table without rows" : "no row has all values of the model",
        path: path, line: 1,
        found: table.rows.isEmpty
          ? "a header line only"
          : missing.map { "'\($0.key)' missing in \($0.value) rows" }.joined(separator: ", "),
        expected: "rows with a value of \(variables.sorted().joined(separator: ", "))")
    }
    self.table = table
    self.rows = rows
    self.missing = missing
    frame = ModelFrame(
      rowCount: rows.count, columns: columns.mapValues { Self.selecting($0, rows) },
      referenceLevels: references)
  }

  private static func check(
    reference level: String, of name: String, _ column: ModelFrame.Column?, table: DelimitedTable
  ) throws(InputError) {
    let levels: Set<String>
    switch column {
    case .text(let values)?: levels = Set(values).subtracting([""])
    case .numeric(let values)?:
      levels = Set(values.filter { !$0.isNaN }.map(ModelFrame.levelText))
    case nil:
      throw InputError(
        "--reference names a column that the model does not use", path: table.path, line: 1,
        found: "'\(name)'", expected: "a factor of the model", advice: "leave the flag out")
    }
    guard levels.contains(level) else {
      throw InputError(
        "--reference names a level that does not occur", path: table.path, column: name,
        found: "'\(level)'", expected: "one of \(InputError.list(levels.sorted()))")
    }
  }

  /// A column that most cells make one of numbers, but for one that is text: it is text then, and a
  /// factor in a formula, which may not be what is meant.
  package struct MixedColumn: Sendable {
    package var name: String
    /// The first cell that is no number.
    package var line: Int
    package var cell: String

    package var text: String {
      "'\(name)' is taken as text, because line \(line) has '\(cell)' among numbers"
    }
  }

  /// Those of some variables.
  package func mixedColumns(of variables: Set<String>) -> [MixedColumn] {
    variables.sorted().compactMap { name in
      guard case .text(let values)? = frame.columns[name],
        let first = values.firstIndex(where: { parseDouble($0) == nil }),
        2 * values.count(where: { parseDouble($0) != nil }) >= values.count
      else { return nil }
      return MixedColumn(name: name, line: table.lineNumbers[rows[first]], cell: values[first])
    }
  }

  /// Reads a table with quoted fields and row names.
  static func read(_ path: String) throws(InputError) -> DelimitedTable {
    try DelimitedTable(path: path, dialect: .quoted, allowsUnnamedFirstColumn: true)
  }

  /// Whether a number stands in two ways in a column.
  private static func hasAliases(_ index: Int, of table: DelimitedTable) -> Bool {
    var texts: [Double: String] = [:]
    for row in table.rows {
      guard let value = parseDouble(row[index]) else { continue }
      if texts[value, default: row[index]] != row[index] { return true }
      texts[value] = row[index]
    }
    return false
  }

  /// A column of numbers where all cells are, else of text; missing cells are NaN or empty.
  ///
  /// - Parameter isNumeric: nil where the cells decide.
  static func column(
    _ index: Int, of table: DelimitedTable, isNumeric: Bool?
  ) throws(InputError) -> ModelFrame.Column {
    let cells = table.rows.map { $0[index] }
    let numeric = isNumeric ?? cells.allSatisfy { isMissing($0) || parseDouble($0) != nil }
    guard numeric else { return .text(cells.map { isMissing($0) ? "" : $0 }) }
    var values: [Double] = []
    values.reserveCapacity(cells.count)
    for (row, cell) in cells.enumerated() {
      if isMissing(cell) {
        values.append(.nan)
        continue
      }
      guard let value = parseDouble(cell), !value.isInfinite else {
        throw table.error(
          "not a finite number", row: row, column: table.header[index], found: "'\(cell)'",
          expected: "a number or NA",
          advice: cell.contains(",") ? "write decimals with a point" : "mend the cell")
      }
      values.append(value)
    }
    return .numeric(values)
  }

  /// Whether a cell stands for a missing value.
  static func isMissing(_ cell: String) -> Bool { cell.isEmpty || cell == "NA" || cell == "NaN" }

  static func isMissing(_ column: ModelFrame.Column, _ row: Int) -> Bool {
    switch column {
    case .numeric(let values): values[row].isNaN
    case .text(let values): values[row].isEmpty
    }
  }

  static func selecting(_ column: ModelFrame.Column, _ rows: [Int]) -> ModelFrame.Column {
    switch column {
    case .numeric(let values): .numeric(rows.map { values[$0] })
    case .text(let values): .text(rows.map { values[$0] })
    }
  }

  /// The error of a model as one of its file.
  package func error(_ error: ModelError) -> InputError {
    Self.error(error, table: table, rows: rows)
  }

  static func error(_ error: ModelError, table: DelimitedTable, rows: [Int]) -> InputError {
    let names = error.variables.filter { table.column(named: $0) != nil }.sorted()
    return InputError(
      error.what, path: table.path,
      line: error.row.flatMap { rows.indices.contains($0) ? table.lineNumbers[rows[$0]] : nil },
      column: names.isEmpty ? nil : names.joined(separator: ","), found: error.found,
      expected: error.expected, advice: error.advice)
  }
}
