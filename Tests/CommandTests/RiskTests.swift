import Foundation
import Testing

/// What `slopeqtl risk` does with tables, subjects and threads.
@Suite struct RiskTests {
  @Test func `any number of threads gives the same bytes`() throws {
    let folder = try ScratchFolder()
    try RiskTables.write(to: folder)
    for threads in ["1", "3"] {
      let result = try Command.slopeqtl(
        [
          "risk", "data.tsv", "--outcomes", "data.outcomes.tsv", "--formula",
          "y ~ time + (1 + time | patient)", "--outcome", "event", "--predictors", "slope",
          "--bootstrap", "40", "--folds", "4", "--repeats", "2", "--threads", threads, "--risks",
          "risks\(threads)", "--coefficients", "coefficients\(threads)", "--replicates",
          "replicates\(threads)", "--json", "json\(threads)", "--quiet",
        ], in: folder)
      #expect(result.exitCode == 0, "\(result.errors)")
      #expect(result.output.isEmpty && result.errors.isEmpty)
    }
    for name in ["risks", "coefficients", "replicates", "json"] {
      try folder.expectSame("\(name)1", "\(name)3")
    }
    let risks = try folder.lines("risks1")
    #expect(
      risks[0] == "patient\trisk\tlower\tupper\tsubject_lower\tsubject_upper\tobserved\tfold_risk")
    #expect(risks.count == 41)
    for line in risks.dropFirst() {
      let cells = line.split(separator: "\t").dropFirst().compactMap { Double($0) }
      #expect(cells.count == 7)
      #expect(cells[1] < cells[2] && cells.allSatisfy { (0...1).contains($0) }, "\(line)")
    }
    #expect(try folder.lines("replicates1").count <= 41)
    #expect(try folder.lines("coefficients1")[0].hasPrefix("term\testimate\tse\t"))
  }

  @Test func `the bootstrap is another one with another seed`() throws {
    let folder = try ScratchFolder()
    try RiskTables.write(to: folder)
    let errors = try ["1", "2", "1"].map { seed in
      try RiskReport.run(
        "data",
        [
          "--formula", "y ~ time + (1 + time | patient)", "--outcome", "event", "--predictors",
          "slope", "--bootstrap", "30", "--folds", "0", "--seed", seed, "--second-stage", "plugin",
        ], in: folder
      ).coefficients.map(\.se)
    }
    #expect(errors[0] == errors[2] && errors[0] != errors[1])
  }

  @Test func `subjects held out are predicted worse than those of the fit`() throws {
    let folder = try ScratchFolder()
    let flags = [
      "--formula", "y ~ time + (1 + time | patient)", "--outcome", "event", "--predictors",
      "slope", "--bootstrap", "0", "--folds", "40", "--quiet", "--risks", "risks.tsv",
    ]
    try RiskTables.write(to: folder)
    // Events are the rarer class: each fold holds one of them out.
    let report = try RiskReport.run("data", flags, in: folder)
    #expect(report.folds == min(report.nEvents, report.nKnown - report.nEvents))
    #expect(report.warnings.contains { $0.contains("folds instead of 40") })
    #expect(
      try #require(report.crossValidated?["brier"]) > (try #require(report.apparent["brier"])))
  }

  /// An outcome that leaked into its own prediction would raise the area above ½ by more than three
  /// standard errors, of 0.045 with 60 events among 200. Below it may well be: what happens to favour
  /// the training subjects is against those held out.
  @Test func `outcomes that have nothing to do with the marker are not predicted`() throws {
    let folder = try ScratchFolder()
    let made = try Command.slopeqtl(
      ["simulate", "--scenario", "risk", "--out", "data", "--donors", "200", "--seed", "3"],
      in: folder)
    #expect(made.exitCode == 0)
    let lines = try folder.lines("data.outcomes.tsv").map { $0.components(separatedBy: "\t") }
    let events = lines.dropFirst().map { $0[2] }
    let moved = lines.dropFirst().enumerated().map { place, line in
      [line[0], line[1], events[(place * 77 + 31) % events.count]]
    }
    try folder.write(
      ids: ([lines[0]] + moved).map { $0.joined(separator: "\t") }, to: "data.outcomes.tsv")
    let report = try RiskReport.run(
      "data",
      [
        "--formula", "marker ~ time + (1 + time | patient)", "--outcome", "event", "--predictors",
        "blup", "--bootstrap", "0",
      ], in: folder)
    #expect(try #require(report.crossValidated?["auc"]) < 0.63)
    #expect(try #require(report.crossValidated?["scaled_brier"]) < 0.03)
  }

  @Test func `unknown outcomes are predicted and not learnt from`() throws {
    let folder = try ScratchFolder()
    try RiskTables.write(to: folder) { _ in
    } outcomes: {
      $0[4][3] = "NA"
      $0[7][3] = ""
    }
    let report = try RiskReport.run(
      "data", RiskTables.flags + ["--risks", "risks.tsv"], in: folder)
    #expect(report.nSubjects == 40 && report.nKnown == 38)
    let rows = try folder.lines("risks.tsv").map { $0.components(separatedBy: "\t") }
    #expect(rows[4][6] == "NA" && Double(rows[4][1]) != nil)
    #expect(report.comparison["plugin"]?.nSubjects == 38)
  }

  @Test func `subjects of one table alone are left out where that is asked for`() throws {
    let folder = try ScratchFolder()
    try RiskTables.write(to: folder) {
      $0.removeAll { $0[0] == "p03" }
    } outcomes: {
      $0.removeAll { $0[0] == "p10" || $0[0] == "p11" }
      $0[20][1] = "NA"
    }
    let flags = RiskTables.flags + ["--covariates", "age + sex"]
    let refused = try Command.slopeqtl(
      ["risk", "data.tsv", "--outcomes", "data.outcomes.tsv"] + flags, in: folder)
    #expect(refused.exitCode == 65)
    #expect(
      refused.missing([
        "data.outcomes.tsv:patient", "without measurements p03 (1 in all)",
        "without an outcome row p10, p11 (2 in all)", "--ids intersect",
      ]) == [])
    let report = try RiskReport.run("data", flags + ["--ids", "intersect"], in: folder)
    #expect(report.leftOut.withoutTrajectory == ["p03"])
    #expect(report.leftOut.withoutOutcomeRow == ["p10", "p11"])
    #expect(report.leftOut.missingCovariates.count == 1)
    #expect(report.nSubjects == 36)
    #expect(report.coefficients.map(\.term) == ["(Intercept)", "age", "sexm", "slope"])
  }

  @Test func `a landmark leaves later measurements out and events before it`() throws {
    let folder = try ScratchFolder()
    try RiskTables.write(to: folder)
    let flags = RiskTables.flags
    let landmark = try RiskReport.run("data", flags + ["--landmark", "2"], in: folder)
    #expect(landmark.leftOut.rowsLate == 40 && landmark.nSubjects == 40)
    // The same as a table without those rows.
    try RiskTables.write(to: folder) { $0.removeAll { $0[1] == "3" } }
    let short = try RiskReport.run("data", flags, in: folder)
    #expect(short.coefficients.map(\.estimate) == landmark.coefficients.map(\.estimate))
    try RiskTables.write(to: folder)
    let both = try RiskReport.run(
      "data", flags + ["--landmark", "2", "--event-time", "years"], in: folder)
    let early = RiskTables.outcomes.filter { $0[4] == "1.5" }.map { $0[0] }
    #expect(early.count > 0 && both.leftOut.eventBeforeLandmark == early)
    let events = try RiskReport.run("data", flags + ["--event-time", "years"], in: folder)
    // An event at 1.5 has measurements at 2 and 3 after it, one at 2.5 that at 3.
    let later = RiskTables.outcomes.count { $0[4] == "2.5" }
    #expect(events.leftOut.rowsLate == 2 * early.count + later && events.nSubjects == 40)
  }

  @Test func `times of events that contradict the outcome are refused`() throws {
    let folder = try ScratchFolder()
    for (event, time, words) in [
      ("0", "2.5", "who has no event"), ("1", "NA", "no time of the event"),
    ] {
      try RiskTables.write(to: folder) { _ in
      } outcomes: { rows in
        rows[4][3] = event
        rows[4][4] = time
      }
      let result = try Command.slopeqtl(
        ["risk", "data.tsv", "--outcomes", "data.outcomes.tsv"] + RiskTables.flags
          + ["--event-time", "years"], in: folder)
      #expect(result.exitCode == 65)
      #expect(result.missing([":5:years", words, "NA"]) == [], "\(result.errors)")
    }
  }

  @Test func `words are outcomes and the second in sorted order is the event`() throws {
    let folder = try ScratchFolder()
    try RiskTables.write(to: folder)
    let numbers = try RiskReport.run("data", RiskTables.flags, in: folder)
    try RiskTables.write(to: folder) { _ in
    } outcomes: { rows in
      for row in 1..<rows.count { rows[row][3] = rows[row][3] == "1" ? "yes" : "no" }
    }
    let words = try RiskReport.run("data", RiskTables.flags, in: folder)
    #expect(words.event == "yes" && numbers.event == "1")
    #expect(words.coefficients.map(\.estimate) == numbers.coefficients.map(\.estimate))
  }
}
