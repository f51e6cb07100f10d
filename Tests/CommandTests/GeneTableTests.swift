import Foundation
import Testing

/// `PREFIX.genes.tsv.gz` and `PREFIX.manifest.json`.
@Suite struct GeneTableTests {
  /// A simulated cohort with every kind of gene: one without values, one constant, one on a
  /// chromosome without variants, one that lacks samples.
  private static func cohort() throws -> CohortFiles {
    var cohort = try CohortFiles(simulating: [
      "--donors", "50", "--times", "4", "--genes", "14", "--variants", "260", "--missing", "0.1",
      "--seed", "11",
    ])
    for column in 4..<cohort.bed[0].count {
      cohort.bed[2][column] = "NA"
      cohort.bed[3][column] = "1.5"
      if column % 7 == 0 { cohort.bed[4][column] = "NA" }
    }
    cohort.bed[5][0] = "chr9"
    return cohort
  }

  private static func genes(_ folder: ScratchFolder, prefix: String = "scan") throws -> ResultTable
  {
    try ResultTable(path: folder.path("\(prefix).genes.tsv.gz"))
  }

  @Test func `has one row per gene in the order of the expression file`() throws {
    let cohort = try Self.cohort()
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    let pairs = try CohortFiles.scan(in: folder)
    let genes = try Self.genes(folder)
    #expect(genes.rows.map { $0["phenotype_id"] } == cohort.geneIDs)
    for row in genes.rows {
      let count = pairs.rows.count { $0["phenotype_id"] == row["phenotype_id"] }
      #expect(row["num_var"] == String(count))
    }
    #expect(genes.rows[1]["status"] == "failed:not_identifiable")
    #expect(genes.rows[1]["n_samples"] == "0")
    #expect(genes.rows[2]["status"] == "failed:no_residual_variation")
    for index in [1, 2, 4] {
      #expect(genes.rows[index]["num_var"] == "0")
      #expect(genes.rows[index]["variant_id"] == "NA" && genes.rows[index]["pval_acat"] == "NA")
      #expect(genes.rows[index]["qval"] == "NA" && genes.rows[index]["pattern"] == "NA")
    }
    #expect(["ok", "boundary"].contains(genes.rows[4]["status"]))
    #expect(genes.rows[3]["n_samples"] != genes.rows[0]["n_samples"])
  }

  @Test func `lead, ACAT, q-values and pattern follow from the pairs`() throws {
    let cohort = try Self.cohort()
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    let pairs = try CohortFiles.scan(["--digits", "17", "--time-center", "1"], in: folder)
    let genes = try Self.genes(folder)
    let times = cohort.samples.dropFirst().compactMap { Double($0[2]) }
    let (first, last) = try (#require(times.min()) - 1, #require(times.max()) - 1)
    var combined: [Double] = []
    for row in genes.rows where row["num_var"] != "0" {
      let own = pairs.rows.filter { $0["phenotype_id"] == row["phenotype_id"] }
      let smallest = try #require(own.map { $0.number("pval_gi") }.min())
      let ties = own.filter { $0.number("pval_gi") <= smallest * (1 + 1e-9) }
      let lead = try #require(ties.min { $0.number("pos") < $1.number("pos") })
      for column in [
        "variant_id", "pos", "ref", "alt", "af", "b_g", "b_g_se", "b_gi", "b_gi_se", "df_gi",
        "pval_gi",
      ] { #expect(row[column] == lead[column]) }
      #expect(row["var_chrom"] == lead["#chrom"])

      // tan((1/2 − p)π) in double precision loses digits of p near 1 only.
      let n = Double(own.count)
      let sum = own.reduce(0) {
        $0 + tan((0.5 - min($1.number("pval_gi"), 1 - 1 / n)) * .pi)
      }
      let acat = 0.5 - atan(sum / n) / .pi
      // The sum takes the lead's p-value of the fast fit where that is not below 1e-3, which is
      // right to 1e-3 in log₁₀ p; the row has that of the exact one.
      let tolerance = smallest < 1e-3 ? 1e-9 : 1e-3 * M_LN10
      #expect(abs(row.number("pval_acat") / acat - 1) < tolerance)
      combined.append(row.number("pval_acat"))

      let effects = [first, last].map { lead.number("b_g") + lead.number("b_gi") * $0 }
      let pattern =
        effects[0] * effects[1] < 0
        ? "switch" : abs(effects[0]) >= abs(effects[1]) ? "early" : "late"
      #expect(row["pattern"] == pattern)
    }
    // Below 100 genes π₀ is 1: Benjamini and Hochberg's adjusted p-values.
    let m = Double(combined.count)
    for row in genes.rows where row["num_var"] != "0" {
      let p = row.number("pval_acat")
      let q = combined.filter { $0 >= p }.map { value in
        value * m / Double(combined.count { $0 <= value })
      }.min()
      #expect(abs(row.number("qval") / (try #require(q)) - 1) < 1e-12)
    }
  }

  @Test func `does not depend on the threshold, on threads or on cis or trans reading`() throws {
    let cohort = try CohortFiles()
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    let flags = CohortFiles.everyPair
    let all = try CohortFiles.scan(flags, in: folder, prefix: "all")
    let few = try CohortFiles.scan(
      flags + ["--pval-threshold", "1e-3", "--threads", "2"], in: folder, prefix: "few")
    _ = try CohortFiles.scan(
      flags + ["--trans", "--pval-threshold", "1"], in: folder, prefix: "trans")
    #expect(few.lines.count < all.lines.count && !few.lines.isEmpty)
    #expect(few.rows.allSatisfy { $0.number("pval_gi") <= 1e-3 })
    let genes = try Self.genes(folder, prefix: "all")
    #expect(try Self.genes(folder, prefix: "few").lines == genes.lines)
    #expect(try Self.genes(folder, prefix: "trans").lines == genes.lines)
  }

  @Test func `the manifest counts every pair and names every input`() throws {
    let cohort = try Self.cohort()
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    let pairs = try CohortFiles.scan(["--pval-threshold", "0.2"], in: folder)
    let text = try folder.bytes("scan.manifest.json")
    let manifest = try #require(
      try JSONSerialization.jsonObject(with: text) as? [String: Any])
    func integer(_ key: String) -> Int { manifest[key] as? Int ?? -1 }
    let statuses = try #require(manifest["pairs_by_status"] as? [String: Int])
    #expect(statuses.values.reduce(0, +) == integer("pairs"))
    #expect(integer("rows") == pairs.lines.count && integer("rows") < integer("pairs"))
    let genes = try Self.genes(folder)
    #expect(integer("pairs") == genes.rows.reduce(0) { $0 + (Int($1["num_var"]) ?? 0) })
    let histograms = try #require(manifest["pvalue_histograms"] as? [[String: Any]])
    let counted = histograms.flatMap { $0["counts"] as? [Int] ?? [] }.reduce(0, +)
    #expect(counted == integer("pairs"))
    let chunks = try #require(manifest["chunks"] as? [[String: Any]])
    #expect(chunks.reduce(0) { $0 + ($1["pairs"] as? Int ?? 0) } == integer("pairs"))
    #expect(chunks.reduce(0) { $0 + ($1["rows"] as? Int ?? 0) } == integer("rows"))
    let design = try #require(manifest["design"] as? [String: Any])
    #expect(design["donors"] as? Int == 50)
    #expect(
      manifest["formula"] as? String == """
        expression ~ time + genotype + cov1 + cov2 + sex + time:genotype + cov1:time + cov2:time + \
        sex:time + (1 + time | donor)
        """)
    let inputs = try #require(manifest["inputs"] as? [[String: Any]])
    #expect(
      inputs.map { $0["path"] as? String } == [
        "genotypes.vcf", "expression.bed", "samples.tsv", "covariates.txt",
      ])
    if let md5sum = Command.installed("md5sum") {
      for input in inputs {
        let path = try #require(input["path"] as? String)
        let sum = try Command.run(md5sum, [path], in: folder).output.prefix(32)
        #expect(input["md5"] as? String == String(sum))
      }
    }
  }

  @Test func `null variances are kept with --refit none, with a word about their floor`() throws {
    let cohort = try CohortFiles()
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    let flags = CohortFiles.everyPair + ["--digits", "17"]
    let exact = try CohortFiles.scan(flags, in: folder, prefix: "exact").byPair
    let result = try Command.slopeqtl(
      ["scan"] + CohortFiles.inputs + flags + ["--out", "null", "--refit", "none"], in: folder)
    #expect(result.exitCode == 0)
    // P(|Z| > √18) with 19 donors.
    #expect(result.missing(["warning", "--refit none", "19 donors", "2.2e-05"]).isEmpty)
    let null = try ResultTable(path: folder.path("null.pairs.tsv.gz"))
    let genes = try Self.genes(folder, prefix: "null")
    #expect(null.rows.count == exact.count)
    var isLarger = false
    for row in null.rows {
      let other = try #require(exact[row.pair])
      let gene = try #require(genes.rows.first { $0["phenotype_id"] == row["phenotype_id"] })
      // The optimum is the optimum.
      #expect(row.number("deviance") >= other.number("deviance") - 1e-8)
      #expect(row["status"] == gene["status"])
      #expect(row.number("df_gi") > 0)
      // Relative to the residual, the random effects are the null model's.
      let ratio = row.number("sd_slope") / row.number("sd_residual")
      let nullRatio = gene.number("sd_slope") / gene.number("sd_residual")
      #expect(abs(ratio - nullRatio) < 1e-9)
      if other.number("pval_gi") < 1e-3 {
        isLarger = true
        #expect(row.number("pval_gi") > other.number("pval_gi"))
      }
    }
    #expect(isLarger, "some effects are strong")
  }

  @Test func `a result that another run is making is left alone`() throws {
    let cohort = try CohortFiles()
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    // Another process holds the unfinished file's lock while the scan is tried.
    guard Command.installed("flock") != nil else { try Test.cancel("flock is not installed") }
    let result = try Command.shell(
      "touch scan.ckpt; flock scan.ckpt slopeqtl scan "
        + CohortFiles.inputs.joined(separator: " ") + " --out scan || echo exit $?",
      in: folder)
    #expect(result.output.contains("exit 75"))
    #expect(result.missing(["scan.ckpt", "another run", "--out"]).isEmpty)
    #expect(folder.names(startingWith: "scan") == ["scan.ckpt"])
  }
}
