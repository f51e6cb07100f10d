import Foundation
import Testing

/// `--jackknife`: lead variants without each donor.
@Suite struct JackknifeTests {
  private static let columns = ["pval_jackknife", "jackknife_donor"]

  private static func genes(_ folder: ScratchFolder, _ prefix: String) throws -> ResultTable {
    try ResultTable(path: folder.path("\(prefix).genes.tsv.gz"))
  }

  /// A gene that lacks a donor and some samples is among them, and a covariate that one donor has.
  @Test func `the largest p-value is that of scans without each donor`() throws {
    let folder = try ScratchFolder()
    var cohort = try CohortFiles()
    let donor = cohort.donorOfSample
    let absent = cohort.donors[4]
    for column in 4..<cohort.bed[0].count {
      if donor[cohort.bed[0][column]] == absent || column % 13 == 0 { cohort.bed[3][column] = "NA" }
    }
    try cohort.write(to: folder)
    // All pairs of these are exact fits.
    let flags =
      CohortFiles.everyPair + ["--digits", "17", "--df", "residual", "--time-center", "3"]
    let all = try CohortFiles.scan(flags + ["--jackknife"], in: folder, prefix: "all")
    #expect(all.header.count == 30)
    let genes = try Self.genes(folder, "all")
    #expect(Array(genes.header.suffix(3)) == ["pattern"] + Self.columns)
    var largest: [String: (p: Double, donor: String)] = [:]
    for left in cohort.donors.sorted() {
      try folder.write(
        cohort.donors.filter { $0 != left }.map { $0 + "\n" }.joined(), to: "kept.txt")
      let rest = try CohortFiles.scan(
        flags + ["--keep-donors", "kept.txt", "--ids", "intersect"], in: folder,
        prefix: "without\(left)"
      ).byPair
      for gene in genes.rows {
        // Without a donor that it lacks anyway nothing changes.
        if left == absent, gene["phenotype_id"] == cohort.geneIDs[2] { continue }
        let p = try #require(rest[gene.pair]).number("pval_gi")
        if p > largest[gene.pair]?.p ?? -1 { largest[gene.pair] = (p, left) }
      }
    }
    for gene in genes.rows {
      let expected = try #require(largest[gene.pair])
      #expect(gene["jackknife_donor"] == expected.donor, "\(gene.pair)")
      // Both stop within 5e-6 of the optimum's t.
      #expect(
        abs(gene.number("pval_jackknife") / expected.p - 1) < 1e-4, "\(gene.pair)")
      #expect(gene.number("pval_jackknife") > gene.number("pval_gi") * 0.999)
    }
    let plain = try CohortFiles.scan(flags, in: folder, prefix: "plain")
    #expect(plain.lines == all.lines)
    let without = try Self.genes(folder, "plain")
    #expect(without.header == Array(genes.header.dropLast(2)))
    #expect(
      without.lines
        == genes.lines.map { ResultTable.fields($0).dropLast(2).joined(separator: "\t") })
  }

  @Test func `a variant that one donor carries has no p-value without that donor`() throws {
    let folder = try ScratchFolder()
    var cohort = try CohortFiles()
    for column in 9..<cohort.vcf[2].count {
      cohort.vcf[2][column] = column == 15 ? "0/1:1" : "0/0:0"
    }
    try folder.write(cohort.vcf[2][2] + "\n", to: "variants.txt")
    try cohort.write(to: folder)
    _ = try CohortFiles.scan(
      CohortFiles.everyPair + ["--jackknife", "--keep-variants", "variants.txt"], in: folder)
    let genes = try Self.genes(folder, "scan")
    #expect(genes.rows.contains { $0["num_var"] == "1" })
    for row in genes.rows where row["num_var"] == "1" {
      #expect(row["pval_jackknife"] == "NA" && row["jackknife_donor"] == cohort.vcf[0][15])
    }
    for row in genes.rows where row["num_var"] == "0" {
      #expect(Self.columns.allSatisfy { row[$0] == "NA" })
    }
  }

  @Test func `a column that one donor has is left out with the donor`() throws {
    let folder = try ScratchFolder()
    var cohort = try CohortFiles()
    cohort.covariates.append(
      ["site"] + (1..<cohort.covariates[0].count).map { $0 == 3 ? "a" : "b" })
    try cohort.write(to: folder)
    _ = try CohortFiles.scan(CohortFiles.everyPair + ["--jackknife"], in: folder)
    for row in try Self.genes(folder, "scan").rows {
      #expect(row.number("pval_jackknife") > 0, "\(row.pair)")
      // The donor has a column and a slope of its own: nothing changes without it.
      #expect(row["jackknife_donor"] != cohort.covariates[0][3])
    }
  }

  @Test func `guarded scans have the same bytes in shards, on threads and after a kill`() throws {
    let flags = ["--jackknife", "--normal", "--min-class-donors", "2"]
    let scan = try SplitScan(flags: flags)
    let whole = try Self.genes(scan.folder, "whole")
    #expect(whole.rows.allSatisfy { ($0["num_var"] == "0") == ($0["jackknife_donor"] == "NA") })
    let threaded = try scan.run(flags + ["--threads", "2"], out: "threaded")
    #expect(threaded.exitCode == 0, "\(threaded.errors)")
    try scan.expectWhole("threaded")
    for index in 1...3 {
      let part = try scan.run(flags + ["--shard", "\(index)/3"], out: "part\(index)")
      #expect(part.exitCode == 0, "\(part.errors)")
    }
    let merged = try Command.slopeqtl(
      ["merge", "--out", "merged", "part3", "part1", "part2"], in: scan.folder)
    #expect(merged.exitCode == 0, "\(merged.errors)")
    try scan.expectWhole("merged")
    for (flag, words) in [
      ("--jackknife", "jackknife yes there, no here"), ("--normal", "normal (rank"),
      ("--min-class-donors", "min-class-donors 2 there, 0 here"),
    ] {
      let fewer = flags.filter { $0 != flag && !(flag == "--min-class-donors" && $0 == "2") }
      let other = try scan.run(fewer, out: "whole")
      #expect(other.exitCode == 73)
      #expect(other.missing([words]) == [], "\(other.errors)")
    }
    try SystemCalls.require()
    let killed = try SystemCalls.run(
      scan, inject: "pwrite64:signal=KILL:when=5", flags: flags, out: "killed")
    #expect(killed.exitCode != 0)
    let resumed = try scan.run(flags, out: "killed")
    #expect(resumed.exitCode == 0, "\(resumed.errors)")
    try scan.expectWhole("killed")
  }
}
