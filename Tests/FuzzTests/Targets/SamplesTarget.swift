import BlockGzip
import Cohort

/// Sample sheets.
enum SamplesTarget: FuzzTarget {
  struct Reading: Equatable {
    var headers: [String]
    var samples: [String]
    var donors: [String]
    /// Nil where missing.
    var times: [Double?]
    var columns: [[String]]

    init(path: String) throws {
      let sheet = try SampleSheet(path: path)
      headers = [sheet.donorHeader, sheet.timeHeader] + sheet.columns.keys
      samples = sheet.sampleIDs
      donors = sheet.donorIDs
      times = sheet.time.map { $0.isNaN ? nil : $0 }
      columns = Array(sheet.columns.values)
      try require(
        !samples.isEmpty && Set(samples).count == samples.count && !samples.contains(""),
        "samples \(samples)")
      try require(times.allSatisfy { $0?.isFinite ?? true }, "times \(times)")
      try require(
        ([donors] + columns).allSatisfy { $0.count == samples.count }
          && times.count == samples.count && sheet.lineNumbers.count == samples.count,
        "columns of different length")
    }

    var text: String {
      let rows = samples.indices.map { row in
        [samples[row], donors[row], times[row].map { "\($0)" } ?? ""] + columns.map { $0[row] }
      }
      return ([["sample_id"] + headers] + rows).map { $0.joined(separator: "\t") + "\r\n" }.joined()
    }
  }

  static let name = "samples"
  static let words = [
    "sample_id", "sample", "donor_id", "donor", "time", "\tNA", "1e-3", "inf", "nan", "\r\n",
    "s1\t", "s2\t", "d1\t", "\u{FEFF}", "expression", "genotype",
  ]

  static func seeds(in folder: FuzzFolder) -> [[UInt8]] {
    [CohortSeeds.sheet, CohortSeeds.spacedSheet].map { Array($0.utf8) }
  }

  static func check(_ input: [UInt8], in folder: FuzzFolder) throws {
    let path = try folder.write(input)
    let reading = try Outcome { try Reading(path: path) }
    let bed = try folder.write(text: CohortSeeds.bed, to: "expression.bed")
    try CohortReading.check(
      bed: bed, sheet: path, covariates: nil,
      ids: input.count % 2 == 0 ? .strict : .intersect)
    guard let value = reading.value, isText(input) else { return }
    let copy = try folder.write(text: value.text, to: "copy.tsv")
    try requireSame(reading, try Outcome { try Reading(path: copy) }, "written again")
  }
}
