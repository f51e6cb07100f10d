import Foundation
import Testing

/// Exports that are refused, and what is said about them.
@Suite struct ExportRefusalTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    var scan: [String] = []
    let flags: [String]
    var exitCode: Int32 = 65
    let words: [String]
  }

  private static let cases: [Case] = [
    Case(
      testDescription: "rows of small p-values only", scan: ["--pval-threshold", "0.5"],
      flags: ["--to", "coloc"],
      words: ["coloc needs all variants", "pval_gi up to 0.5", "without --pval-threshold"]),
    Case(
      testDescription: "rows of small p-values only, for mashr", scan: ["--pval-threshold", "0.5"],
      flags: ["--to", "mashr"], words: ["mashr needs all variants"]),
    Case(
      testDescription: "several tested columns for one effect", scan: ["--time-basis", "poly:2"],
      flags: ["--to", "coloc"], words: ["several columns of time", "--effect g"]),
    Case(
      testDescription: "several tested columns for tensorQTL", scan: ["--time-basis", "poly:2"],
      flags: ["--to", "tensorqtl"], words: ["several columns of time", "--effect g"]),
    Case(
      testDescription: "a main effect that the model lacks",
      scan: ["--formula", "expression ~ time + time:genotype + (1 + time | donor)"],
      flags: ["--to", "eqtl-catalogue", "--effect", "g"],
      words: ["no number for the effect 'g'", "no main effect of genotype"]),
    Case(
      testDescription: "effects at times without a main effect",
      scan: ["--formula", "expression ~ time + time:genotype + (1 + time | donor)"],
      flags: ["--to", "mashr"], words: ["need the main effect of genotype", "time * genotype"]),
    Case(
      testDescription: "effects at times of a function of time",
      scan: [
        "--formula", "expression ~ genotype * log(time) + time + (1 + time | donor)",
        "--time-center=-1",
      ],
      flags: ["--to", "mashr"], words: ["linear in time", "log(time)"]),
    Case(
      testDescription: "a time that a basis does not have", scan: ["--time-basis", "ns:2"],
      flags: ["--to", "mashr", "--times", "0,99"], words: ["--times 99", "at the cohort's times"]),
    Case(
      testDescription: "a gene that is not there", flags: ["--to", "coloc", "--gene", "NOBODY"],
      words: ["genes.tsv.gz", "NOBODY", "GENE01"]),
    Case(
      testDescription: "a choice by q-values that the scan did not make",
      scan: ["--gene-pvalue", "none"], flags: ["--to", "mashr", "--fdr", "0.05"],
      words: ["no q-values", "--gene-pvalue none", "--gene, --region"]),
    Case(
      testDescription: "matrices by q-values that the scan did not make",
      scan: ["--gene-pvalue", "none"], flags: ["--to", "susie", "--fdr", "0.05"],
      words: ["no q-values", "--gene-pvalue none", "--gene, --region"]),
    Case(
      testDescription: "a choice by q-values of a shard", scan: ["--shard", "1/2"],
      flags: ["--to", "mashr", "--fdr", "0.05"],
      words: ["no q-values", "shard 1/2", "slopeqtl merge"]),
    Case(
      testDescription: "matrices by q-values of a shard", scan: ["--shard", "2/2"],
      flags: ["--to", "susie", "--fdr", "0.05"],
      words: ["no q-values", "shard 2/2", "slopeqtl merge"]),
    Case(
      testDescription: "matrices of genes that nothing was found of",
      flags: ["--to", "susie", "--fdr", "1e-9"],
      words: ["no gene has a q-value up to --fdr 1e-09", "q-values from", "larger --fdr"]),
    Case(
      testDescription: "a matrix for every gene", flags: ["--to", "susie"], exitCode: 64,
      words: ["--gene, --region or --fdr"]),
    Case(
      testDescription: "an unknown format", flags: ["--to", "paintor"], exitCode: 64,
      words: ["--to", "paintor"]),
    Case(
      testDescription: "a flag of another format", flags: ["--to", "coloc", "--times", "0,1"],
      exitCode: 64, words: ["--times: is for mashr"]),
    Case(
      testDescription: "one effect of a format of all", flags: ["--to", "mashr", "--effect", "g"],
      exitCode: 64, words: ["--effect"]),
    Case(
      testDescription: "times that are none", flags: ["--to", "mashr", "--times", "0,a"],
      exitCode: 64, words: ["--times '0,a'"]),
    Case(
      testDescription: "a region without rows", flags: ["--to", "susie", "--region", "9:1-5"],
      words: ["no row is on that chromosome", "'9'"]),
    Case(
      testDescription: "a stretch without rows", flags: ["--to", "susie", "--region", "1:1-5"],
      words: ["no gene has rows there"]),
  ]

  @Test(arguments: cases)
  func `what cannot be exported is refused with the way out`(_ item: Case) throws {
    var cohort = try CohortFiles()
    cohort.bed = Array(cohort.bed.prefix(4))
    let scan = try ExportedScan(cohort, flags: item.scan)
    let result = try Command.slopeqtl(
      ["export", "scan", "--out", "result"] + item.flags, in: scan.folder)
    #expect(result.exitCode == item.exitCode, "\(result.errors)")
    #expect(result.missing(item.words) == [], "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(scan.folder.names(startingWith: "result") == [])
  }

  @Test func `a set of strong rows that no gene passes for is said to be empty`() throws {
    var cohort = try CohortFiles()
    cohort.bed = Array(cohort.bed.prefix(4))
    let scan = try ExportedScan(cohort)
    let result = try scan.run("mashr", out: "result", ["--fdr", "1e-9"])
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.missing(["strong.tsv has no row", "--fdr 1e-09"]) == [], "\(result.errors)")
  }

  @Test func `a scan that is not there and a file that cannot be made are told apart`() throws {
    let folder = try ScratchFolder()
    let missing = try Command.slopeqtl(
      ["export", "nothing", "--to", "coloc", "--out", "result"], in: folder)
    #expect(missing.exitCode == 66)
    #expect(missing.missing(["nothing.manifest.json", "no finished scan"]) == [])
    var cohort = try CohortFiles()
    cohort.bed = Array(cohort.bed.prefix(2))
    let scan = try ExportedScan(cohort)
    #expect(try scan.run("coloc", out: "nowhere/result.tsv").exitCode == 73)
    try scan.folder.write("", to: "file.tsv")
    #expect(try scan.run("mashr", out: "file.tsv").exitCode == 73)
    #expect(try scan.run("coloc", out: ".").exitCode == 73)
    #expect(try scan.run("coloc", out: "/dev/full").exitCode == 74)
  }

  @Test func `a table of another scan under the same name is refused`() throws {
    let scan = try ExportedScan(try CohortFiles())
    var other = try CohortFiles()
    other.bed = Array(other.bed.prefix(2))
    try other.write(to: scan.folder)
    _ = try CohortFiles.scan(CohortFiles.everyPair, in: scan.folder, prefix: "other")
    let path = scan.folder.path("scan.pairs.tsv.gz")
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.moveItem(
      atPath: scan.folder.path("other.pairs.tsv.gz"), toPath: path)
    let result = try scan.run("tensorqtl", out: "result.tsv")
    #expect(result.exitCode == 65)
    #expect(result.missing(["scan.pairs.tsv.gz", "bytes"]) == [])
    #expect(scan.folder.names(startingWith: "result") == [])
  }

  @Test func `counts have no coloc, SuSiE or fastENLOC but the others`() throws {
    let folder = try ScratchFolder()
    let made = try Command.shell(
      """
      slopeqtl simulate --out counts --family poisson --donors 30 --times 4 --genes 2 --variants 20
      slopeqtl scan --vcf counts.vcf.gz --bed counts.bed.gz --samples counts.samples.tsv \\
        --family poisson --out scan --quiet
      """, in: folder)
    try #require(made.exitCode == 0, "\(made.errors)")
    for format in ["coloc", "susie", "fastenloc"] {
      let result = try Command.slopeqtl(
        ["export", "scan", "--to", format, "--out", "out", "--region", "chr1"], in: folder)
      #expect(result.exitCode == 65)
      #expect(result.missing(["--family poisson", "without --family"]) == [])
    }
    let result = try Command.slopeqtl(
      ["export", "scan", "--to", "tensorqtl", "--out", "out.tsv"], in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
  }
}
