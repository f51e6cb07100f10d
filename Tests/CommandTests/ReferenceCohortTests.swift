import Testing

@Suite struct ReferenceCohortTests {
  /// One stored table and the flags of the model that it holds.
  struct Fit: CustomTestStringConvertible, Sendable {
    let cohort: String
    let table: String
    var flags: [String] = []

    var testDescription: String { "\(cohort)/\(table)" }
  }

  @Test(arguments: [
    Fit(cohort: "cohort_balanced", table: "expected.tsv"),
    Fit(cohort: "cohort_missing", table: "expected.tsv"),
    Fit(cohort: "cohort_small", table: "expected.tsv"),
    Fit(cohort: "cohort_missing", table: "expected_ml.tsv", flags: ["--criterion", "ml"]),
    Fit(
      cohort: "cohort_missing", table: "expected_intercept.tsv",
      flags: ["--random", "(1 | donor)"]),
    Fit(
      cohort: "cohort_missing", table: "expected_uncorrelated.tsv",
      flags: ["--random", "(1 + time || donor)"]),
  ])
  func `every pair agrees with the stored fits of lme4`(_ fit: Fit) throws {
    let expected = try ResultTable(
      path: CohortFiles.root.appendingPathComponent("reference/\(fit.cohort)/\(fit.table)").path)
    let folder = try ScratchFolder()
    try CohortFiles(reference: fit.cohort).write(to: folder)
    let actual = try CohortFiles.scan(
      CohortFiles.everyPair + ["--digits", "17"] + fit.flags, in: folder)
    #expect(actual.rows.count == 120)
    #expect(expected.rows.count == 120)
    ReferenceComparison(
      expected: expected.rows, actual: actual.byPair, leads: try ResultTable.leads(in: folder)
    ).check()
  }
}
