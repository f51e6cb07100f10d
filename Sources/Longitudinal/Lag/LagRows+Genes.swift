import BlockGzip
import Cohort
import MixedModels

extension LagRows {
  /// Two genes of an expression file: donors are the subjects, the sheet's time is the time.
  ///
  /// - Parameters:
  ///   - covariates: columns of the sheet.
  ///   - timeColumn: header of the time; nil is `time`.
  /// - Throws: `InputError` for a file that cannot be read, a gene or a column that is not there,
  ///   samples without a row in the sheet.
  package init(
    bed: String, samples: String, x: String, y: String, covariates: [String] = [],
    timeColumn: String? = nil
  ) throws(InputError) {
    let sheet = try SampleSheet(path: samples, timeColumn: timeColumn)
    let reader = try ExpressionReader(path: bed, sheetSamples: Set(sheet.sampleIDs))
    var rowOfSample: [String: Int] = [:]
    for (row, id) in sheet.sampleIDs.enumerated() { rowOfSample[id] = row }
    let lost = reader.sampleIDs.filter { rowOfSample[$0] == nil }
    guard lost.isEmpty else {
      throw InputError(
        "expression samples without a row in the sample sheet", path: samples,
        found: InputError.list(lost), expected: "a row for every sample of \(bed)",
        advice: "add the rows, or take the columns out of the expression file")
    }
    let rows = reader.sampleIDs.compactMap { rowOfSample[$0] }
    let values = try Self.values(of: [x, y], reader)
    var columns: [ModelFrame.Column] = []
    for name in covariates {
      guard let cells = sheet.columns[name] else {
        throw InputError(
          "the sample sheet lacks the covariate", path: samples, line: 1,
          found: "no column '\(name)'",
          expected: "one of \(sheet.columns.keys.joined(separator: ", "))",
          advice: "mend --covariates or the header")
      }
      columns.append(try Self.column(rows.map { cells[$0] }))
    }
    self.init(
      path: bed,
      names: Names(
        x: x, y: y, subject: sheet.donorHeader, time: sheet.timeHeader, covariates: covariates),
      subjects: rows.map { sheet.donorIDs[$0] }, times: rows.map { sheet.time[$0] }, x: values[0],
      y: values[1], covariates: columns, places: reader.sampleIDs.map(Place.sample))
  }

  /// The values of some genes in the order of the file's samples.
  private static func values(
    of genes: [String], _ reader: ExpressionReader
  ) throws(InputError) -> [[Double]] {
    var found: [String: [Double]] = [:]
    var seen: [String] = []
    var values: [Double] = []
    let all = Array(reader.sampleIDs.indices)
    while found.count < genes.count, let gene = try reader.next(samples: all, into: &values) {
      if genes.contains(gene.id) { found[gene.id] = values }
      seen.append(gene.id)
    }
    var result: [[Double]] = []
    for id in genes {
      guard let values = found[id] else {
        throw InputError(
          "the expression file lacks a gene", path: reader.path, found: "no gene '\(id)'",
          expected: "one of \(InputError.list(seen))", advice: "mend --x or --y")
      }
      result.append(values)
    }
    return result
  }

  private static func column(_ cells: [String]) throws(InputError) -> ModelFrame.Column {
    guard CohortColumn.isNumeric(cells) else {
      return .text(cells.map { FitData.isMissing($0) ? "" : $0 })
    }
    return .numeric(cells.map { Double($0) ?? .nan })
  }
}
