import Foundation
import TestSupport
import Testing

/// `slopeqtl report`: one page about a finished scan.
@Suite struct ReportTests {
  private static let sections = [
    "summary", "cohort", "calibration", "genome", "genes", "models", "run", "methods",
  ]

  /// Scans files in a folder to `scan` and writes `scan.html`.
  private static func report(
    _ flags: [String], inputs: [String] = CohortFiles.inputs, in folder: ScratchFolder
  ) throws -> ReportHTML {
    try ReportedScan(flags, inputs: inputs, in: folder).page
  }

  /// A simulated cohort that has found genes, in a folder.
  private static func simulated(_ folder: ScratchFolder) throws -> [String] {
    let made = try Command.slopeqtl(
      [
        "simulate", "--out", "cohort", "--donors", "60", "--times", "5", "--genes", "30",
        "--variants", "300", "--dynamic-fraction", "0.3", "--missing", "0.1", "--seed", "5",
      ], in: folder)
    guard made.exitCode == 0 else { throw CohortFiles.Failure(text: made.errors) }
    return simulatedInputs
  }

  private static let simulatedInputs = [
    "--vcf", "cohort.vcf.gz", "--bed", "cohort.bed.gz", "--samples", "cohort.samples.tsv", "--cov",
    "cohort.covariates.txt",
  ]

  // MARK: Numbers

  @Test("every number equals the tables'")
  func numbers() throws {
    let folder = try ScratchFolder()
    let inputs = try Self.simulated(folder)
    let page = try Self.report([], inputs: inputs, in: folder)
    let pairs = try ResultTable(path: folder.path("scan.pairs.tsv.gz"))
    let genes = try ResultTable(path: folder.path("scan.genes.tsv.gz"))
    let facts = page.facts
    #expect(ReportHTML.count(facts["Genes"]) == genes.rows.count)
    #expect(ReportHTML.count(facts["Pairs tested"]) == pairs.rows.count)
    let found = genes.rows.filter { $0.number("qval") <= 0.05 }
    #expect(found.count >= 3)
    #expect(ReportHTML.count(facts["Genes with a dynamic eQTL (q ≤ 0.05)"]) == found.count)
    for pattern in ["early", "late", "switch"] {
      #expect(
        ReportHTML.count(facts["… \(pattern)"]) == found.count { $0["pattern"] == pattern })
    }
    try expectSamples(facts, in: folder)
    expectTopGenes(page, genes)
    expectStatuses(page.table("Status of all pairs"), pairs.rows.map { $0["status"] })
    expectStatuses(
      page.table("Status of the genes' fits without a variant"), genes.rows.map { $0["status"] })
    try expectInflation(page.table("Inflation factors"), pairs)
    // The paragraph tells of the same scan.
    let boundary = pairs.rows.count { $0["status"] == "boundary" }
    let share = String(format: "%.1f", 100 * Double(boundary) / Double(pairs.rows.count))
    #expect(page.text.contains("\(share) % of the optima lay on the boundary"))
    #expect(page.text.contains("(\(pairs.rows.count) pairs of \(genes.rows.count) genes)"))
  }

  private func expectSamples(_ facts: [String: String], in folder: ScratchFolder) throws {
    let sheet = try ScratchFolder.lines(path: folder.path("cohort.samples.tsv"))
      .map(ResultTable.fields)
    let donor = try #require(sheet[0].firstIndex { $0.hasPrefix("donor") })
    let time = try #require(sheet[0].firstIndex(of: "time"))
    let rows = sheet.dropFirst()
    #expect(ReportHTML.count(facts["Samples"]) == rows.count)
    let visits = Dictionary(grouping: rows) { $0[donor] }
    #expect(ReportHTML.count(facts["Donors"]) == visits.count)
    let counts = visits.values.map(\.count)
    #expect(facts["Samples per donor"] == "\(counts.min() ?? 0) to \(counts.max() ?? 0)")
    #expect(ReportHTML.count(facts["Times"]) == Set(rows.map { $0[time] }).count)
    #expect(
      ReportHTML.count(facts["Visit patterns"])
        == Set(visits.values.map { $0.map { $0[time] }.sorted() }).count)
  }

  /// Rows of the best genes are the table's own texts.
  private func expectTopGenes(_ page: ReportHTML, _ genes: ResultTable) {
    let table = page.table("Genes with the smallest p-values")
    let ranked = genes.rows.filter { !$0.number("pval_gi").isNaN }
      .sorted { $0.number("pval_gi") < $1.number("pval_gi") }
    #expect(table.count == min(25, ranked.count) + 1)
    for (cells, row) in zip(table.dropFirst(), ranked) {
      for (name, cell) in zip(table[0], cells) {
        let expected = name == "position" ? "\(row["var_chrom"]):\(row["pos"])" : row[name]
        #expect(cell == expected, "\(row["phenotype_id"]) \(name)")
      }
    }
  }

  private func expectStatuses(_ table: [[String]], _ statuses: [String]) {
    let counts = Dictionary(grouping: statuses) { $0 }.mapValues(\.count)
    #expect(table.count == counts.count + 1)
    for row in table.dropFirst() {
      #expect(ReportHTML.count(row[1]) == counts[row[0]], "\(row)")
      let share = 100 * Double(counts[row[0]] ?? 0) / Double(statuses.count)
      #expect(row[2] == String(format: "%.2f %%", share), "\(row)")
    }
  }

  /// λ by the median of all p-values in a class, its χ² found by bisection of the complementary error
  /// function.
  private func expectInflation(_ table: [[String]], _ pairs: ResultTable) throws {
    func chiSquared(_ p: Double) -> Double {
      var (low, high) = (0.0, 40.0)
      for _ in 0..<200 {
        let middle = 0.5 * (low + high)
        if erfc(middle / 2.0.squareRoot()) > p { low = middle } else { high = middle }
      }
      return low * low
    }
    func lambda(_ values: [Double]) -> Double {
      let sorted = values.filter { !$0.isNaN }.sorted()
      let half = sorted.count / 2
      let median = sorted.count % 2 == 1 ? sorted[half] : 0.5 * (sorted[half - 1] + sorted[half])
      return chiSquared(median) / chiSquared(0.5)
    }
    #expect(table.count >= 3)
    for row in table.dropFirst() {
      let rows: [ResultTable.Row]
      if row[0] == "all" {
        rows = pairs.rows
      } else {
        let ends = row[0].split(separator: " ")[1].split(separator: "–").compactMap { Double($0) }
        rows = pairs.rows.filter { row in
          let frequency = min(row.number("af"), 1 - row.number("af"))
          // A frequency of 0.1 may be read as a little less.
          return frequency >= ends[0] - 1e-9
            && (frequency < ends[1] - 1e-9 || ends[1] == 0.5)
        }
      }
      #expect(ReportHTML.count(row[1]) == rows.count, "\(row)")
      for (cell, name) in [(row[2], "pval_gi"), (row[3], "pval_g")] {
        let shown = try #require(Double(cell))
        // Shown with four decimals.
        #expect(abs(shown - lambda(rows.map { $0.number(name) })) <= 5.1e-5, "\(row) \(name)")
      }
      let small = rows.count { $0.number("pval_gi") < 0.05 }
      let share = 100 * Double(small) / Double(rows.count)
      #expect(row[4] == String(format: "%.2f %%", share), "\(row)")
    }
  }

  // MARK: In a browser

  @Test(
    "a browser without network finds every section filled, nothing cut and nothing overlapping",
    .enabled(if: BrowserCheck.isAvailable, "\(BrowserCheck.reason)"))
  func browser() throws {
    let folder = try ScratchFolder()
    let inputs = try Self.simulated(folder)
    let page = try Self.report([], inputs: inputs, in: folder)
    #expect(page.sections == Self.sections)
    #expect(try BrowserCheck.findings(inPage: page.text) == [])
    #expect(!page.text.contains("data-empty"))
  }

  @Test(
    "pages of real data are looked at as well",
    .enabled(if: BrowserCheck.isAvailable, "\(BrowserCheck.reason)"),
    .enabled(if: TestData.has("timecourse_chr22"), "skipped: no data set timecourse_chr22"),
    .enabled(if: TestData.has("mouse_f2_growth"), "skipped: no data set mouse_f2_growth"),
    arguments: ["timecourse_chr22", "mouse_f2_growth"])
  func realPages(_ name: String) throws {
    let folder = try ScratchFolder()
    let data = TestData.path(name)
    let isMouse = name == "mouse_f2_growth"
    let inputs =
      [
        "--vcf", "\(data)/genotypes.vcf.gz", "--bed", "\(data)/expression.bed.gz", "--samples",
        "\(data)/samples.tsv",
      ] + (isMouse ? [] : ["--cov", "\(data)/covariates.txt"])
    let flags = isMouse ? ["--trans", "--pval-threshold", "1"] : []
    let page = try Self.report(flags, inputs: inputs, in: folder)
    #expect(page.sections == Self.sections)
    #expect(try BrowserCheck.findings(inPage: page.text) == [])
    #expect(!page.text.contains("data-empty"))
  }

  // MARK: Verdict

  @Test("false discoveries of few donors are named, and no verdict calls them fine")
  func fewDonors() throws {
    let folder = try ScratchFolder()
    let made = try Command.slopeqtl(
      [
        "simulate", "--out", "cohort", "--donors", "19", "--times", "6", "--genes", "120",
        "--dynamic-fraction", "0", "--seed", "3", "--quiet",
      ], in: folder)
    try #require(made.exitCode == 0, "\(made.errors)")
    let page = try Self.report([], inputs: Self.simulatedInputs, in: folder)
    let genes = try ResultTable(path: folder.path("scan.genes.tsv.gz"))
    let pairs = try ResultTable(path: folder.path("scan.pairs.tsv.gz"))
    let found = genes.rows.filter { $0.number("qval") <= 0.05 }
    // Nothing is dynamic in these data.
    try #require(!found.isEmpty)
    let doubted = found.filter { gene in
      pairs.rows.contains {
        $0["phenotype_id"] == gene["phenotype_id"] && $0["variant_id"] == gene["variant_id"]
          && $0["status"] == "boundary"
      }
    }.sorted { $0.number("pval_gi") < $1.number("pval_gi") }.map { $0["phenotype_id"] }
    try #require(!doubted.isEmpty)
    #expect(page.text.contains("Caution:"))
    #expect(
      page.text.contains(
        doubted.count == 1
          ? "Of the genes found \(doubted[0]) has such a lead variant."
          : "have such lead variants: \(doubted.joined(separator: ", "))."))
    #expect(page.text.contains("--df kenward-roger"))
    for phrase in ["mean what they say", "take account of it", "is safe"] {
      #expect(!page.text.contains(phrase), "\(phrase)")
    }
    let locus = try Command.slopeqtl(
      ["locus"] + Self.simulatedInputs + ["--gene", doubted[0], "--quiet"], in: folder)
    let text = locus.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(text.contains("confirm such hits with --df kenward-roger"))
    #expect(!text.contains("the tests hold"))
    // The test that counts donors has none of it.
    let exact = try Self.report(
      ["--df", "kenward-roger", "--force"], inputs: Self.simulatedInputs, in: folder)
    #expect(exact.text.contains("The tests take account of it."))
    #expect(exact.facts["Genes with a dynamic eQTL (q ≤ 0.05)"] == "0")
  }

  @Test("a handful of genes is too few to call tests right")
  func fewGenes() throws {
    let folder = try ScratchFolder()
    let made = try Command.slopeqtl(
      [
        "simulate", "--out", "cohort", "--donors", "60", "--genes", "3", "--dynamic-fraction", "0",
        "--quiet",
      ], in: folder)
    try #require(made.exitCode == 0, "\(made.errors)")
    let page = try Self.report([], inputs: Self.simulatedInputs, in: folder)
    #expect(page.text.contains("Too few genes to tell"))
    #expect(!page.text.contains("mean what they say"))
  }

  // MARK: Inputs

  @Test("inputs that were moved are given by flags, others are refused by their checksums")
  func moved() throws {
    let folder = try ScratchFolder()
    try CohortFiles().write(to: folder)
    _ = try CohortFiles.scan(CohortFiles.everyPair, in: folder)
    for name in ["expression.bed", "genotypes.vcf"] {
      try FileManager.default.moveItem(
        atPath: folder.path(name), toPath: folder.path("moved.\(name)"))
    }
    let lost = try Command.slopeqtl(["report", "scan", "--out", "scan.html"], in: folder)
    #expect(lost.exitCode == 66)
    #expect(lost.missing(["genotypes.vcf"]) == [])
    #expect(folder.names(startingWith: "scan.html") == [])
    let flags = [
      "report", "scan", "--out", "scan.html", "--vcf", "moved.genotypes.vcf", "--bed",
      "moved.expression.bed",
    ]
    let found = try Command.slopeqtl(flags, in: folder)
    #expect(found.exitCode == 0, "\(found.errors)")
    var other = try CohortFiles()
    other.bed[1][4] = "0.123"
    try folder.write(CohortFiles.text(other.bed), to: "moved.expression.bed")
    let wrong = try Command.slopeqtl(flags, in: folder)
    #expect(wrong.exitCode == 65)
    #expect(wrong.missing(["moved.expression.bed", "not the expression of the scan", "MD5"]) == [])
  }

  @Test("results of merged shards and of a folder elsewhere are reported as well")
  func merged() throws {
    let folder = try ScratchFolder()
    try CohortFiles().write(to: folder)
    for shard in 1...2 {
      _ = try CohortFiles.scan(
        CohortFiles.everyPair + ["--shard", "\(shard)/2"], in: folder, prefix: "part.\(shard)")
    }
    let joined = try Command.slopeqtl(["merge", "--out", "whole", "part.1", "part.2"], in: folder)
    #expect(joined.exitCode == 0, "\(joined.errors)")
    let whole = try Command.slopeqtl(["report", "whole", "--out", "whole.html"], in: folder)
    #expect(whole.exitCode == 0, "\(whole.errors)")
    let shard = try Command.slopeqtl(["report", "part.1", "--out", "part.html"], in: folder)
    #expect(shard.exitCode == 65)
    #expect(shard.missing(["shard 1/2", "slopeqtl merge"]) == [])
    // From another folder: paths of the command lead on from where it ran.
    _ = try CohortFiles.scan(CohortFiles.everyPair, in: folder)
    let elsewhere = try ScratchFolder()
    let result = try Command.slopeqtl(
      ["report", folder.path("scan"), "--out", "page.html"], in: elsewhere)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(elsewhere.names(startingWith: "page.html") == ["page.html"])
  }

  @Test(
    "other models have pages too",
    arguments: [
      ["--time-basis", "poly:2"], ["--pval-threshold", "0.1"], ["--random", "(1 | donor)"],
      ["--criterion", "ml"], ["--trans", "--pval-threshold", "0.01"],
    ])
  func models(_ flags: [String]) throws {
    let folder = try ScratchFolder()
    try CohortFiles(reference: "cohort_missing").write(to: folder)
    let page = try Self.report(CohortFiles.everyPair + flags, in: folder)
    #expect(page.sections == Self.sections)
  }
}
