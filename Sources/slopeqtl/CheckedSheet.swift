import BlockGzip
import Cohort

/// What is in a sample sheet.
struct CheckedSheet: CheckReport {
  struct Column: Encodable {
    var name: String
    /// `numeric` or `text`.
    var type: String
    var missing: Int
    /// Different values, missing ones left out.
    var values: Int
  }

  var kind = "samples"
  var path: String
  var samples: Int
  var donors: Int
  var samplesPerDonor: CountRange?
  var samplesWithoutDonor: Int
  var samplesWithoutTime: Int
  var timeColumn: String
  /// Different times, in ascending order.
  var times: [Double]
  /// Samples that share donor and time with another one.
  var repeatedVisits: Int
  var columns: [Column]

  init(_ sheet: SampleSheet) {
    let known = sheet.sampleIDs.indices.filter { !sheet.donorIDs[$0].isEmpty }
    var visits: [String: Int] = [:]
    var atTimes: [String: Set<Double>] = [:]
    for index in known {
      visits[sheet.donorIDs[index], default: 0] += 1
      if !sheet.time[index].isNaN {
        atTimes[sheet.donorIDs[index], default: []].insert(sheet.time[index])
      }
    }
    path = sheet.path
    samples = sheet.sampleIDs.count
    donors = visits.count
    samplesPerDonor = CountRange(Array(visits.values))
    samplesWithoutDonor = samples - known.count
    samplesWithoutTime = sheet.time.count { $0.isNaN }
    timeColumn = sheet.timeHeader
    times = Set(sheet.time.filter { !$0.isNaN }).sorted()
    repeatedVisits =
      known.count { !sheet.time[$0].isNaN } - atTimes.values.reduce(0) { $0 + $1.count }
    columns = sheet.columns.map { name, cells in
      let present = cells.filter { !CohortColumn.isMissing($0) }
      return Column(
        name: name, type: CohortColumn.isNumeric(cells) ? "numeric" : "text",
        missing: cells.count - present.count, values: Set(present).count)
    }
  }

  var lines: [String] {
    var lines = [
      CheckText.line("sample sheet", path),
      CheckText.line("samples", samples),
      CheckText.line("donors", donors),
      CheckText.line("samples a donor", samplesPerDonor?.text ?? "none"),
      CheckText.line(
        "times",
        "\(times.count) different in '\(timeColumn)': "
          + CheckText.list(times.map(CheckText.number))),
    ]
    if samplesWithoutDonor > 0 {
      lines.append(CheckText.line("without donor", samplesWithoutDonor))
    }
    if samplesWithoutTime > 0 { lines.append(CheckText.line("without time", samplesWithoutTime)) }
    if repeatedVisits > 0 {
      lines.append(
        CheckText.line("repeated visits", "\(repeatedVisits) samples share donor and time"))
    }
    for column in columns {
      let missing = column.missing > 0 ? ", \(column.missing) missing" : ""
      lines.append(
        CheckText.line(
          "column", "\(column.name): \(column.type), \(column.values) values\(missing)"))
    }
    return lines
  }
}
