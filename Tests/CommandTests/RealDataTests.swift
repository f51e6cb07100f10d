import Foundation
import TestSupport
import Testing

extension TestData {
  /// The flags that name a data set's files.
  static func inputs(_ name: String) -> [String] {
    [
      "--vcf", path("\(name)/genotypes.vcf.gz"), "--bed", path("\(name)/expression.bed.gz"),
      "--samples", path("\(name)/samples.tsv"),
    ]
  }
}

@Suite struct RealDataTests {
  @Test(.enabled(if: TestData.has("mouse_f2_growth"), "data sets are not here: mouse_f2_growth"))
  func `growth of mice is fitted as by lme4`() throws {
    let formula = "expression ~ time * genotype + time * sex01 + (1 + time | donor)"
    let folder = try ScratchFolder()
    // A variant alone leads its gene, so that its fit is exact.
    try folder.write(ids: ["JAX00475342"], to: "variants")
    let table = try CohortFiles.scan(
      [
        "--genes", "weight", "--formula", formula, "--trans", "--pval-threshold", "1", "--maf", "0",
        "--keep-variants", "variants", "--digits", "12",
      ], inputs: TestData.inputs("mouse_f2_growth"), in: folder)
    let row = try #require(table.byPair["weight JAX00475342"])
    #expect(row["n_samples"] == "7141")
    // lme4 prints six decimals.
    #expect(abs(row.number("deviance") - 24631.500237) <= 1e-6)
    // lme4's optimum, refined to ten digits; theta's uncertainty of 1e-6 moves SEs by 1e-8.
    #expect(abs(row.number("b_gi") - 0.03913764788) <= 1e-8)
    #expect(abs(row.number("b_gi_se") - 0.01592540453) <= 1e-8)
    // Weight grows with a certainty that a double cannot hold.
    #expect(row["pval_i"].hasSuffix("e-502"))
  }

  @Test(
    .enabled(
      if: TestData.has("yeast_two_conditions"), "data sets are not here: yeast_two_conditions"))
  func `two conditions with a random intercept are a test of paired differences`() throws {
    let table = try CohortFiles.scan(
      [
        "--random", "(1 | donor)", "--trans", "--genes", "YHR054C", "--pval-threshold", "1",
        "--digits", "12",
      ], inputs: TestData.inputs("yeast_two_conditions"), in: ScratchFolder())
    let row = try #require(table.byPair["YHR054C M1235"])
    // The t statistic of the regression of differences on genotype, to eight digits.
    #expect(abs(abs(row.number("stat_gi")) - 22.454603) <= 1e-5)
    // 109 differences, two coefficients.
    #expect(abs(row.number("df_gi") - 107) <= 1e-5)
  }

  @Test(
    .enabled(
      if: TestData.has("yeast_two_conditions"), "data sets are not here: yeast_two_conditions"))
  func `two conditions cannot identify a random slope`() throws {
    let folder = try ScratchFolder()
    let result = try Command.slopeqtl(
      ["scan", "--out", "scan"] + TestData.inputs("yeast_two_conditions"), in: folder)
    #expect(result.exitCode == 65)
    #expect(
      result.missing(["218 observations", "218 random effects", "--random '(1 | donor)'"]) == [])
    #expect(folder.names() == [])
  }

  @Test(.enabled(if: TestData.has("geuvadis_chr22"), "data sets are not here: geuvadis_chr22"))
  func `one sample a donor is refused`() throws {
    let bed = TestData.path("geuvadis_chr22/genes.50percent.chr22.bed.gz")
    let folder = try ScratchFolder()
    let header = try #require(try ScratchFolder.lines(path: bed).first)
    let rows = ResultTable.fields(header).dropFirst(6).map { [$0, $0, "0"] }
    try folder.write(
      CohortFiles.text([["sample_id", "donor_id", "time"]] + rows), to: "samples.tsv")
    let result = try Command.slopeqtl(
      [
        "scan", "--out", "scan", "--vcf", TestData.path("geuvadis_chr22/genotypes.chr22.vcf.gz"),
        "--bed", bed, "--samples", "samples.tsv",
      ], in: folder)
    #expect(result.exitCode == 65)
    #expect(result.missing(["every donor has one sample", "358 observations"]) == [])
    #expect(folder.names(startingWith: "scan") == [])
  }

  @Test(
    .enabled(if: TestData.has("timecourse_chr22"), "data sets are not here: timecourse_chr22"))
  func `pairs of the time course agree with the stored fits of lme4`() throws {
    let expected = try ResultTable(
      path: CohortFiles.root.appendingPathComponent("reference/timecourse_chr22/expected.tsv").path)
    let folder = try ScratchFolder()
    try folder.write(ids: Set(expected.rows.map { $0["phenotype_id"] }).sorted(), to: "genes")
    try folder.write(ids: Set(expected.rows.map { $0["variant_id"] }).sorted(), to: "variants")
    let inputs =
      TestData.inputs("timecourse_chr22")
      + ["--cov", TestData.path("timecourse_chr22/covariates.txt")]
    let actual = try CohortFiles.scan(
      ["--genes", "genes", "--keep-variants", "variants", "--digits", "17"], inputs: inputs,
      in: folder
    ).byPair
    let rows = expected.rows
    #expect(rows.count == 200)
    #expect(rows.contains { $0["n_samples"] != "709" }, "no gene lacks samples")
    ReferenceComparison(
      expected: rows, actual: actual, leads: try ResultTable.leads(in: folder)
    ).check()
    for row in rows {
      #expect(actual[row.pair]?["n_samples"] == row["n_samples"])
      #expect(actual[row.pair]?["n_donors"] == row["n_donors"])
    }
  }
}
