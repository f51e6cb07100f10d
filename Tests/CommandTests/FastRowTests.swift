import Foundation
import Testing

/// Tables hold exact fits beside fast ones; what they say does not depend on how they were made.
@Suite struct FastRowTests {
  /// Genes enough for two tiles of a worker, two chromosomes, some genes that lack samples.
  private static func cohort() throws -> CohortFiles {
    var cohort = try CohortFiles(simulating: [
      "--donors", "52", "--times", "4", "--genes", "70", "--variants", "330", "--missing", "0.1",
      "--imputed-fraction", "0.3", "--seed", "23",
    ])
    for gene in [3, 40] {
      for column in 4..<cohort.bed[0].count where column % 9 == 0 {
        cohort.bed[gene][column] = "NA"
      }
    }
    return cohort
  }

  private static let tables = ["pairs.tsv.gz", "pairs.tsv.gz.tbi", "genes.tsv.gz"]

  /// The instruction sets this processor has, by what `--simd` accepts.
  private static func levels() throws -> [String] {
    let folder = try ScratchFolder()
    return try ["baseline", "avx2", "avx512"].filter { level in
      let result = try Command.slopeqtl(
        ["check", "--vcf", "none.vcf", "--simd", level], in: folder)
      // The file that is not there is told after the flags are accepted.
      return result.exitCode != 64
    }
  }

  @Test func `all tables have the same bytes on one thread and on two`() throws {
    let folder = try ScratchFolder()
    try Self.cohort().write(to: folder)
    for threads in ["1", "2"] {
      let table = try CohortFiles.scan(
        ["--window", "500000", "--threads", threads], in: folder, prefix: "on\(threads)")
      #expect(table.rows.count > 1000)
    }
    for name in Self.tables {
      try folder.expectSame("on1.\(name)", "on2.\(name)")
    }
  }

  @Test func `an instruction set is chosen, told, and gives the same bytes on any thread`() throws {
    let folder = try ScratchFolder()
    try Self.cohort().write(to: folder)
    let levels = try Self.levels()
    #expect(levels.contains("baseline"))
    var first: ResultTable?
    for level in levels {
      let flags = ["--window", "200000", "--simd", level]
      let table = try CohortFiles.scan(
        flags + ["--threads", "1"], in: folder, prefix: "\(level)1")
      _ = try CohortFiles.scan(flags + ["--threads", "2"], in: folder, prefix: "\(level)2")
      for name in Self.tables {
        try folder.expectSame("\(level)1.\(name)", "\(level)2.\(name)")
      }
      let manifest =
        try JSONSerialization.jsonObject(with: folder.bytes("\(level)1.manifest.json"))
        as? [String: Any]
      #expect(manifest?["simd_level"] as? String == level)
      // Results agree to 1e-9; six digits of them may round to one unit of the last.
      let reference = first ?? table
      first = reference
      #expect(table.rows.map(\.pair) == reference.rows.map(\.pair))
      for (row, other) in zip(table.rows, reference.rows) {
        #expect(row["status"] == other["status"])
        let t = other.number("stat_gi")
        #expect(abs(row.number("stat_gi") - t) <= 2e-5 * max(1, abs(t)), "\(row.pair)")
      }
    }
    let highest = try CohortFiles.scan(
      ["--window", "200000", "--simd", "auto"], in: folder, prefix: "auto")
    #expect(highest.rows.count == first?.rows.count)
    let last = try #require(levels.last)
    try folder.expectSame("auto.pairs.tsv.gz", "\(last)1.pairs.tsv.gz")
  }

  @Test(arguments: ["scan", "check"])
  func `an instruction set that is not there is a usage error`(_ command: String) throws {
    let folder = try ScratchFolder()
    try CohortFiles().write(to: folder)
    let output = command == "scan" ? ["--out", "scan"] : []
    let unknown = try Command.slopeqtl(
      [command] + CohortFiles.inputs + output + ["--simd", "sse9"], in: folder)
    #expect(unknown.exitCode == 64)
    #expect(unknown.missing(["sse9", "--simd", "auto", "baseline", "avx2", "avx512"]) == [])
    let levels = try Self.levels()
    for level in ["baseline", "avx2", "avx512"] where !levels.contains(level) {
      let result = try Command.slopeqtl(
        [command] + CohortFiles.inputs + output + ["--simd", level], in: folder)
      #expect(result.exitCode == 64)
      #expect(result.missing(["--simd \(level)", "auto"] + levels) == [])
    }
    #expect(folder.names(startingWith: "scan") == [])
  }

  @Test func `the table of genes does not depend on the threshold`() throws {
    let folder = try ScratchFolder()
    try Self.cohort().write(to: folder)
    let thresholds = ["1", "0.05", "1e-3"]
    for threshold in thresholds {
      let table = try CohortFiles.scan(
        ["--window", "500000", "--pval-threshold", threshold], in: folder, prefix: threshold)
      #expect(!table.rows.isEmpty)
    }
    let genes = try folder.bytes("1.genes.tsv.gz")
    for threshold in thresholds.dropFirst() {
      #expect(try folder.bytes("\(threshold).genes.tsv.gz") == genes, "\(threshold)")
    }
  }

  @Test(arguments: ["1", "0.05"])
  func `a lead variant has the same text in both tables`(_ threshold: String) throws {
    let folder = try ScratchFolder()
    try Self.cohort().write(to: folder)
    let pairs = try CohortFiles.scan(
      ["--window", "500000", "--pval-threshold", threshold], in: folder
    ).byPair
    let genes = try ResultTable(path: folder.path("scan.genes.tsv.gz"))
    var found = 0
    for gene in genes.rows where gene["variant_id"] != "NA" {
      guard let row = pairs[gene.pair] else {
        #expect(gene.number("pval_gi") > (Double(threshold) ?? 1))
        continue
      }
      found += 1
      for column in ["af", "b_g", "b_g_se", "b_gi", "b_gi_se", "df_gi", "pval_gi", "pos"] {
        #expect(gene[column] == row[column], "\(column) of \(gene.pair)")
      }
    }
    #expect(found > 20)
    // Some are not among the rows that are exact anyway.
    #expect(threshold != "1" || genes.rows.contains { $0.number("pval_gi") >= 1e-3 })
  }

  @Test func `a lead variant is the exact fit, which other degrees of freedom leave alone`() throws
  {
    let folder = try ScratchFolder()
    try Self.cohort().write(to: folder)
    let flags = ["--window", "500000", "--digits", "17"]
    _ = try CohortFiles.scan(flags, in: folder, prefix: "fast")
    // These fit every pair exactly.
    let exact = try CohortFiles.scan(
      flags + ["--df", "residual"], in: folder, prefix: "exact"
    ).byPair
    let genes = try ResultTable(path: folder.path("fast.genes.tsv.gz"))
    var open = 0
    for gene in genes.rows where gene["variant_id"] != "NA" {
      let row = try #require(exact[gene.pair])
      if gene.number("pval_gi") >= 1e-3 { open += 1 }
      // Fits that start elsewhere stop within 5e-11 of the optimum, some 1e-6 SE from each other.
      for column in ["b_g", "b_gi"] {
        #expect(
          abs(gene.number(column) - row.number(column)) <= 1e-6 * row.number(column + "_se"),
          "\(column) of \(gene.pair)")
      }
      for column in ["b_g_se", "b_gi_se"] {
        #expect(
          abs(gene.number(column) / row.number(column) - 1) <= 1e-6, "\(column) of \(gene.pair)")
      }
    }
    #expect(open > 10)
  }

  @Test func `rows that are not exact keep the promise`() throws {
    let folder = try ScratchFolder()
    try Self.cohort().write(to: folder)
    let flags = ["--window", "200000", "--digits", "17"]
    let fast = try CohortFiles.scan(flags, in: folder, prefix: "fast")
    let exact = try CohortFiles.scan(
      flags + ["--df", "residual"], in: folder, prefix: "exact"
    ).byPair
    #expect(try fast.expectPromise(of: exact) > fast.rows.count / 2)
  }

  @Test func `variants with the same dosages have the same numbers`() throws {
    var cohort = try Self.cohort()
    var copies: [(String, String)] = []
    var doubled = [cohort.vcf[0]]
    for (index, record) in cohort.vcf.dropFirst().enumerated() {
      doubled.append(record)
      guard index % 3 == 0 else { continue }
      var copy = record
      copy[2] = "copy\(index)"
      copy[4] = "<COPY>"
      copies.append((record[2], copy[2]))
      doubled.append(copy)
    }
    cohort.vcf = doubled
    let table = try cohort.scan(["--window", "200000", "--digits", "17"])
    let byPair = table.byPair
    let columns = table.header.filter { $0 != "variant_id" && $0 != "alt" }
    var compared = 0
    for gene in cohort.geneIDs {
      for (name, copy) in copies {
        guard let row = byPair["\(gene) \(name)"] else {
          #expect(byPair["\(gene) \(copy)"] == nil)
          continue
        }
        let other = try #require(byPair["\(gene) \(copy)"])
        compared += 1
        for column in columns { #expect(row[column] == other[column], "\(column) of \(row.pair)") }
      }
    }
    #expect(compared > 300)
  }

  @Test func `rows stand in the order of the table where genes fill more than a tile`() throws {
    let cohort = try Self.cohort()
    let rows = try cohort.scan(["--trans", "--pval-threshold", "1"]).rows
    let expected = NaivePairs(cohort: cohort).list(window: nil)
    #expect(expected.count > 64 * 100)
    #expect(rows.map(\.pair) == expected.map(\.name))
  }
}
