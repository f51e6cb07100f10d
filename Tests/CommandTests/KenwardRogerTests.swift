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
    let actual = try CohortFiles(reference: fit.cohort).scan(Self.flags + fit.flags).byPair
    #expect(expected.rows.count >= 24)
    #expect(expected.rows.contains { $0["singular"] == "TRUE" })
    for row in expected.rows {
      let found = try #require(actual[row.pair])
      // As for lmerTest (ReferenceComparison): theta is uncertain by 1e-6, and all of these follow
      // it directly; p-values change by t² times as much as SEs.
      for effect in ["g", "i", "gi"] {
        for column in ["b_\(effect)_se", "pval_\(effect)"] {
          let value = row.number(column)
          #expect(
            abs(found.number(column) - value) <= 1e-5 * value,
            "\(column) of \(row.pair): \(found[column]), pbkrtest has \(value)")
        }
      }
      for (column, scale) in [
        ("stat_gi", max(1, abs(row.number("stat_gi")))), ("df_gi", row.number("df_gi")),
        ("cov_b_g_b_gi", row.number("b_g_se") * row.number("b_gi_se")),
      ] {
        let value = row.number(column)
        #expect(
          abs(found.number(column) - value) <= 1e-5 * scale,
          "\(column) of \(row.pair): \(found[column]), pbkrtest has \(value)")
      }
    }
  }

  @Test func `it changes inference alone, and the manifest names it`() throws {
    let folder = try ScratchFolder()
    try CohortFiles(reference: "cohort_missing").write(to: folder)
    let adjusted = try CohortFiles.scan(Self.flags, in: folder)
    let plain = try CohortFiles.scan(
      CohortFiles.everyPair + ["--digits", "17", "--df", "residual"], in: folder, prefix: "plain")
    #expect(adjusted.rows.count == plain.rows.count)
    for (one, other) in zip(adjusted.rows, plain.rows) {
      // Both are exact fits from the same start, in the same steps.
      for column in ["b_g", "b_i", "b_gi", "deviance", "sd_slope", "sd_residual", "status"] {
        #expect(one[column] == other[column])
      }
      // The adjustment is never negative but for rounding.
      #expect(one.number("b_gi_se") >= other.number("b_gi_se") * (1 - 1e-9))
    }
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
