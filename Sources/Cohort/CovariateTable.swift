import BlockGzip
import OrderedCollections
import Tables

/// Covariates of samples or of donors, from a table of either orientation.
package struct CovariateTable: Sendable {
  /// What the ids of the table are.
  package enum Level: Sendable, Equatable {
    case sample
    case donor
  }

  package let path: String
  package let level: Level
  /// Sample or donor ids in file order.
  package let ids: [String]
  /// Covariates in file order: one cell per id, as it stands in the file.
  package let columns: OrderedDictionary<String, [String]>
  /// Whether ids are the columns of the file and covariates its rows.
  package let idsAreColumns: Bool
  /// One-based line of every row after the header.
  private let lineNumbers: [Int]

  /// The line on which a covariate's value for an id stands (both by their place in the file).
  package func line(covariate: Int, id: Int) -> Int { lineNumbers[idsAreColumns ? covariate : id] }

  /// Reads the table; the axis that shares more ids with the cohort holds the ids.
  ///
  /// - Parameter requiresEndMarker: whether a BGZF file without its end-of-file block is refused.
  /// - Throws: `InputError` for an unreadable or malformed table, no shared ids, duplicate ids or
  ///   covariate names.
  package init(
    path: String, sampleIDs: Set<String>, donorIDs: Set<String>, requiresEndMarker: Bool = true
  ) throws(InputError) {
    let table = try DelimitedTable(
      path: path, allowsUnnamedFirstColumn: true, requiresEndMarker: requiresEndMarker)
    let across = Array(table.header.dropFirst())
    let down = table.rows.map { $0[0] }
    func shared(_ ids: [String], _ known: Set<String>) -> Int {
      ids.count { known.contains($0) }
    }
    let acrossSamples = shared(across, sampleIDs)
    let acrossDonors = shared(across, donorIDs)
    let downSamples = shared(down, sampleIDs)
    let downDonors = shared(down, donorIDs)
    guard max(acrossSamples, acrossDonors, downSamples, downDonors) > 0 else {
      throw InputError(
        "covariates are of none of the samples or donors", path: path, line: 1,
        found: "columns \(InputError.list(across)); rows \(InputError.list(down))",
        expected: "samples (\(InputError.list(sampleIDs.sorted()))) "
          + "or donors (\(InputError.list(donorIDs.sorted())))",
        advice: "use the ids of the sample sheet")
    }
    idsAreColumns = max(acrossSamples, acrossDonors) >= max(downSamples, downDonors)
    let samples = idsAreColumns ? acrossSamples : downSamples
    let donors = idsAreColumns ? acrossDonors : downDonors
    level = samples >= donors ? .sample : .donor
    try Self.checkFirstColumn(table, holdsIDs: !idsAreColumns)
    self.path = path
    lineNumbers = table.lineNumbers
    var columns: OrderedDictionary<String, [String]> = [:]
    if idsAreColumns {
      ids = across
      for row in table.rows { columns[row[0]] = Array(row.dropFirst()) }
    } else {
      ids = down
      for (index, name) in across.enumerated() {
        columns[name] = table.rows.map { $0[index + 1] }
      }
    }
    guard !columns.isEmpty else {
      throw InputError(
        "no covariates in the file", path: path, line: 1, found: "ids only",
        expected: "at least one covariate", advice: "check that this is the right file")
    }
    self.columns = columns
  }

  private static func checkFirstColumn(
    _ table: DelimitedTable, holdsIDs: Bool
  ) throws(InputError) {
    let noun = holdsIDs ? "id" : "covariate"
    var seen: [String: Int] = [:]
    for (index, row) in table.rows.enumerated() {
      guard !row[0].isEmpty else {
        throw table.error(
          "row without a name", row: index, column: "column 1", found: "an empty field",
          expected: holdsIDs ? "an id" : "the name of a covariate", advice: "name the row")
      }
      if let earlier = seen.updateValue(table.lineNumbers[index], forKey: row[0]) {
        throw table.error(
          "duplicate \(noun)", row: index, column: "column 1",
          found: "'\(row[0])', which is on line \(earlier) too",
          expected: "one row per \(noun)", advice: "remove or rename one of the rows")
      }
    }
  }
}
