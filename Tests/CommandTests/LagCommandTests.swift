import Foundation
import Testing

@Suite struct LagCommandTests {
  private static let columns = [
    "--x", "sleep", "--y", "pain", "--subject", "subject", "--time", "time",
  ]

  private func simulated(_ flags: [String] = []) throws -> ScratchFolder {
    let folder = try ScratchFolder()
    let made = try Command.slopeqtl(
      ["simulate", "--scenario", "cross-lag", "--out", "pain", "--quiet"] + flags, in: folder)
    #expect(made.exitCode == 0, "\(made.errors)")
    return folder
  }

  /// Planted: sleep → pain −0.3, nothing back. 300 subjects, estimates within four standard errors.
  @Test func `the planted direction is found, and paths lie near those planted`() throws {
    let folder = try simulated(["--donors", "300", "--seed", "12"])
    let report = try LagReport.run(["pain.tsv"] + Self.columns, in: folder)
    #expect(report.conclusion == "x leads")
    #expect(report.status == "ok")
    #expect(report.statements.result.contains("sleep leads"))
    #expect(report.statements.result.contains("lower"))
    #expect(report.statements.may.count == 1 && report.statements.mayNot.count >= 4)
    for (path, wanted) in zip(report.paths.all, [0.4, 0, -0.3, 0.3]) {
      #expect(abs(path.estimate - wanted) < 4 * path.se)
      #expect(path.lower < path.estimate && path.estimate < path.upper)
    }
    #expect(abs(report.residuals.sdX - 1) < 0.1 && abs(report.residuals.sdY - 1.1) < 0.1)
    #expect(abs(try #require(report.residuals.correlation) + 0.3) < 0.1)
    #expect(report.nObservations == 2 * report.pairsUsed)
    #expect(report.pairsDropped["gaps longer than the lag"] ?? 0 > 100)
  }

  @Test func `swapped, the other one leads`() throws {
    let folder = try simulated()
    let report = try LagReport.run(
      ["pain.tsv", "--x", "pain", "--y", "sleep", "--subject", "subject", "--time", "time"],
      in: folder)
    #expect(report.conclusion == "y leads")
    #expect(report.statements.result.contains("sleep leads"))
  }

  @Test func `the summary has paths, comparison and what may and may not be concluded`() throws {
    let folder = try simulated()
    let result = try Command.slopeqtl(
      ["lag", "pain.tsv"] + Self.columns + ["--coefficients", "both.tsv", "--digits", "6"],
      in: folder)
    #expect(result.exitCode == 0)
    for word in [
      "Pairs of visits used: ", "Lag: one step of 1", "gaps longer than the lag",
      "sleep -> pain", "pain -> sleep", "|sleep -> pain| - |pain -> sleep|",
      "Conclusion: x leads", "What may be concluded:", "What may not:", "Granger", "cause",
      "measurement",
    ] { #expect(result.output.contains(word), "\(word)") }
    let table = try folder.lines("both.tsv")
    #expect(table[0] == "term\testimate\tse\tdf\tstatistic\tp\tlower\tupper")
    #expect(
      table.dropFirst().map { $0.split(separator: "\t")[0] } == [
        "sleep ~ (Intercept)", "sleep ~ time", "sleep ~ lag(sleep)", "sleep ~ lag(pain)",
        "sleep ~ first(sleep)", "sleep ~ first(pain)", "pain ~ (Intercept)", "pain ~ time",
        "pain ~ lag(sleep)", "pain ~ lag(pain)", "pain ~ first(sleep)", "pain ~ first(pain)",
      ])
  }

  @Test func `the same command gives the same bytes`() throws {
    let folder = try simulated()
    for name in ["one", "two"] {
      let result = try Command.slopeqtl(
        ["lag", "pain.tsv"] + Self.columns + ["--coefficients", "\(name).tsv", "--quiet"],
        in: folder)
      #expect(result.exitCode == 0 && result.output.isEmpty && result.errors.isEmpty)
    }
    try folder.expectSame("one.tsv", "two.tsv")
  }

  /// The same numbers as genes of an expression file and as columns of a table.
  @Test func `two genes of an expression file are two columns of a table`() throws {
    let folder = try simulated(["--donors", "60"])
    var rows = try folder.lines("pain.tsv").map { $0.split(separator: "\t").map(String.init) }
    rows.removeFirst()
    let ids = rows.indices.map { "v\($0)" }
    let genes = [("g0", 2), ("sleep", 2), ("pain", 3)].enumerated().map { place, gene in
      (["1", "\(1000 * (place + 1))", "\(1000 * (place + 1) + 10)", gene.0]
        + rows.map { $0[gene.1] }).joined(separator: "\t")
    }
    try folder.write(
      ids: [(["#chr", "start", "end", "id"] + ids).joined(separator: "\t")] + genes, to: "e.bed")
    try folder.write(
      ids: ["sample_id\tdonor_id\tday\tarm"]
        + zip(ids, rows).reversed().map { "\($0)\t\($1[0])\t\($1[1])\t\($1[0].suffix(1))" },
      to: "samples.tsv")
    let table = try LagReport.run(["pain.tsv"] + Self.columns, in: folder)
    let genesReport = try LagReport.run(
      [
        "--bed", "e.bed", "--samples", "samples.tsv", "--time", "day", "--x", "sleep", "--y",
        "pain",
      ], in: folder)
    #expect(genesReport.pairsUsed == table.pairsUsed)
    #expect(genesReport.deviance == table.deviance)
    #expect(genesReport.paths.xToY.estimate == table.paths.xToY.estimate)
    #expect(genesReport.subject == "donor_id" && genesReport.time == "day")
    let adjusted = try LagReport.run(
      [
        "--bed", "e.bed", "--samples", "samples.tsv", "--time", "day", "--x", "sleep", "--y",
        "pain",
        "--covariates", "arm",
      ], in: folder)
    #expect(adjusted.fixedEffects.count == table.fixedEffects.count + 2)
    #expect(adjusted.fixedEffects.contains { $0.term == "pain ~ arm" })
    let absent = try Command.slopeqtl(
      [
        "lag", "--bed", "e.bed", "--samples", "samples.tsv", "--time", "day", "--x", "g7", "--y",
        "g0",
      ],
      in: folder)
    #expect(absent.exitCode == 65)
    #expect(absent.missing(["e.bed", "no gene 'g7'", "g0, sleep, pain"]) == [])
  }
}
