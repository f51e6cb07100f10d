import Foundation
import Testing

/// Exports of several files: mashr's sets and SuSiE's loci.
@Suite struct ExportFolderTests {
  private static let hasR = Command.installed("Rscript") != nil
  private static let hasSusie: Bool = {
    guard let program = Command.installed("Rscript"), let folder = try? ScratchFolder() else {
      return false
    }
    return (try? Command.run(program, ["-e", "library(susieR)"], in: folder))?.exitCode == 0
  }()

  // MARK: mashr

  @Test func `mashr has effects at every time with the variance of the sum`() throws {
    let scan = try ExportedScan(ofKinds: [])
    let result = try scan.run("mashr", out: "mash", ["--random", "30", "--times", "0,7.5,15"])
    try #require(result.exitCode == 0, "\(result.errors)")
    #expect(result.missing(["2 coefficients", "mash wants 2 times"]) == [])
    let strong = try ResultTable(path: scan.folder.path("mash/strong.tsv"))
    let random = try ResultTable(path: scan.folder.path("mash/random.tsv"))
    #expect(
      strong.header
        == "gene variant_id chrom pos ref alt pval_gi df bhat_0 bhat_7.5 bhat_15 shat_0 shat_7.5 shat_15"
        .split(separator: " ").map(String.init))
    #expect(strong.header == random.header && random.rows.count == 30)
    let leads = try ResultTable.leads(in: scan.folder)
    #expect(Set(strong.rows.map { "\($0["gene"]) \($0["variant_id"])" }) == leads)
    for own in strong.rows + random.rows {
      let row = try #require(
        scan.fitted.first {
          $0["phenotype_id"] == own["gene"] && $0["variant_id"] == own["variant_id"]
            && $0["alt"] == own["alt"]
        })
      #expect(own["df"] == row["df_gi"] && own["pval_gi"] == row["pval_gi"])
      for (name, time) in [("0", 0.0), ("7.5", 7.5), ("15", 15)] {
        // Time is centred at 7.5.
        let t = time - 7.5
        let effect = row.number("b_g") + t * row.number("b_gi")
        let variance =
          pow(row.number("b_g_se"), 2) + 2 * t * row.number("cov_b_g_b_gi")
          + pow(t * row.number("b_gi_se"), 2)
        // Terms of six digits that may cancel.
        let size = abs(row.number("b_g")) + abs(t * row.number("b_gi"))
        #expect(abs(own.number("bhat_\(name)") - effect) < 1e-5 * size)
        #expect(ExportedScan.distance(own.number("shat_\(name)"), variance.squareRoot()) < 1e-4)
      }
    }
  }

  @Test func `the random set is spread over the table, its start drawn by the seed`() throws {
    let scan = try ExportedScan(ofKinds: [])
    var places: [[Int]] = []
    let pairs = scan.fitted.map { "\($0.pair) \($0["alt"])" }
    for (seed, out) in [("1", "a"), ("1", "b"), ("2", "c")] {
      #expect(
        try scan.run("mashr", out: out, ["--random", "12", "--seed", seed]).exitCode == 0)
      let rows = try ResultTable(path: scan.folder.path("\(out)/random.tsv")).rows
      places.append(
        try rows.map { row in
          try #require(
            pairs.firstIndex(of: "\(row["gene"]) \(row["variant_id"]) \(row["alt"])"))
        })
    }
    #expect(places[0] == places[1] && places[0] != places[2])
    for set in places {
      #expect(set.count == 12)
      let steps = zip(set, set.dropFirst()).map { $1 - $0 }
      let spacing = pairs.count / 12
      #expect(steps.allSatisfy { (spacing...(spacing + 1)).contains($0) })
    }
  }

  @Test func `a basis of time is put together from the manifest's columns`() throws {
    let scan = try ExportedScan(CohortFiles(), flags: ["--time-basis", "poly:2"])
    let result = try scan.run("mashr", out: "mash", ["--random", "5"])
    try #require(result.exitCode == 0, "\(result.errors)")
    let manifest = try #require(
      JSONSerialization.jsonObject(with: try scan.folder.bytes("scan.manifest.json"))
        as? [String: Any])
    let basis = try #require(
      (manifest["time_basis"] as? [String: Any])?["values"] as? [[Double]])
    let byPair = scan.pairs.byPair
    for own in try ResultTable(path: scan.folder.path("mash/strong.tsv")).rows {
      let row = try #require(byPair["\(own["gene"]) \(own["variant_id"])"])
      for values in basis {
        let (x, y) = (values[1], values[2])
        let name = values[0] == values[0].rounded() ? "\(Int(values[0]))" : "\(values[0])"
        let effect = row.number("b_g") + x * row.number("b_gi1") + y * row.number("b_gi2")
        var variance = pow(row.number("b_g_se"), 2)
        variance += pow(x * row.number("b_gi1_se"), 2) + pow(y * row.number("b_gi2_se"), 2)
        variance += 2 * x * row.number("cov_b_g_b_gi1") + 2 * y * row.number("cov_b_g_b_gi2")
        variance += 2 * x * y * row.number("cov_gi1_gi2")
        let size = abs(row.number("b_g")) + abs(x * row.number("b_gi1"))
        #expect(
          abs(own.number("bhat_\(name)") - effect) < 1e-5 * (size + abs(y * row.number("b_gi2"))))
        #expect(ExportedScan.distance(own.number("shat_\(name)"), variance.squareRoot()) < 1e-3)
      }
    }
  }

  // MARK: SuSiE

  /// 80 donors with 5 visits, a planted dynamic effect in some genes.
  private static func locus(_ flags: [String] = []) throws -> ExportedScan {
    try ExportedScan(
      CohortFiles(simulating: [
        "--donors", "80", "--times", "5", "--genes", "4", "--variants", "200", "--missing", "0.1",
        "--seed", "5",
      ]), flags: flags)
  }

  @Test func `susie has a gene's statistics and correlations of its variants in that order`() throws
  {
    let scan = try Self.locus()
    let result = try scan.run("susie", out: "susie", ["--gene", "GENE2"])
    try #require(result.exitCode == 0, "\(result.errors)")
    let table = try ResultTable(path: scan.folder.path("susie/GENE2.z.tsv"))
    let rows = scan.fitted.filter { $0["phenotype_id"] == "GENE2" }
    try #require(rows.count > 50 && table.rows.count == rows.count)
    let degrees = rows.map { $0.number("df_gi") }.sorted()
    for (own, row) in zip(table.rows, rows) {
      #expect(own["snp"] == row["variant_id"] && own["position"] == row["pos"])
      #expect(own["bhat"] == row["b_gi"] && own["shat"] == row["b_gi_se"])
      #expect(own["pvalue"] == row["pval_gi"])
      #expect(own["n"] == "\(Int(degrees[degrees.count / 2].rounded()) + 2)")
    }
    let r = try scan.folder.lines("susie/GENE2.ld.tsv.gz").map {
      ResultTable.fields($0).map { Double($0) ?? .nan }
    }
    #expect(r.count == rows.count)
    for i in r.indices {
      #expect(r[i].count == rows.count && r[i][i] == 1)
      for j in 0..<i { #expect(r[i][j] == r[j][i] && abs(r[i][j]) <= 1) }
    }
    // By row and column, the region alone is a part of the whole.
    let region = "\(rows[3]["#chrom"]):\(rows[3]["pos"])-\(rows[20]["pos"])"
    let part = try scan.run("susie", out: "part", ["--gene", "GENE2", "--region", region])
    try #require(part.exitCode == 0, "\(part.errors)")
    let some = try scan.folder.lines("part/GENE2.ld.tsv.gz").map(ResultTable.fields)
    #expect(some.count == 18)
    for i in some.indices {
      for j in some.indices {
        // The last of ten digits may be rounded otherwise.
        #expect(abs((Double(some[i][j]) ?? .nan) - r[3 + i][3 + j]) < 2e-10)
      }
    }
  }

  @Test(.enabled(if: hasSusie, "R's susieR is not installed"))
  func `SuSiE takes the files and has lead variants in its credible sets`() throws {
    let scan = try Self.locus()
    let result = try scan.run("susie", out: "susie", ["--fdr", "0.01"])
    try #require(result.exitCode == 0, "\(result.errors)")
    let output = try scan.r(
      """
      suppressMessages(library(susieR))
      for (f in Sys.glob("susie/*.z.tsv")) {
        d <- read.delim(f)
        R <- unname(as.matrix(read.table(sub("z.tsv", "ld.tsv.gz", f, fixed = TRUE))))
        fit <- susie_rss(bhat = d$bhat, shat = d$shat, n = d$n[1], R = R, check_input = TRUE)
        s <- estimate_s_rss(d$bhat / d$shat, R, n = d$n[1])
        cat(sub(".z.tsv", "", basename(f), fixed = TRUE), s,
            d$snp[unlist(fit$sets$cs)], "\\n")
      }
      """)
    let lines = output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(!lines.isEmpty)
    for line in lines {
      // The share of z that R does not explain: rounding and pairs' own variances.
      #expect((Double(line[1]) ?? 1) < 0.01)
      let gene = scan.fitted.filter { $0["phenotype_id"] == line[0] }
      let lead = gene.min { $0.number("pval_gi") < $1.number("pval_gi") }
      #expect(line.dropFirst(2).contains(lead?["variant_id"] ?? ""))
    }
  }

  @Test func `a result is exported from another folder and with inputs that were moved`() throws {
    let scan = try Self.locus()
    let other = try ScratchFolder()
    let flags = ["--to", "susie", "--gene", "GENE1", "--out", "susie"]
    let away = try Command.slopeqtl(
      ["export", scan.folder.path("scan")] + flags, in: other)
    #expect(away.exitCode == 0, "\(away.errors)")
    try FileManager.default.moveItem(
      atPath: scan.folder.path("genotypes.vcf"), toPath: other.path("moved.vcf"))
    let lost = try Command.slopeqtl(["export", scan.folder.path("scan")] + flags, in: other)
    #expect(lost.exitCode == 66)
    let found = try Command.slopeqtl(
      ["export", scan.folder.path("scan"), "--vcf", "moved.vcf"] + flags, in: other)
    #expect(found.exitCode == 0, "\(found.errors)")
    try other.write(
      String(contentsOf: other.url.appendingPathComponent("moved.vcf"), encoding: .utf8)
        .replacing("0|1", with: "1|1", maxReplacements: 1), to: "moved.vcf")
    let changed = try Command.slopeqtl(
      ["export", scan.folder.path("scan"), "--vcf", "moved.vcf"] + flags, in: other)
    #expect(changed.exitCode == 65)
    #expect(changed.missing(["moved.vcf", "MD5"]) == [])
  }
}
