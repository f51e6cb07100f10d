import BlockGzip
import OrderedCollections
import Tables

/// The sample sheet: which donor a sample is of, when it was taken, and further columns.
package struct SampleSheet: Sendable {
  package let path: String
  /// Header of the column that holds donor ids.
  package let donorHeader: String
  /// Header of the column that holds times.
  package let timeHeader: String
  /// Samples in file order.
  package let sampleIDs: [String]
  /// Donor of each sample; empty where missing.
  package let donorIDs: [String]
  /// Time of each sample; NaN where missing.
  package let time: [Double]
  /// One-based line of each sample.
  package let lineNumbers: [Int]
  /// Cells of the further columns as they stand in the file, in its order.
  package let columns: OrderedDictionary<String, [String]>

  /// Reads the sheet.
  ///
  /// - Parameters:
  ///   - timeColumn: header of the time column; nil is `time`.
  ///   - requiresEndMarker: whether a BGZF file without its end-of-file block is refused.
  /// - Throws: `InputError` for an unreadable or malformed table, a missing column, no rows, an
  ///   empty or duplicate sample id, a time that is not a finite number or NA.
  package init(
    path: String, timeColumn: String? = nil, requiresEndMarker: Bool = true
  ) throws(InputError) {
    let table = try DelimitedTable(path: path, requiresEndMarker: requiresEndMarker)
    let sample = try Self.column(["sample_id", "sample"], of: table, advice: nil)
    let donor = try Self.column(["donor_id", "donor"], of: table, advice: nil)
    let time = try Self.column(
      [timeColumn ?? "time"], of: table, advice: "name the column with --time-column")
    guard Set([sample, donor, time]).count == 3 else {
      throw InputError(
        "time column holds ids", path: path, line: 1, column: table.header[time],
        found: "'\(table.header[time])' as the time column", expected: "a column of numbers",
        advice: "name another column with --time-column")
    }
    guard !table.rows.isEmpty else {
      throw InputError(
        "sample sheet without samples", path: path, line: 1, found: "a header line only",
        expected: "one row per sample", advice: "check that this is the right file")
    }
    var times: [Double] = []
    var seen: [String: Int] = [:]
    for (index, row) in table.rows.enumerated() {
      let id = row[sample]
      guard !CohortColumn.isMissing(id) else {
        throw table.error(
          "row without a sample id", row: index, column: table.header[sample],
          found: "'\(id)'", expected: "a sample id", advice: "name the sample or remove the row")
      }
      if let earlier = seen.updateValue(table.lineNumbers[index], forKey: id) {
        throw table.error(
          "duplicate sample id", row: index, column: table.header[sample],
          found: "'\(id)', which is on line \(earlier) too", expected: "one row per sample",
          advice: "remove or rename one of the rows")
      }
      times.append(try Self.time(row[time], row: index, of: table, column: time))
    }
    self.path = path
    donorHeader = table.header[donor]
    timeHeader = table.header[time]
    sampleIDs = table.rows.map { $0[sample] }
    donorIDs = table.rows.map { CohortColumn.isMissing($0[donor]) ? "" : $0[donor] }
    self.time = times
    lineNumbers = table.lineNumbers
    var columns: OrderedDictionary<String, [String]> = [:]
    for (index, name) in table.header.enumerated() where ![sample, donor, time].contains(index) {
      columns[name] = table.rows.map { $0[index] }
    }
    self.columns = columns
  }

  private static func column(
    _ names: [String], of table: DelimitedTable, advice: String?
  ) throws(InputError) -> Int {
    for name in names { if let index = table.column(named: name) { return index } }
    throw InputError(
      "sample sheet lacks a column", path: table.path, line: 1,
      found: "the columns \(table.header.joined(separator: ", "))",
      expected: "a column '\(names.joined(separator: "' or '"))'",
      advice: advice ?? "rename the column in the sheet")
  }

  private static func time(
    _ cell: String, row: Int, of table: DelimitedTable, column: Int
  ) throws(InputError) -> Double {
    if CohortColumn.isMissing(cell) { return .nan }
    if let value = parseDouble(cell), value.isFinite { return value }
    throw table.error(
      "time is not a number", row: row, column: table.header[column], found: "'\(cell)'",
      expected: "a finite number or NA",
      advice: cell.contains(",") ? "write decimals with a point" : "mend the sheet")
  }
}
