import Foundation
import Testing

/// Which rows a scan writes, and in which order.
@Suite struct PairSetTests {
  /// Two chromosomes, missing samples and calls, and two genes that lack samples: the second all
  /// of its first ten donors, the third its first samples.
  private func cohort() throws -> CohortFiles {
    var cohort = try CohortFiles(simulating: [
      "--donors", "40", "--times", "4", "--genes", "8", "--variants", "120", "--missing", "0.1",
      "--missing-genotypes", "0.04", "--imputed-fraction", "0.5", "--maf", "0.03,0.5", "--seed",
      "11",
    ])
    let donorOfSample = cohort.donorOfSample
    let absent = Set(cohort.donors.prefix(10))
    for column in 4..<cohort.bed[0].count {
      if absent.contains(donorOfSample[cohort.bed[0][column]] ?? "") {
        cohort.bed[2][column] = "NA"
      }
      if column < 30 { cohort.bed[3][column] = "NA" }
    }
    return cohort
  }

  /// Windows that part of a chromosome's variants lie outside of.
  private let window = 60_000

  @Test func `the bytes do not depend on the number of threads`() throws {
    let folder = try ScratchFolder()
    try cohort().write(to: folder)
    for threads in ["1", "2", "5"] {
      _ = try CohortFiles.scan(["--threads", threads], in: folder, prefix: "on\(threads)")
    }
    #expect(try folder.lines("on1.pairs.tsv.gz").count > 100)
    for name in ["pairs.tsv.gz", "pairs.tsv.gz.tbi"] {
      #expect(try folder.bytes("on1.\(name)") == folder.bytes("on2.\(name)"), "\(name)")
      #expect(try folder.bytes("on1.\(name)") == folder.bytes("on5.\(name)"), "\(name)")
    }
  }

  @Test(arguments: [false, true])
  func `there is one row for every pair that passes the filters, in order`(
    isTrans: Bool
  ) throws {
    let cohort = try cohort()
    let flags = isTrans ? ["--trans", "--pval-threshold", "1"] : ["--window", "\(window)"]
    let rows = try cohort.scan(flags).rows
    let expected = NaivePairs(cohort: cohort).list(window: isTrans ? nil : window)
    #expect(expected.count > 50)
    #expect(rows.map(\.pair) == expected.map(\.name))
    #expect(rows.map { Int($0["n_donors"]) } == expected.map(\.donors))
    #expect(rows.map { Int($0["n_samples"]) } == expected.map(\.samples))
    for (row, pair) in zip(rows, expected) {
      // Six digits are printed.
      #expect(abs(row.number("af") - pair.frequency) <= 5e-6 * pair.frequency)
      #expect(abs(row.number("ma_count") - pair.minorCount) <= 5e-6 * pair.minorCount)
    }
  }

  @Test func `a trans scan repeats the rows of a cis scan`() throws {
    let cohort = try cohort()
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    let cis = try CohortFiles.scan(["--window", "\(window)"], in: folder, prefix: "cis")
    let trans = try CohortFiles.scan(
      ["--trans", "--pval-threshold", "1"], in: folder, prefix: "trans")
    #expect(trans.lines.count > cis.lines.count)
    // A gene's lead variant is fitted exactly, and it may be another one among all variants.
    let leads = try ResultTable.leads(in: folder, prefix: "cis")
      .symmetricDifference(ResultTable.leads(in: folder, prefix: "trans"))
    // Few genes are near a variant of a window: those with all samples have other polynomials then.
    let samples = cohort.bed[0].count - 4
    let fast = cis.rows.filter {
      Int($0["n_samples"]) == samples && !ReferenceComparison.isExact($0)
    }
    #expect(fast.count < cis.rows.count - 10)
    trans.expectRepeats(of: cis, besides: leads.union(fast.map(\.pair)))
  }

  @Test func `a threshold keeps the rows at or below it as they are`() throws {
    let cohort = try cohort()
    let all = try cohort.scan()
    let few = try cohort.scan(["--pval-threshold", "0.2"])
    let expected = zip(all.rows, all.lines).filter { $0.0.number("pval_gi") <= 0.2 }.map(\.1)
    #expect(few.lines == expected)
    #expect(!expected.isEmpty && expected.count < all.lines.count)
    let trans = try cohort.scan(["--trans"])
    #expect(trans.rows.allSatisfy { $0.number("pval_gi") <= 1e-5 })
  }

  @Test(.enabled(if: Command.installed("tabix") != nil, "tabix is not installed"))
  func `tabix reads the table by its index`() throws {
    let tabix = try #require(Command.installed("tabix"))
    let folder = try ScratchFolder()
    try cohort().write(to: folder)
    let table = try CohortFiles.scan(in: folder)
    for chromosome in Set(table.rows.map { $0["#chrom"] }) {
      let wanted = zip(table.rows, table.lines).filter {
        $0.0["#chrom"] == chromosome && (20_000...200_000).contains(Int($0.0["pos"]) ?? 0)
      }
      let found = try Command.run(
        tabix, ["scan.pairs.tsv.gz", "\(chromosome):20000-200000"], in: folder)
      #expect(found.exitCode == 0)
      #expect(found.output.split(separator: "\n").map(String.init) == wanted.map(\.1))
      #expect(!wanted.isEmpty)
    }
  }

  @Test func `the variants of one site are told apart by ALT`() throws {
    var cohort = try CohortFiles()
    var twin = cohort.vcf[1]
    twin[2] = "twin"
    twin[4] = twin[4] == "C" ? "A" : "C"
    if twin[4] == twin[3] { twin[4] = "T" }
    cohort.vcf.insert(twin, at: 2)
    let rows = try cohort.scan(CohortFiles.everyPair).rows
    let site = rows.filter { $0["pos"] == twin[1] && $0["phenotype_id"] == cohort.geneIDs[0] }
    #expect(site.map { $0["alt"] } == [cohort.vcf[1][4], twin[4]].sorted())
    #expect(site.count == 2 && site[0]["b_gi"] == site[1]["b_gi"])
  }
}
