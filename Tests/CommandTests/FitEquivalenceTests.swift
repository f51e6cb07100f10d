import Foundation
import Testing

/// Models of one meaning that are written in two ways: fits and predictions must be the same.
@Suite struct FitEquivalenceTests {
  /// `trial.tsv` or its rows to predict, columns by name.
  private func table(_ name: String) throws -> [[String: String]] {
    try ResultTable(path: FitOracle.folder.appendingPathComponent(name).path).rows.map(\.cells)
  }

  private func write(_ rows: [[String: String]], to name: String, in folder: ScratchFolder) throws {
    let names = rows[0].keys.sorted()
    try folder.write(
      ids: [names.joined(separator: "\t")]
        + rows.map { row in names.map { row[$0, default: "NA"] }.joined(separator: "\t") },
      to: name)
  }

  /// Predictions of `new.tsv` from a fit of `data.tsv`.
  private func predictions(
    _ flags: [String], in folder: ScratchFolder
  ) throws -> [ResultTable.Row] {
    let result = try Command.slopeqtl(
      ["fit", "data.tsv", "--quiet", "--predict", "new.tsv", "--predictions", "predictions.tsv"]
        + flags, in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    return try ResultTable(path: folder.path("predictions.tsv")).rows
  }

  /// The optimiser's tolerance: both fits end at the same optimum by different roundings.
  private func expectSame(
    _ one: [ResultTable.Row], _ two: [ResultTable.Row],
    shift: (ResultTable.Row) -> Double = { _ in 0 }
  ) {
    #expect(!one.isEmpty && one.count == two.count)
    for (index, (a, b)) in zip(one, two).enumerated() {
      for column in ["fitted", "lower", "upper", "lower_new", "upper_new"] {
        let difference = a.number(column) - b.number(column) - shift(a)
        #expect(abs(difference) < 1e-6 * a.number("se"), "\(column) of row \(index + 1)")
      }
      expectNear(a.number("se"), b.number("se"), relative: 1e-6, "se of row \(index + 1)")
    }
  }

  @Test func `an offset is what is taken from the response and added to predictions`() throws {
    let folder = try ScratchFolder()
    for (name, copy) in [("trial.tsv", "data.tsv"), ("trial_new.tsv", "new.tsv")] {
      let rows = try table(name).map { row in
        var row = row
        let offset = 1 + 0.37 * (Double(row["time", default: ""]) ?? .nan)
        row["offset"] = "\(offset)"
        row["rest"] = Double(row["fev1", default: ""]).map { "\($0 - offset)" } ?? "NA"
        return row
      }
      try write(rows, to: copy, in: folder)
    }
    let model = " ~ arm + age + (1 + time | patient)"
    let with = try predictions(["--formula", "fev1" + model, "--offset", "offset"], in: folder)
    let without = try predictions(["--formula", "rest" + model], in: folder)
    expectSame(with, without) { $0.number("offset") }
  }

  @Test func `centring by subject is that of columns centred beforehand`() throws {
    let folder = try ScratchFolder()
    let data = try table("trial.tsv")
    // Unnamed subjects are subjects of their own.
    let new = try table("trial_new.tsv").filter { $0["patient"] != "NA" }
    func means(_ rows: [[String: String]]) -> [String: Double] {
      Dictionary(grouping: rows) { $0["patient", default: ""] }.mapValues { rows in
        let times = rows.compactMap { Double($0["time", default: ""]) }
        return times.reduce(0, +) / Double(times.count)
      }
    }
    // Known subjects keep the means of the data.
    let centres = means(data).merging(means(new)) { known, _ in known }
    func centred(_ row: [String: String]) -> [String: String] {
      var row = row
      let centre = centres[row["patient", default: ""], default: .nan]
      row["between"] = "\(centre)"
      row["within"] = "\((Double(row["time", default: ""]) ?? .nan) - centre)"
      return row
    }
    try write(data.map(centred), to: "data.tsv", in: folder)
    try write(new.map(centred), to: "new.tsv", in: folder)
    let calls = try predictions(
      ["--formula", "fev1 ~ within(time) * arm + between(time) + (1 + within(time) | patient)"],
      in: folder)
    let columns = try predictions(
      ["--formula", "fev1 ~ `within` * arm + `between` + (1 + `within` | patient)"], in: folder)
    expectSame(calls, columns)
  }

  @Test func `marginal means have the offset at its mean`() throws {
    let folder = try ScratchFolder()
    let rows = try table("trial.tsv").map { row in
      var row = row
      let offset = 1 + 0.37 * (Double(row["time", default: ""]) ?? .nan)
      row["offset"] = "\(offset)"
      row["rest"] = "\((Double(row["fev1", default: ""]) ?? .nan) - offset)"
      return row
    }
    try write(rows, to: "data.tsv", in: folder)
    let offsets = rows.compactMap { Double($0["offset", default: ""]) }
    let mean = offsets.reduce(0, +) / Double(offsets.count)
    func means(_ flags: [String]) throws -> OracleReport {
      let result = try Command.slopeqtl(
        ["fit", "data.tsv", "--quiet", "--json", "-", "--means", "arm at time = 6"] + flags,
        in: folder)
      #expect(result.exitCode == 0, "\(result.errors)")
      return try FitReport.decoder.decode(OracleReport.self, from: Data(result.output.utf8))
    }
    let model = " ~ time * arm + (1 + time | patient)"
    let with = try means(["--formula", "fev1" + model, "--offset", "offset"])
    let without = try means(["--formula", "rest" + model])
    #expect(with.marginalMeans?.count == 2)
    for (a, b) in zip(try #require(with.marginalMeans), try #require(without.marginalMeans)) {
      expectNear(a.estimate, b.estimate + mean, relative: 1e-9, a.term)
    }
    for (a, b) in zip(try #require(with.meanDifferences), try #require(without.meanDifferences)) {
      #expect(abs(a.estimate - b.estimate) < 1e-6 * a.se)
    }
  }

  @Test func `a response far from 0 is fitted as one beside it`() throws {
    let folder = try ScratchFolder()
    // As air pressure in Pa: 2e-7 of the response is residual.
    let shift = 262_144.0
    let rows = try table("trial.tsv").map { row in
      var row = row
      row["shifted"] = "\((Double(row["fev1", default: ""]) ?? .nan) + shift)"
      return row
    }
    try write(rows, to: "data.tsv", in: folder)
    let model = " ~ time * arm + (1 + time | patient)"
    let near = try FitReport.run("data.tsv", ["--formula", "fev1" + model], in: folder)
    let far = try FitReport.run("data.tsv", ["--formula", "shifted" + model], in: folder)
    #expect(far.status == "ok")
    // Doubles of that size are 6e-11 apart, 5e-10 of a residual.
    expectNear(far.residualSd, near.residualSd, relative: 1e-7, "residual SD")
    for (a, b) in zip(far.fixedEffects, near.fixedEffects).dropFirst() {
      #expect(abs(a.estimate - b.estimate) < 1e-6 * b.se, "\(a.term)")
    }
  }
}
