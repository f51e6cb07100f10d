import Foundation
import Testing

/// Scans of models beyond the fast shape: in parts, with genes that lack samples, in other units.
@Suite struct StructuredScanTests {
  private static let terms =
    "expression ~ time * genotype + pc1 + pc1:time + sex + sex:time + "

  /// The first two genes of the cohort with families, batches and sites.
  private static func cohort() throws -> CohortFiles {
    var cohort = try CohortFiles(reference: "cohort_structured")
    cohort.bed = Array(cohort.bed.prefix(3))
    return cohort
  }

  private static func value(_ sample: String, _ column: String, _ cohort: CohortFiles) -> String {
    let place = cohort.samples[0].firstIndex(of: column) ?? 0
    return cohort.samples.first { $0[0] == sample }?[place] ?? ""
  }

  /// Sets the first gene's expression to NA in some samples.
  private static func lose(
    from cohort: inout CohortFiles, where isLost: (String) -> Bool
  ) -> [String] {
    for column in 4..<cohort.bed[0].count where isLost(cohort.bed[0][column]) {
      cohort.bed[1][column] = "NA"
    }
    return cohort.bed[0].dropFirst(4).filter { !isLost($0) }
  }

  // MARK: Parts

  @Test(arguments: [
    ["--time-basis", "poly:2", "--random", "(1 | donor)"], ["--residual-variance", "exp:time"],
  ])
  func `shards, threads and a resumed run have the bytes of the whole scan`(
    _ model: [String]
  ) throws {
    let flags = model + ["--window", "20000"]
    let scan = try SplitScan(genes: 6, variants: 300, flags: flags)
    for index in 1...3 {
      let result = try scan.run(
        flags + ["--shard", "\(index)/3", "--threads", "2"], out: "part\(index)")
      try #require(result.exitCode == 0, "\(result.errors)")
    }
    let merged = try Command.slopeqtl(
      ["merge", "--out", "merged", "part1", "part2", "part3"], in: scan.folder)
    #expect(merged.exitCode == 0, "\(merged.errors)")
    try scan.expectWhole("merged")
    let rows = try ResultTable(path: scan.folder.path("merged.pairs.tsv.gz")).rows
    #expect(rows.count > 10 && rows.contains { $0["status"] == "ok" })
    try SystemCalls.require()
    let stopped = try SystemCalls.run(
      scan, inject: "pwrite64:signal=KILL:when=4", flags: flags, out: "stopped")
    #expect(stopped.exitCode != 0)
    #expect(scan.folder.names(startingWith: "stopped") == ["stopped.ckpt"])
    let resumed = try scan.run(flags, out: "stopped")
    #expect(resumed.exitCode == 0, "\(resumed.errors)")
    try scan.expectWhole("stopped")
  }

  // MARK: Genes that lack samples

  /// The rows of a gene and of a scan of the samples it has must agree.
  private static func expectSameFits(
    _ gene: [ResultTable.Row], _ kept: ResultTable,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let others = kept.byPair
    #expect(!gene.isEmpty, sourceLocation: sourceLocation)
    for row in gene {
      let other = try #require(others[row.pair], sourceLocation: sourceLocation)
      #expect(row["status"] == other["status"], "\(row.pair)", sourceLocation: sourceLocation)
      for column in [
        "n_samples", "n_donors", "af", "b_g", "b_g_se", "b_gi", "b_gi_se", "df_gi", "pval_gi",
        "sd_residual", "deviance",
      ] {
        let (a, b) = (row.number(column), other.number(column))
        // The optima are the same; rounding differs where donors or columns stand in another order.
        #expect(
          abs(a - b) <= 1e-7 * max(abs(a), abs(b)), "\(column) of \(row.pair): \(a) and \(b)",
          sourceLocation: sourceLocation)
      }
    }
  }

  @Test(arguments: [
    ["--formula", terms + "(1 + time | family/donor)"],
    ["--formula", terms + "(1 + time | donor) + (1 | batch)", "--df", "kenward-roger"],
    ["--kinship", "kinship.tsv"], ["--residual-variance", "by:site"],
    ["--residual-variance", "exp:time"], ["--criterion", "ml", "--nested", "batch"],
  ])
  func `a gene without some samples is fitted as a scan of the others`(
    _ flags: [String]
  ) throws {
    let whole = try Self.cohort()
    var cohort = whole
    let donors = Set(cohort.donors.sorted().prefix(6))
    let owner = cohort.donorOfSample
    // Whole donors, whole families, and every seventh sample.
    let kept = Self.lose(from: &cohort) { sample in
      let isOfDonor = owner[sample].map(donors.contains) ?? false
      return isOfDonor || Self.value(sample, "family", whole) == "F02"
        || sample.utf8.reduce(0) { $0 + Int($1) } % 7 == 0
    }
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    try FileManager.default.copyItem(
      at: CohortFiles.root.appendingPathComponent("reference/cohort_structured/kinship.tsv"),
      to: folder.url.appendingPathComponent("kinship.tsv"))
    try folder.write(ids: kept, to: "kept")
    let all =
      flags + CohortFiles.everyPair
      + ["--digits", "17", "--time-center", "2", "--genes", "GENE01"]
    let gene = try CohortFiles.scan(all, in: folder)
    let scan = try CohortFiles.scan(all + ["--keep-samples", "kept"], in: folder, prefix: "kept")
    try Self.expectSameFits(gene.rows, scan)
  }

  @Test func `a gene without samples of the reference stratum has another in its stead`() throws {
    for site in ["s1", "s3"] {
      let whole = try Self.cohort()
      var cohort = whole
      let kept = Self.lose(from: &cohort) { Self.value($0, "site", whole) == site }
      let folder = try ScratchFolder()
      try cohort.write(to: folder)
      try folder.write(ids: kept, to: "kept")
      let flags =
        CohortFiles.everyPair
        + [
          "--digits", "17", "--time-center", "2", "--genes", "GENE01", "--residual-variance",
          "by:site",
        ]
      let gene = try CohortFiles.scan(flags, in: folder)
      let scan = try CohortFiles.scan(
        flags + ["--keep-samples", "kept"], in: folder, prefix: "kept")
      try Self.expectSameFits(gene.rows, scan)
      for row in gene.rows {
        if site == "s1" {
          #expect(row["ratio:s2"] == "1")
          let other = try #require(scan.byPair[row.pair])
          #expect(abs(row.number("ratio:s3") / other.number("ratio:s3") - 1) < 1e-7)
        } else {
          #expect(row["ratio:s3"] == "NA")
        }
      }
    }
  }

  @Test func `a gene with one batch left is not identifiable, the others are`() throws {
    let whole = try Self.cohort()
    var cohort = whole
    _ = Self.lose(from: &cohort) { Self.value($0, "batch", whole) != "b1" }
    let table = try cohort.scan(
      CohortFiles.everyPair + [
        "--formula", "expression ~ time * genotype + (1 | donor) + (1 | batch)",
      ])
    for row in table.rows {
      let isFirst = row["phenotype_id"] == "GENE01"
      #expect((row["status"] == "failed:not_identifiable") == isFirst)
    }
  }

  // MARK: Units

  @Test func `the unit and origin of a residual's covariate show in its coefficient alone`() throws
  {
    var cohort = try Self.cohort()
    cohort.samples[0] += ["visit", "stamp"]
    for row in 1..<cohort.samples.count {
      let time = Double(cohort.samples[row][2]) ?? 0
      cohort.samples[row] += ["\(time)", "\(2015e5 + 1e5 * time)"]
    }
    let flags = CohortFiles.everyPair + ["--digits", "17", "--residual-variance"]
    let plain = try cohort.scan(flags + ["exp:visit"])
    let other = try cohort.scan(flags + ["exp:stamp"]).byPair
    #expect(plain.rows.count == 20)
    for row in plain.rows {
      let second = try #require(other[row.pair])
      #expect(row["status"] == second["status"])
      for column in ["b_gi", "b_gi_se", "df_gi", "deviance", "sd_intercept"] {
        #expect(abs(second.number(column) / row.number(column) - 1) < 1e-7, "\(column)")
      }
      #expect(abs(1e5 * second.number("exp") / row.number("exp") - 1) < 1e-6)
    }
  }

  /// Newton's last step is taken whatever the size of the criterion.
  @Test func `the unit of expression shows in effects and deviations alone`() throws {
    let cohort = try Self.cohort()
    var other = cohort
    for row in 1..<other.bed.count {
      for column in 4..<other.bed[row].count {
        other.bed[row][column] = "\((Double(other.bed[row][column]) ?? 0) * 1048576)"
      }
    }
    for model in [["--residual-variance", "exp:time"], ["--nested", "batch"]] {
      let flags = CohortFiles.everyPair + ["--digits", "17"] + model
      let plain = try cohort.scan(flags)
      let scaled = try other.scan(flags).byPair
      for row in plain.rows {
        let second = try #require(scaled[row.pair])
        #expect(row["status"] == second["status"])
        for column in ["stat_gi", "df_gi", "pval_gi"] {
          #expect(abs(second.number(column) / row.number(column) - 1) < 1e-6, "\(column)")
        }
      }
    }
  }

  // MARK: Tests

  @Test func `without refits the likelihood ratio compares fits at the same variances`() throws {
    let table = try Self.cohort().scan(
      CohortFiles.everyPair + [
        "--digits", "17", "--nested", "batch", "--criterion", "ml", "--refit", "none", "--df",
        "infinite",
      ])
    #expect(table.rows.count == 20)
    // −2 log L is n log(y'Py) then, and its fall n log(1 + t²/n).
    for row in table.rows {
      let n = row.number("n_samples")
      let fall = n * log(1 + row.number("stat_gi") * row.number("stat_gi") / n)
      let expected = erfc((fall / 2).squareRoot())
      #expect(abs(row.number("pval_lrt") / expected - 1) < 1e-6, "\(row.pair)")
    }
  }
}
