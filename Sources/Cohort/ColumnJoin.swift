import BlockGzip
import OrderedCollections
import Tables

/// The columns of the sheet and the covariates, laid out by the cohort's samples.
struct ColumnJoin {
  private(set) var columns: OrderedDictionary<String, CohortColumn> = [:]
  /// The file that each column comes from.
  private(set) var paths: [String: String] = [:]
  private(set) var covariateNames: [String] = []
  private(set) var notes: [String] = []

  /// Names with a meaning of their own in formulas.
  private let reserved: Set<String>
  /// Reserved names that a column may have if it repeats these values.
  private var repeatable: [String: CohortColumn] = [:]

  /// - Parameter samples: the cohort's samples, in its order.
  /// - Throws: `InputError` for names that clash and for infinities and NaN among numbers.
  init(
    samples: [SampleJoin.Sample], sheet: SampleSheet, covariates: CovariateTable?
  ) throws(InputError) {
    let time = CohortColumn.numeric(samples.map(\.time))
    let donor = CohortColumn.text(samples.map(\.donor))
    reserved = ["expression", "genotype", "time", "donor", sheet.timeHeader, sheet.donorHeader]
    for name in ["time", sheet.timeHeader] { repeatable[name] = time }
    for name in ["donor", sheet.donorHeader] { repeatable[name] = donor }
    for (name, cells) in sheet.columns {
      if name == "time", sheet.timeHeader != "time" {
        // Another column was chosen as the time, and formulas mean that one.
        notes.append("column 'time' of \(sheet.path) is left out: time is '\(sheet.timeHeader)'")
        continue
      }
      let column = try Self.column(
        name, isNumeric: CohortColumn.isNumeric(cells), path: sheet.path, samples: samples,
        cells: samples.map { cells[$0.sheetRow] },
        lines: { sheet.lineNumbers[samples[$0].sheetRow] })
      if try isFree(name, for: column, path: sheet.path) {
        columns[name] = column
        paths[name] = sheet.path
      }
    }
    if let covariates { try add(covariates, samples: samples, sheet: sheet) }
  }

  private mutating func add(
    _ covariates: CovariateTable, samples: [SampleJoin.Sample], sheet: SampleSheet
  ) throws(InputError) {
    var placeOfID: [String: Int] = [:]
    for (index, id) in covariates.ids.enumerated() { placeOfID[id] = index }
    let places = samples.map {
      placeOfID[covariates.level == .donor ? $0.donor : $0.id] ?? 0
    }
    for (index, (name, cells)) in covariates.columns.enumerated() {
      let column = try Self.column(
        name, isNumeric: CohortColumn.isNumeric(cells), path: covariates.path, samples: samples,
        cells: places.map { cells[$0] },
        lines: { covariates.line(covariate: index, id: places[$0]) })
      guard try isFree(name, for: column, path: covariates.path) else { continue }
      if let earlier = columns[name], !earlier.hasSameValues(as: column) {
        throw InputError(
          "covariate and sample sheet column have one name", path: covariates.path, column: name,
          found: "'\(name)' in \(sheet.path) too, with other values",
          expected: "different names, or the same values",
          advice: "rename the column in one of the files")
      }
      columns[name] = column
      paths[name] = covariates.path
      covariateNames.append(name)
    }
  }

  /// Whether `name` may be used; false when it repeats the time or the donor, which is noted.
  private mutating func isFree(
    _ name: String, for column: CohortColumn, path: String
  ) throws(InputError) -> Bool {
    guard reserved.contains(name) else { return true }
    if let meaning = repeatable[name], meaning.hasSameValues(as: column) {
      notes.append("column '\(name)' of \(path) repeats the sample sheet and is left out")
      return false
    }
    throw InputError(
      "column has a reserved name", path: path, column: name, found: "'\(name)'",
      expected: "a name other than \(reserved.sorted().joined(separator: ", "))",
      advice: "rename the column")
  }

  private static func column(
    _ name: String, isNumeric: Bool, path: String, samples: [SampleJoin.Sample], cells: [String],
    lines: (Int) -> Int
  ) throws(InputError) -> CohortColumn {
    guard isNumeric else {
      return .text(cells.map { CohortColumn.isMissing($0) ? "" : $0 })
    }
    var values: [Double] = []
    for (index, cell) in cells.enumerated() {
      let value = CohortColumn.isMissing(cell) ? nil : parseDouble(cell)
      if let value, !value.isFinite {
        throw InputError(
          "value is not finite", path: path, line: lines(index), column: name,
          found: "'\(cell)' for sample '\(samples[index].id)'", expected: "a finite number or NA",
          advice: "write missing values as NA")
      }
      values.append(value ?? .nan)
    }
    return .numeric(values)
  }
}
