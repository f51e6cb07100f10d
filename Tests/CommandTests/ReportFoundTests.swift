import Foundation
import TestSupport
import Testing

/// What a report says of the genes found, and what it must not say.
@Suite struct ReportFoundTests {
  private static let foundFact = "Genes with a dynamic eQTL (q ≤ 0.05)"
  private static let withoutMain = "expression ~ time + time:genotype + (1 + time | donor)"

  @Test("only genes that count as found are said to rest on few donors")
  func few() throws {
    let scan = try ReportedScan(try CohortFiles())
    let genes = try scan.genes.rows
    let found = Set(genes.filter { $0.number("qval") <= 0.05 }.map { $0["phenotype_id"] })
    #expect(found.count == 5)
    let text = try #require(scan.page.callout("Results that rest on few donors"))
    let named = text.matches(of: /GENE\d\d/).map { String($0.output) }
    #expect(!named.isEmpty)
    #expect(named.filter { !found.contains($0) } == [])
    // All of them are looked at.
    #expect(scan.page.table("How many donors stand behind them").count == 1 + genes.count)
  }

  @Test("where no gene is found, no result is said to rest, or not to rest, on single donors")
  func none() throws {
    let page = try ReportedScan(try ReportedScan.small()).page
    #expect(page.facts[Self.foundFact] == "0")
    #expect(page.missing(["None of the genes looked at one by one counts as found"]) == [])
    #expect(page.missing(["0 of 2 genes have q-values up to 0.05."]) == [])
    #expect(!page.words.contains("No single donor makes"))
    #expect(!page.words.contains("rest on few donors"))
  }

  @Test("without p-values of genes no gene counts as found, and the reason is given")
  func withoutGenePValues() throws {
    let page = try ReportedScan(try ReportedScan.small(), ["--gene-pvalue", "none"]).page
    let reason = "no q-values: the scan ran with --gene-pvalue none"
    #expect(page.facts[Self.foundFact] == reason)
    #expect(page.facts["… early"] == nil)
    #expect(page.missing(["There are \(reason), so that no gene counts as found."]) == [])
    for wrong in ["genes have q-values", "gene has a q-value", "No gene is significant"] {
      #expect(!page.text.contains(wrong), "\(wrong)")
    }
  }

  @Test("without a main effect of genotype there are no patterns, and no plot of its p-values")
  func withoutMainEffect() throws {
    let page = try ReportedScan(
      try CohortFiles(), ["--formula", Self.withoutMain]
    ).page
    #expect(ReportHTML.count(page.facts[Self.foundFact]) != nil)
    let patterns = try #require(page.facts["… early, late, switch"])
    #expect(patterns.contains("not defined: without a main effect of genotype"))
    #expect(page.facts["… early"] == nil)
    #expect(page.missing(["Genotype has no plot of its own", "there is no pval_g"]) == [])
    #expect(!page.words.contains("Genotype: observed and expected"))
    #expect(
      page.table("Inflation factors").first
        == ["pairs", "count", "λ, genotype × time", "pval_gi up to 0.05"])
    let whole = try ReportedScan(try ReportedScan.small()).page
    #expect(whole.missing(["Had no variant a main effect (pval_g), all dots"]) == [])
    #expect(whole.missing(["Were no effect dynamic, all dots"]) == [])
  }

  @Test("one gene, one pair: numbers and nouns agree")
  func singular() throws {
    let folder = try ScratchFolder()
    let cohort = try ReportedScan.small(genes: 1)
    try cohort.write(to: folder)
    try folder.write("\(cohort.geneIDs[0])\t\(cohort.variantIDs[0])\n", to: "pairs.txt")
    let page = try ReportedScan(
      CohortFiles.everyPair + ["--keep-pairs", "pairs.txt"], in: folder
    ).page
    #expect(page.methods.contains("a list of 1 gene–variant pair whose"))
    #expect(page.methods.contains("(1 pair of 1 gene)"))
    #expect(
      page.missing(["0 of 1 gene have q-values up to 0.05. The table has the 1 gene with"]) == [])
    // What a list chose has no λ to judge by.
    #expect(page.words.contains("λ of genotype × time, "))
    #expect(page.missing(["is that of the list's choice", "A scan of all pairs does."]) == [])
    let wrong = page.text.firstMatch(of: /\b1 (genes|pairs|donors|samples|times|threads)\b/)
    #expect(wrong?.output.0 == nil)
  }

  @Test(
    "gene ids of 300 characters make no page wider than its window",
    .enabled(if: BrowserCheck.isAvailable, "\(BrowserCheck.reason)"))
  func longIDs() throws {
    var cohort = try CohortFiles()
    for row in cohort.bed.indices.dropFirst() {
      cohort.bed[row][3] = String(repeating: "LONG", count: 74) + "\(1000 + row)"
    }
    let page = try ReportedScan(cohort).page
    #expect(try BrowserCheck.findings(inPage: page.text) == [])
  }

  // MARK: Counts

  /// A scan of counts: pairs that a list has, some with strong effects.
  private static func counts() throws -> ReportedScan {
    let cohort = try CohortFiles(
      simulating: [
        "--family", "poisson", "--donors", "60", "--times", "5", "--genes", "4", "--variants", "40",
        "--chromosomes", "1", "--dynamic-fraction", "0.5", "--seed", "9",
      ])
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    let leads = ["chr1_121115_C_T", "chr1_109083_T_A", "chr1_1301_T_C", "chr1_20407_T_G"]
    try folder.write(
      zip(cohort.geneIDs, leads).map { "\($0)\t\($1)\n" }.joined(), to: "pairs.txt")
    return try ReportedScan(
      ["--family", "poisson", "--offset", "log_size", "--keep-pairs", "pairs.txt"], in: folder)
  }

  @Test("a report of counts gives advice that holds, and says what was not examined")
  func family() throws {
    let scan = try Self.counts()
    let page = scan.page
    let found = try scan.genes.rows.count { $0.number("qval") <= 0.05 }
    #expect(found >= 2)
    // Chosen pairs are no discoveries.
    #expect(page.facts[Self.foundFact] == nil)
    #expect(page.facts["Genes with q ≤ 0.05 among the pairs of the list"] == "\(found)")
    #expect(page.callout("The pairs were chosen before")?.contains("nor q ≤ 0.05") == true)
    // Nothing is fitted again without donors.
    #expect(page.callout("Single donors were not examined") != nil)
    #expect(!page.words.contains("No single donor makes"))
    // Nothing is drawn where there is nothing to draw.
    #expect(page.words.contains("Degrees of freedom have no picture"))
    let table = page.table("How many donors stand behind them")
    #expect(table.count == 5)
    #expect(table.first?.contains("that donor") == false)
    for row in table.dropFirst() {
      let counts = row[2].split(separator: " / ").compactMap { Int($0) }
      #expect(counts.count == 3 && counts.reduce(0, +) == 60, "\(row)")
    }
    #expect(page.missing(["Trajectories are not drawn with --family poisson"]) == [])
    let summary = try #require(page.callout("Can the p-values be trusted?"))
    for refused in ["--kinship", "--df", "--nested", "ermutation", "satterthwaite"] {
      #expect(!summary.contains(refused), "\(refused)")
    }
    #expect(summary.contains("is that of the list's choice"))
    #expect(summary.contains("has no random effect of single samples"))
    let sentences = [
      "a generalised linear mixed model (Poisson, log link)",
      "`log_size` was added to the linear predictor as an offset",
      "approximated by Laplace's method", "by a Wald z test, and by the likelihood ratio",
    ]
    #expect(sentences.filter { !page.methods.contains($0) } == [], "\(page.methods)")
  }
}
