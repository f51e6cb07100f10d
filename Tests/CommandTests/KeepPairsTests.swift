import Foundation
import Testing

/// `--keep-pairs`: a scan of named pairs.
@Suite struct KeepPairsTests {
  /// Scans the reference cohort's files in a folder.
  private static func scan(
    _ flags: [String], in folder: ScratchFolder, prefix: String = "scan"
  ) throws -> ResultTable {
    try CohortFiles.scan(CohortFiles.everyPair + flags, in: folder, prefix: prefix)
  }

  @Test("rows are those of the whole scan, whatever form the list has")
  func rows() throws {
    let cohort = try CohortFiles(reference: "cohort_missing")
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    let whole = try Self.scan(["--threads", "1"], in: folder)
    let leads = try ResultTable.leads(in: folder)
    let chosen = whole.rows.indices.filter { $0 % 7 == 3 }
    try folder.write(
      chosen.map { "\(whole.rows[$0]["phenotype_id"])\t\(whole.rows[$0]["variant_id"])\n" }
        .joined(), to: "pairs.txt")
    let kept = try Self.scan(["--keep-pairs", "pairs.txt"], in: folder, prefix: "kept")
    #expect(kept.rows.map(\.pair) == chosen.map { whole.rows[$0].pair })
    // With fewer variants a gene may have another chart.
    #expect(try kept.expectPromise(of: whole.byPair) < kept.rows.count)
    // A genes table is a list of its leads.
    let result = try Command.slopeqtl(
      ["scan"] + CohortFiles.inputs + CohortFiles.everyPair
        + ["--keep-pairs", "scan.genes.tsv.gz", "--out", "leads"], in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    let found = try ResultTable(path: folder.path("leads.pairs.tsv.gz"))
    #expect(Set(found.rows.map(\.pair)) == leads)
    _ = try found.expectPromise(of: whole.byPair)
  }

  @Test("pairs that cannot be tested are counted, genes that are not there refused")
  func missing() throws {
    let cohort = try CohortFiles()
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    let (gene, variant) = (cohort.geneIDs[0], cohort.variantIDs[0])
    try folder.write("\(gene)\t\(variant)\n\(gene)\tno_such_variant\n", to: "pairs.txt")
    let result = try Command.slopeqtl(
      ["scan"] + CohortFiles.inputs + CohortFiles.everyPair
        + ["--keep-pairs", "pairs.txt", "--out", "some"], in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.errors.contains("1 of the 2 pairs of pairs.txt were not tested"))
    for (text, words) in [
      ("no_gene\t\(variant)\n", ["genes that are not in the expression file", "no_gene"]),
      ("\(gene)\n", ["pairs.txt:1", "not a list of pairs", "phenotype_id"]),
      ("\(gene)\t\(variant)\n\(gene)\n", ["pairs.txt:2", "a row that is no pair", "1 fields"]),
      ("", ["no pairs in the file"]),
      ("phenotype_id\tvariant_id\n\(gene)\tNA\n", ["no pairs in the file", "no gene"]),
    ] {
      try folder.write(text, to: "pairs.txt")
      let refused = try Command.slopeqtl(
        ["scan"] + CohortFiles.inputs + ["--keep-pairs", "pairs.txt", "--out", "none"], in: folder)
      #expect(refused.exitCode == 65)
      #expect(refused.missing(words) == [], "\(refused.errors)")
      #expect(folder.names(startingWith: "none") == [])
    }
  }

  @Test("check counts the pairs of the list")
  func check() throws {
    let cohort = try CohortFiles()
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    try folder.write(
      cohort.geneIDs.prefix(3).map { "\($0)\t\(cohort.variantIDs[2])\n" }.joined(),
      to: "pairs.txt")
    let flags = CohortFiles.everyPair + ["--keep-pairs", "pairs.txt", "--trans"]
    let result = try Command.slopeqtl(
      ["check", "--json"] + CohortFiles.inputs + flags, in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    let rows = try Self.scan(["--keep-pairs", "pairs.txt", "--trans"], in: folder).rows
    #expect(rows.count == 3)
    #expect(result.output.contains("\"pairs\" : 3"), "\(result.output)")
  }
}
