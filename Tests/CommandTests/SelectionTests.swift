import Foundation
import Testing

/// Flags that choose samples, donors, genes and variants.
@Suite struct SelectionTests {
  private let flags = CohortFiles.everyPair

  @Test func `donors and samples to keep are as if the others were not there`() throws {
    let cohort = try CohortFiles()
    let kept = Set(cohort.donors.sorted().prefix(14))
    let samples = cohort.samples.dropFirst().filter { kept.contains($0[1]) }.map { $0[0] }
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    try folder.write(ids: kept.sorted(), to: "donors")
    try folder.write(ids: samples, to: "kept")
    let byDonor = try CohortFiles.scan(flags + ["--keep-donors", "donors"], in: folder)
    let bySample = try CohortFiles.scan(
      flags + ["--keep-samples", "kept"], in: folder, prefix: "other")

    var fewer = cohort
    let columns = cohort.bed[0].indices.filter {
      $0 < 4 || samples.contains(cohort.bed[0][$0])
    }
    fewer.bed = cohort.bed.map { row in columns.map { row[$0] } }
    #expect(byDonor.rows.allSatisfy { $0["n_donors"] == "14" && $0["n_samples"] == "224" })
    #expect(byDonor.lines == bySample.lines)
    #expect(try byDonor.lines == fewer.scan(flags).lines)
  }

  @Test func `genes are chosen by a list or a file`() throws {
    let cohort = try CohortFiles()
    let chosen = [cohort.geneIDs[7], cohort.geneIDs[2]]
    let all = try cohort.scan(flags)
    let expected = zip(all.rows, all.lines)
      .filter { chosen.contains($0.0["phenotype_id"]) }.map(\.1)
    #expect(expected.count == 20)
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    try folder.write(ids: chosen, to: "chosen")
    let list = try CohortFiles.scan(
      flags + ["--genes", chosen.joined(separator: ",")], in: folder)
    let file = try CohortFiles.scan(flags + ["--genes", "chosen"], in: folder, prefix: "other")
    #expect(list.lines == expected)
    #expect(file.lines == expected)
    // Blanks around ids, and line ends of other systems, do not count.
    try folder.write(" \(chosen[0])\t\r\n\n\(chosen[1])\r\n", to: "blanks")
    for genes in ["blanks", chosen.joined(separator: " , ")] {
      let blanks = try CohortFiles.scan(flags + ["--genes", genes], in: folder, prefix: "blanks")
      #expect(blanks.lines == expected)
    }
  }

  @Test func `variants are chosen by region or by id`() throws {
    let cohort = try CohortFiles()
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    let all = try CohortFiles.scan(flags, in: folder, prefix: "all")
    let position = { (row: Int) in cohort.vcf[row][1] }
    let region = "chr1:\(position(3))-\(position(6))"
    let expected = all.rows.filter { cohort.variantIDs[2...5].contains($0["variant_id"]) }
    #expect(expected.count == 48)
    let byRegion = try CohortFiles.scan(
      flags + ["--region", region], in: folder, prefix: "region")
    #expect(byRegion.rows.map(\.pair) == expected.map(\.pair))
    // A gene's lead variant is fitted exactly, and it may be another one among fewer variants.
    let leads = try ResultTable.leads(in: folder, prefix: "all")
      .symmetricDifference(ResultTable.leads(in: folder, prefix: "region"))
    all.expectRepeats(of: byRegion, besides: leads)
    try folder.write(ids: cohort.variantIDs[2...5], to: "variants")
    let byID = try CohortFiles.scan(flags + ["--keep-variants", "variants"], in: folder)
    #expect(byID.lines == byRegion.lines)
  }

  @Test func `frequency and count are minima over donors`() throws {
    let cohort = try CohortFiles()
    let all = try cohort.scan(flags)
    let frequencies = all.rows.map { min($0.number("af"), 1 - $0.number("af")) }
    let threshold = 0.25
    let frequent = zip(frequencies, all.lines).filter { $0.0 >= threshold }.map(\.1)
    #expect(!frequent.isEmpty && frequent.count < all.lines.count)
    try expectSame(cohort.scan(["--maf", "\(threshold)", "--mac-donors", "0"]), frequent, of: all)
    let counted = zip(all.rows, all.lines).filter { $0.0.number("ma_count") >= 10 }.map(\.1)
    #expect(!counted.isEmpty && counted.count < all.lines.count)
    try expectSame(cohort.scan(["--maf", "0", "--mac-donors", "10"]), counted, of: all)
  }

  /// The same pairs; other numbers, within the promise, only where another variant leads a gene and is
  /// fitted exactly for it.
  private func expectSame(_ found: ResultTable, _ lines: [String], of all: ResultTable) throws {
    let pairs = Set(lines)
    #expect(
      found.rows.map(\.pair)
        == zip(all.rows, all.lines).filter { pairs.contains($0.1) }.map { $0.0.pair })
    var genes: Set<String> = []
    for (row, line) in zip(found.rows, found.lines) where !pairs.contains(line) {
      #expect(genes.insert(row["phenotype_id"]).inserted, "\(row.pair) is a second one")
    }
    all.expectRepeats(of: found, besides: Set(found.rows.map(\.pair)))
  }

  @Test func `ids beyond those of the expression file are ignored and counted`() throws {
    var cohort = try CohortFiles()
    let before = try cohort.scan(flags)
    cohort.samples.append(["extra_t0", "extra", "0", "b1", "8"])
    for row in cohort.vcf.indices { cohort.vcf[row].append(row == 0 ? "extra" : "0/0:0") }
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    let result = try Command.slopeqtl(
      ["scan", "--out", "scan"] + CohortFiles.inputs + flags, in: folder)
    #expect(result.exitCode == 0)
    #expect(result.missing(["1 rows of samples.tsv", "ignored"]) == [])
    #expect(try ResultTable(path: folder.path("scan.pairs.tsv.gz")).lines == before.lines)
  }

  @Test func `samples that do not match are dropped where that is asked for`() throws {
    let cohort = try CohortFiles()
    let gone = cohort.donors[3]
    var without = cohort
    let column = 9 + 3
    for row in without.vcf.indices { without.vcf[row].remove(at: column) }
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    try folder.write(ids: cohort.donors.filter { $0 != gone }, to: "donors")
    let kept = try CohortFiles.scan(flags + ["--keep-donors", "donors"], in: folder)
    #expect(try without.scan(flags + ["--ids", "intersect"]).lines == kept.lines)
  }

  @Test func `samples without a covariate are dropped where that is asked for`() throws {
    let cohort = try CohortFiles()
    var without = cohort
    let gone = without.covariates[0][5]
    without.covariates[1][5] = "NA"
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    try folder.write(ids: cohort.donors.filter { $0 != gone }, to: "donors")
    let kept = try CohortFiles.scan(flags + ["--keep-donors", "donors"], in: folder)
    #expect(try without.scan(flags + ["--missing-covariates", "drop"]).lines == kept.lines)
  }

  @Test func `a scan without any pair leaves a table with a header alone`() throws {
    let table = try CohortFiles().scan(["--maf", "0.5", "--mac-donors", "1000"])
    #expect(table.header.count == 30)
    #expect(table.rows.isEmpty)
  }
}
