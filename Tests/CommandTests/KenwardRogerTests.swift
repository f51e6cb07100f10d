import Foundation
import Testing

/// `--df kenward-roger`.
@Suite struct KenwardRogerTests {
  private static let flags = CohortFiles.everyPair + ["--digits", "17", "--df", "kenward-roger"]

  @Test(arguments: [
    ReferenceCohortTests.Fit(cohort: "cohort_balanced", table: "kenward_roger.tsv"),
    ReferenceCohortTests.Fit(cohort: "cohort_missing", table: "kenward_roger.tsv"),
    ReferenceCohortTests.Fit(cohort: "cohort_small", table: "kenward_roger.tsv"),
    ReferenceCohortTests.Fit(
      cohort: "cohort_missing", table: "kenward_roger_intercept.tsv",
      flags: ["--random", "(1 | donor)"]),
    ReferenceCohortTests.Fit(
      cohort: "cohort_missing", table: "kenward_roger_uncorrelated.tsv",
      flags: ["--random", "(1 + time || donor)"]),
  ])
  func `every stored pair agrees with pbkrtest`(_ fit: ReferenceCohortTests.Fit) throws {
    let expected = try ResultTable(
      path: CohortFiles.root.appendingPathComponent("reference/\(fit.cohort)/\(fit.table)").path)
    let folder = try ScratchFolder()
    try CohortFiles(reference: fit.cohort).write(to: folder)
    let actual = try CohortFiles.scan(Self.flags + fit.flags, in: folder).byPair
    let leads = try ResultTable.leads(in: folder)
    #expect(expected.rows.count >= 24)
    #expect(expected.rows.contains { $0["singular"] == "TRUE" })
    var exact = 0
    for row in expected.rows {
      let found = try #require(actual[row.pair])
      if ReferenceComparison.isExact(found) || leads.contains(found.pair) {
        exact += 1
        checkExact(found, row)
      } else {
        checkFast(found, row)
      }
    }
    #expect(exact > 0 && exact < expected.rows.count, "\(exact) of \(expected.rows.count)")
  }

  private func checkExact(_ found: ResultTable.Row, _ row: ResultTable.Row) {
    // As for lmerTest (ReferenceComparison): theta is uncertain by 1e-6, and all of these follow
    // it directly; p-values change by t² times as much as SEs.
    for effect in ["g", "i", "gi"] {
      for column in ["b_\(effect)_se", "pval_\(effect)"] {
        expect(found, row, column, within: 1e-5 * row.number(column))
      }
    }
    expect(found, row, "stat_gi", within: 1e-5 * max(1, abs(row.number("stat_gi"))))
    expect(found, row, "df_gi", within: 1e-5 * row.number("df_gi"))
    expect(
      found, row, "cov_b_g_b_gi", within: 1e-5 * row.number("b_g_se") * row.number("b_gi_se"))
  }

  /// What is promised of t and p of fast rows; the others as in ReferenceComparison.
  private func checkFast(_ found: ResultTable.Row, _ row: ResultTable.Row) {
    expect(found, row, "stat_gi", within: found.number("n_donors") < 50 ? 2e-3 : 5e-4)
    let decades = log10(found.number("pval_gi") / row.number("pval_gi"))
    #expect(abs(decades) <= 1e-3, "pval_gi of \(row.pair): \(found["pval_gi"])")
    for effect in ["g", "i", "gi"] {
      expect(found, row, "b_\(effect)_se", within: 2e-3 * row.number("b_\(effect)_se"))
    }
    expect(found, row, "df_gi", within: 0.02 * row.number("df_gi"))
    expect(
      found, row, "cov_b_g_b_gi", within: 2e-3 * row.number("b_g_se") * row.number("b_gi_se"))
  }

  private func expect(
    _ found: ResultTable.Row, _ row: ResultTable.Row, _ column: String, within tolerance: Double
  ) {
    let value = row.number(column)
    #expect(
      abs(found.number(column) - value) <= tolerance,
      "\(column) of \(row.pair): \(found[column]), pbkrtest has \(value)")
  }

  @Test func `it changes inference alone, and the manifest names it`() throws {
    let folder = try ScratchFolder()
    try CohortFiles(reference: "cohort_missing").write(to: folder)
    let flags = CohortFiles.everyPair + ["--digits", "17"]
    let adjusted = try CohortFiles.scan(Self.flags, in: folder)
    let plain = try CohortFiles.scan(flags, in: folder, prefix: "plain")
    let exempt = try ResultTable.leads(in: folder).union(
      ResultTable.leads(in: folder, prefix: "plain"))
    #expect(adjusted.rows.count == plain.rows.count)
    var compared = 0
    for (one, other) in zip(adjusted.rows, plain.rows) {
      // A measured error of fast standard errors; without an adjustment they are equal.
      #expect(one.number("b_gi_se") >= other.number("b_gi_se") * (1 - 1e-4), "\(one.pair)")
      // Where one is exact and the other not, they differ within the promise.
      guard
        !exempt.contains(one.pair), !ReferenceComparison.isExact(one),
        !ReferenceComparison.isExact(other)
      else { continue }
      compared += 1
      #expect(one["status"] == other["status"], "\(one.pair)")
      // The two come from charts of other centres and boxes, whose errors in these numbers are a few
      // millionths of their size here: what a wrong row or column would change is not.
      for column in ["b_g", "b_i", "b_gi", "deviance", "sd_slope", "sd_residual"] {
        let value = other.number(column)
        #expect(
          abs(one.number(column) - value) <= 2e-5 * max(1, abs(value)), "\(column) of \(one.pair)")
      }
    }
    #expect(compared > adjusted.rows.count / 2)
    let manifest = try String(contentsOfFile: folder.path("scan.manifest.json"), encoding: .utf8)
    #expect(manifest.contains("\"degrees_of_freedom\" : \"kenward-roger\""))
  }

  @Test func `with maximum likelihood it is refused`() throws {
    try Refusal(
      "kenward-roger with ml", exitCode: 64,
      flags: ["--df", "kenward-roger", "--criterion", "ml"],
      words: ["--df kenward-roger", "--criterion ml", "reml", "--df satterthwaite"]
    ).check()
  }
}
