import BlockGzip
import Cohort

/// Tables of covariates.
enum CovariatesTarget: FuzzTarget {
  struct Reading: Equatable {
    var level: CovariateTable.Level
    var idsAreColumns: Bool
    var ids: [String]
    var names: [String]
    var cells: [[String]]

    init(path: String) throws {
      let table = try CovariateTable(
        path: path, sampleIDs: Set(CohortSeeds.samples), donorIDs: Set(CohortSeeds.donors))
      level = table.level
      idsAreColumns = table.idsAreColumns
      ids = table.ids
      names = Array(table.columns.keys)
      cells = Array(table.columns.values)
      try require(!names.isEmpty && Set(ids).count == ids.count, "names \(names), ids \(ids)")
      try require(!names.contains("") && !ids.contains(""), "names \(names), ids \(ids)")
      try require(cells.allSatisfy { $0.count == ids.count }, "covariates of different length")
      for covariate in names.indices {
        for id in ids.indices {
          try require(table.line(covariate: covariate, id: id) > 1, "line of \(covariate), \(id)")
        }
      }
    }

    var text: String {
      let header = [""] + (idsAreColumns ? ids : names)
      let rows =
        idsAreColumns
        ? zip(names, cells).map { [$0] + $1 }
        : ids.indices.map { id in [ids[id]] + cells.map { $0[id] } }
      return ([header] + rows).map { $0.joined(separator: "\t") + "\r\n" }.joined()
    }
  }

  static let name = "covariates"
  static let words = [
    "\ts1", "\ts2", "d1\t", "d2\t", "\tNA", "nan", "inf", "1e-3", "\r\n", "time", "donor",
    "genotype", "age",
  ]

  static func seeds(in folder: FuzzFolder) -> [[UInt8]] {
    [CohortSeeds.covariates, CohortSeeds.donorCovariates].map { Array($0.utf8) }
  }

  static func check(_ input: [UInt8], in folder: FuzzFolder) throws {
    let path = try folder.write(input)
    let reading = try Outcome { try Reading(path: path) }
    let bed = try folder.write(text: CohortSeeds.bed, to: "expression.bed")
    let sheet = try folder.write(text: CohortSeeds.sheet, to: "sheet.tsv")
    try CohortReading.check(
      bed: bed, sheet: sheet, covariates: path,
      ids: input.count % 2 == 0 ? .strict : .intersect)
    guard let value = reading.value, isText(input) else { return }
    let copy = try folder.write(text: value.text, to: "copy.tsv")
    try requireSame(reading, try Outcome { try Reading(path: copy) }, "written again")
  }
}
