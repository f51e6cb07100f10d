import Foundation
import Testing

/// Genes that lack samples, and scans with few genes near a variant, are fitted in direct charts.
@Suite struct DirectRowTests {
  /// Every gene lacks about one sample in seven of its own; two lack all of some donors.
  private static func cohort() throws -> CohortFiles {
    var cohort = try CohortFiles(simulating: [
      "--donors", "60", "--times", "6", "--genes", "12", "--variants", "300", "--chromosomes", "1",
      "--missing", "0.1", "--imputed-fraction", "0.3", "--dynamic-effect", "0.4", "--seed", "29",
    ])
    let donors = cohort.donorOfSample
    for gene in cohort.bed.indices.dropFirst() {
      for column in 4..<cohort.bed[0].count {
        let isDropped = (gene * 31 + column * 17) % 97 % 7 == 0
        let lacksDonor =
          gene % 5 == 0 && cohort.donors.prefix(4).contains(donors[cohort.bed[0][column]] ?? "")
        if isDropped || lacksDonor { cohort.bed[gene][column] = "NA" }
      }
    }
    return cohort
  }

  private static let flags = ["--trans", "--pval-threshold", "1", "--digits", "17"]

  /// Rows against those of a scan that fits every pair exactly; the number that are not exact.
  private static func expectPromise(
    _ flags: [String], in folder: ScratchFolder
  ) throws -> (approximate: Int, rows: Int) {
    let fast = try CohortFiles.scan(flags, in: folder, prefix: "fast")
    // Other degrees of freedom: t and the deviance are the same, and every pair is fitted exactly.
    let exact = try CohortFiles.scan(
      flags + ["--df", "residual"], in: folder, prefix: "exact"
    ).byPair
    for row in fast.rows {
      let other = try #require(exact[row.pair])
      for column in ["n_samples", "n_donors", "af", "ma_samples"] {
        #expect(row[column] == other[column], "\(column) of \(row.pair)")
      }
    }
    return (try fast.expectPromise(of: exact), fast.rows.count)
  }

  @Test func `rows of genes that lack samples keep the promise`() throws {
    let folder = try ScratchFolder()
    try Self.cohort().write(to: folder)
    let found = try Self.expectPromise(Self.flags, in: folder)
    #expect(found.rows > 1500)
    #expect(found.approximate > found.rows / 2)
    let rows = try ResultTable(path: folder.path("fast.pairs.tsv.gz")).rows
    #expect(Set(rows.map { $0["n_donors"] }).count > 1, "no gene lacks donors")
  }

  @Test func `their tables have the same bytes on one thread and on two`() throws {
    let folder = try ScratchFolder()
    try Self.cohort().write(to: folder)
    for threads in ["1", "2"] {
      _ = try CohortFiles.scan(
        ["--trans", "--pval-threshold", "1", "--threads", threads], in: folder,
        prefix: "on\(threads)")
    }
    for name in ["pairs.tsv.gz", "genes.tsv.gz"] {
      #expect(try folder.bytes("on1.\(name)") == folder.bytes("on2.\(name)"), "\(name)")
    }
  }

  @Test func `their lead variants are exact fits on their own samples`() throws {
    let folder = try ScratchFolder()
    try Self.cohort().write(to: folder)
    let fast = try CohortFiles.scan(Self.flags, in: folder, prefix: "fast").byPair
    let exact = try CohortFiles.scan(
      Self.flags + ["--df", "residual"], in: folder, prefix: "exact"
    ).byPair
    var open = 0
    for gene in try ResultTable(path: folder.path("fast.genes.tsv.gz")).rows {
      let row = try #require(fast[gene.pair])
      let other = try #require(exact[gene.pair])
      if row.number("pval_gi") >= 1e-3 { open += 1 }
      // Fits that start elsewhere stop within 5e-11 of the optimum, some 1e-6 SE from each other.
      #expect(
        abs(row.number("b_gi") - other.number("b_gi")) <= 1e-6 * other.number("b_gi_se"),
        "\(gene.pair)")
    }
    #expect(open > 3, "every lead variant would be fitted exactly anyway")
  }

  @Test func `rows of a scan of one gene with all samples keep the promise`() throws {
    let folder = try ScratchFolder()
    let cohort = try CohortFiles(simulating: [
      "--donors", "60", "--times", "6", "--genes", "4", "--variants", "300", "--chromosomes", "1",
      "--missing", "0.1", "--imputed-fraction", "0.3", "--seed", "31",
    ])
    try cohort.write(to: folder)
    let found = try Self.expectPromise(
      Self.flags + ["--genes", cohort.geneIDs[1]], in: folder)
    #expect(found.rows > 150)
    #expect(found.approximate > found.rows / 2)
  }
}
