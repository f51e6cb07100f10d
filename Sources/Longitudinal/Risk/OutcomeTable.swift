import BlockGzip
import MixedModels
import Tables

/// One row a subject: the outcome, and what else is known.
struct OutcomeTable: Sendable {
  let table: DelimitedTable
  /// The name of the subjects' column.
  let subject: String
  /// By row: ids as they stand in the file.
  let ids: [String]
  /// The row of every id.
  let rowOfId: [String: Int]
  /// By row: 0, 1, or NaN where it is missing.
  let outcome: [Double]
  /// What counts as an event, and what does not.
  let levels: (none: String, event: String)
  /// Covariates and the time of the event.
  let columns: [String: ModelFrame.Column]

  /// - Throws: `InputError` for a file that cannot be read, for columns that are not there, for an id
  ///   that is missing or stands twice, for an outcome that has not two levels.
  init(
    path: String, subject: String, outcome name: String, variables: Set<String>
  ) throws(InputError) {
    let table = try FitData.read(path)
    self.table = table
    self.subject = subject
    func place(_ name: String, _ what: String) throws(InputError) -> Int {
      guard let place = table.column(named: name) else {
        throw InputError(
          "the outcome table lacks \(what)", path: path, line: 1, found: "no '\(name)'",
          expected: "one of \(table.header.filter { !$0.isEmpty }.joined(separator: ", "))",
          advice: "mend the header or the flag")
      }
      return place
    }
    let idPlace = try place(subject, "the column of subjects that the trajectories have")
    ids = table.rows.map { $0[idPlace] }
    var rowOfId: [String: Int] = [:]
    for (row, id) in ids.enumerated() {
      guard !FitData.isMissing(id) else {
        throw table.error(
          "a row without its subject", row: row, column: subject, found: "'\(id)'",
          expected: "an id", advice: "name the subject or remove the row")
      }
      if let earlier = rowOfId.updateValue(row, forKey: id) {
        throw table.error(
          "a subject that has two rows", row: row, column: subject,
          found: "'\(id)', which is on line \(table.lineNumbers[earlier]) too",
          expected: "one row a subject", advice: "keep one of them")
      }
    }
    self.rowOfId = rowOfId
    (outcome, levels) = try Self.coded(try place(name, "the outcome"), of: table)
    var columns: [String: ModelFrame.Column] = [:]
    for name in variables.sorted() {
      columns[name] = try FitData.column(
        try place(name, "a column that the risk model uses"), of: table, isNumeric: nil)
    }
    self.columns = columns
  }

  private static func coded(
    _ place: Int, of table: DelimitedTable
  ) throws(InputError) -> ([Double], (none: String, event: String)) {
    let name = table.header[place]
    let cells = table.rows.map { $0[place] }
    var lines: [String: Int] = [:]
    for (row, cell) in cells.enumerated() where !FitData.isMissing(cell) {
      if lines[cell] == nil { lines[cell] = row }
    }
    // 0 and 1 in any spelling; other numbers are no outcome.
    let numbers = lines.keys.map(parseDouble)
    if !numbers.isEmpty, numbers.allSatisfy({ $0 != nil }) {
      if let (cell, row) = lines.sorted(by: { $0.value < $1.value }).first(where: {
        guard let value = parseDouble($0.key) else { return true }
        return value != 0 && value != 1
      }) {
        throw table.error(
          "an outcome that is neither 0 nor 1", row: row, column: name, found: "'\(cell)'",
          expected: "0, 1 or NA, or two words of which the second in sorted order is the event",
          advice: "code the outcome, or name another column")
      }
      return (
        cells.map { FitData.isMissing($0) ? .nan : parseDouble($0) ?? .nan }, ("0", "1")
      )
    }
    let levels = lines.keys.sorted()
    guard levels.count == 2 else {
      let row = levels.count > 2 ? lines.values.sorted()[2] : 0
      throw InputError(
        levels.isEmpty ? "no outcome" : "an outcome that has not two levels", path: table.path,
        line: levels.count > 2 ? table.lineNumbers[row] : 1, column: name,
        found: levels.isEmpty ? "no value" : InputError.list(levels),
        expected: "0 and 1, or two words of which the second in sorted order is the event")
    }
    return (
      cells.map { FitData.isMissing($0) ? .nan : $0 == levels[1] ? 1 : 0 }, (levels[0], levels[1])
    )
  }
}
