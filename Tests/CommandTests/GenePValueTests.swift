import Foundation
import Testing

/// `--gene-pvalue`, its columns, and what must not change its bytes.
@Suite struct GenePValueTests {
  private static let all = [
    "--gene-pvalue", "bootstrap:120,acat,emt,permutation:40", "--seed", "3", "--conditional",
    "--fdr", "0.6",
  ]
  private static let columns = [
    "pval_acat", "pval_emt", "tests_emt", "pval_boot", "pval_perm", "beta_shape1", "beta_shape2",
    "pval_nominal_threshold", "qval", "pattern",
  ]
  private static let signals = "signals.tsv.gz"

  private static func expectSame(
    _ prefix: String, as other: String, in folder: ScratchFolder,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for table in SplitScan.tables + [signals] {
      let same = try folder.bytes("\(prefix).\(table)") == folder.bytes("\(other).\(table)")
      #expect(same, "\(prefix).\(table)", sourceLocation: sourceLocation)
    }
  }

  /// Cauchy combinations of genes without an effect end near 0.9. An estimate of the proportion of null
  /// genes from p-values above that found 1 % and called all of a thousand null genes (seed 2).
  @Test(arguments: [1, 2, 3])
  func `no gene is found where nothing is dynamic, and q-values are Benjamini and Hochberg's`(
    _ seed: Int
  ) throws {
    let folder = try ScratchFolder()
    for arguments in [
      [
        "simulate", "--out", "cohort", "--donors", "80", "--genes", "1000", "--variants", "6000",
        "--dynamic-fraction", "0", "--seed", "\(seed)", "--quiet",
      ],
      [
        "scan", "--vcf", "cohort.vcf.gz", "--bed", "cohort.bed.gz", "--samples",
        "cohort.samples.tsv", "--cov", "cohort.covariates.txt", "--out", "scan", "--quiet",
        "--pval-threshold", "1e-3", "--digits", "17", "--conditional",
      ],
    ] {
      let result = try Command.slopeqtl(arguments, in: folder)
      try #require(result.exitCode == 0, "\(result.errors)")
    }
    let rows = try ResultTable(path: folder.path("scan.genes.tsv.gz")).rows
      .filter { $0["pval_acat"] != "NA" }.sorted { $0.number("pval_acat") > $1.number("pval_acat") }
    #expect(rows.count > 900)
    var smallest = 1.0
    for (place, row) in rows.enumerated() {
      smallest = min(
        smallest, row.number("pval_acat") * Double(rows.count) / Double(rows.count - place))
      #expect(abs(row.number("qval") / smallest - 1) < 1e-12)
    }
    #expect(smallest > 0.05)
    let signals = try ResultTable(path: folder.path("scan.signals.tsv.gz"))
    #expect(signals.rows.isEmpty)
  }

  @Test func `shards and threads make the bytes of the whole scan`() throws {
    let scan = try SplitScan(genes: 8, variants: 600, flags: Self.all)
    let genes = try ResultTable(path: scan.folder.path("whole.genes.tsv.gz"))
    #expect(genes.header.suffix(10) == Self.columns)
    for row in genes.rows where row["num_var"] != "0" {
      #expect(row.number("pval_boot") > 0 && row.number("pval_boot") <= 1)
      #expect(row.number("pval_perm") > 0 && row.number("pval_perm") <= 1)
      #expect(row.number("tests_emt") <= row.number("num_var"))
      let bound = min(1, row.number("pval_gi") * row.number("tests_emt"))
      #expect(abs(row.number("pval_emt") - bound) <= 1e-5 * bound)
      #expect(row.number("beta_shape2") > 0.5)
    }
    #expect(genes.rows.contains { $0.number("pval_nominal_threshold") > 0 })
    let signals = try ResultTable(path: scan.folder.path("whole.\(Self.signals)"))
    #expect(!signals.rows.isEmpty && signals.header.last == "rank")
    let threaded = try scan.run(Self.all + ["--threads", "3"], out: "threaded")
    #expect(threaded.exitCode == 0, "\(threaded.errors)")
    try Self.expectSame("threaded", as: "whole", in: scan.folder)
    for index in 1...3 {
      let part = try scan.run(Self.all + ["--shard", "\(index)/3"], out: "part.\(index)")
      #expect(part.exitCode == 0, "\(part.errors)")
      let table = try ResultTable(path: scan.folder.path("part.\(index).genes.tsv.gz"))
      #expect(
        table.rows.allSatisfy { $0["qval"] == "NA" && $0["pval_nominal_threshold"] == "NA" })
    }
    let merged = try Command.slopeqtl(
      ["merge", "--out", "merged", "part.2", "part.3", "part.1"], in: scan.folder)
    #expect(merged.exitCode == 0, "\(merged.errors)")
    try Self.expectSame("merged", as: "whole", in: scan.folder)
    // Another seed draws other replicates and is another result.
    let other = try scan.run(Self.all.map { $0 == "3" ? "4" : $0 }, out: "whole")
    #expect(other.exitCode == 73)
    #expect(other.missing(["seed 3 there, 4 here"]) == [], "\(other.errors)")
  }

  @Test func `a scan killed among its genes goes on to the same bytes`() throws {
    try SystemCalls.require()
    let scan = try SplitScan(genes: 6, variants: 300, flags: Self.all)
    let calls = try SystemCalls.count("pwrite64", of: scan, flags: Self.all)
    // The last calls are those of the results of genes, two each.
    for place in [calls - 1, calls - 6, calls - 11] where place > 0 {
      let killed = try SystemCalls.run(
        scan, inject: "pwrite64:signal=KILL:when=\(place)", flags: Self.all, out: "killed")
      #expect(killed.exitCode != 0)
      let resumed = try Command.slopeqtl(
        SplitScan.arguments.filter { $0 != "--quiet" } + Self.all + ["--out", "killed"],
        in: scan.folder)
      #expect(resumed.exitCode == 0, "\(resumed.errors)")
      #expect(resumed.missing(["finished by an earlier run"]) == [], "\(resumed.errors)")
      try Self.expectSame("killed", as: "whole", in: scan.folder)
      try scan.remove("killed")
    }
  }

  @Test func `without a method there is no p-value of genes and no q-value`() throws {
    let scan = try SplitScan(genes: 4, variants: 100, flags: ["--gene-pvalue", "none"])
    let genes = try ResultTable(path: scan.folder.path("whole.genes.tsv.gz"))
    #expect(!genes.header.contains { $0.hasPrefix("pval_") && $0 != "pval_gi" })
    #expect(genes.rows.allSatisfy { $0["qval"] == "NA" })
  }

  @Test(arguments: [
    Refusal(
      "an unknown method", exitCode: 64, flags: ["--gene-pvalue", "acat,bonferroni"],
      words: ["acat,bonferroni", "bootstrap[:B]", "none"]),
    Refusal(
      "replicates at fixed variances", exitCode: 64,
      flags: ["--gene-pvalue", "bootstrap", "--refit", "none"],
      words: ["bootstrap", "--refit none", "acat or emt"]),
    Refusal(
      "replicates with other degrees of freedom", exitCode: 64,
      flags: ["--gene-pvalue", "acat,permutation:50", "--df", "residual"],
      words: ["permutation", "--df residual", "acat or emt"]),
    Refusal(
      "effective tests of all pairs", exitCode: 64, flags: ["--gene-pvalue", "emt", "--trans"],
      words: ["emt with --trans", "acat or none"]),
    Refusal(
      "signals of no method", exitCode: 64, flags: ["--conditional", "--gene-pvalue", "none"],
      words: ["--conditional", "none"]),
    Refusal(
      "replicates without a main effect",
      flags: [
        "--gene-pvalue", "bootstrap", "--formula",
        "expression ~ time + time:genotype + (1 + time | donor)",
      ],
      words: ["bootstrap does not cover the model", "time:genotype", "acat or emt"]),
  ])
  func `methods that do not cover a model are refused with those that do`(
    _ refusal: Refusal
  ) throws {
    try refusal.check()
  }
}
