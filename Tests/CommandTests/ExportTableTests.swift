import Foundation
import Testing

/// Exports of one table: every number is the table's own text or a stated function of it.
@Suite struct ExportTableTests {
  @Test(arguments: ["gi", "g"])
  func `coloc has estimates, their variances and its own sdY`(_ effect: String) throws {
    let scan = try ExportedScan(ofKinds: [])
    let table = try scan.table("coloc", ["--effect", effect])
    let rows = scan.fitted
    #expect(rows.count < scan.pairs.rows.count && table.rows.count == rows.count)
    let byGene = Dictionary(grouping: rows) { $0["phenotype_id"] }
    let deviations = byGene.mapValues { ExportedScan.deviation($0, error: "b_\(effect)_se") }
    for (own, row) in zip(table.rows, rows) {
      #expect(own["gene"] == row["phenotype_id"] && own["position"] == row["pos"])
      #expect(own["beta"] == row["b_\(effect)"] && own["pvalue"] == row["pval_\(effect)"])
      #expect(own["N"] == row["n_donors"] && own["type"] == "quant")
      #expect([own["chrom"], own["ref"], own["alt"]] == [row["#chrom"], row["ref"], row["alt"]])
      let se = row.number("b_\(effect)_se")
      // Six digits are written.
      #expect(ExportedScan.distance(own.number("varbeta"), se * se) < 6e-6)
      let f = row.number("af")
      #expect(ExportedScan.distance(own.number("MAF"), min(f, 1 - f)) < 6e-6)
      let deviation = try #require(deviations[row["phenotype_id"]])
      #expect(ExportedScan.distance(own.number("sdY"), deviation) < 6e-6)
      // The normal tail of z is the p; both have six digits.
      let z = own.number("z")
      #expect(
        ExportedScan.distance(erfc(abs(z) / 2.0.squareRoot()), row.number("pval_\(effect)"))
          < 1e-5 * (1 + z * z))
      #expect(z == 0 || (z < 0) == (row.number("b_\(effect)") < 0))
    }
    // Two alleles of one id are told apart, others keep their ids.
    let names = Dictionary(grouping: table.rows) { $0["gene"] }.values.map { $0.map { $0["snp"] } }
    #expect(names.allSatisfy { Set($0).count == $0.count })
    #expect(names.joined().contains("rs7"))
  }

  @Test func `tensorqtl has the columns of map_nominal in their order`() throws {
    let scan = try ExportedScan(ofKinds: [])
    let table = try scan.table("tensorqtl")
    #expect(
      table.header == [
        "phenotype_id", "variant_id", "start_distance", "end_distance", "af", "ma_samples",
        "ma_count", "pval_g", "b_g", "b_g_se", "pval_i", "b_i", "b_i_se", "pval_gi", "b_gi",
        "b_gi_se",
      ])
    let ends = Dictionary(
      try CohortFiles().bed.dropFirst().map { ($0[3], Int($0[1]) ?? 0) }
    ) { first, _ in first }
    for (own, row) in zip(table.rows, scan.fitted) {
      for column in table.header where column != "end_distance" {
        #expect(own[column] == row[column], "\(column) of \(row.pair)")
      }
      let start = try #require(ends[row["phenotype_id"]])
      let isLong = row["phenotype_id"] == scan.pairs.rows[0]["phenotype_id"]
      let position = try #require(Int(row["pos"]))
      if isLong { #expect(own["end_distance"] == "\(position - start - 2_000)") }
    }
    #expect(table.rows.count == scan.fitted.count)
    let main = try scan.table("tensorqtl", ["--effect", "g"])
    #expect(main.header.suffix(3) == ["pval_nominal", "slope", "slope_se"])
    #expect(main.rows.map { $0["slope"] } == scan.fitted.map { $0["b_g"] })
  }

  @Test func `eqtl-catalogue has its columns, alleles counted`() throws {
    let scan = try ExportedScan(ofKinds: [])
    let table = try scan.table("eqtl-catalogue")
    #expect(
      table.header.joined(separator: " ")
        == "molecular_trait_id chromosome position ref alt variant ma_samples maf pvalue beta se "
        + "type ac an r2 molecular_trait_object_id gene_id median_tpm rsid")
    let donors = scan.pairs.rows[0].number("n_donors")
    for (own, row) in zip(table.rows, scan.fitted) {
      #expect(own["chromosome"] == String(row["#chrom"].dropFirst(3)))
      #expect(
        own["variant"]
          == [row["#chrom"], row["pos"], row["ref"], row["alt"]].joined(separator: "_"))
      for (theirs, mine) in [
        ("beta", "b_gi"), ("se", "b_gi_se"), ("pvalue", "pval_gi"), ("ma_samples", "ma_samples"),
        ("molecular_trait_id", "phenotype_id"), ("gene_id", "phenotype_id"), ("position", "pos"),
      ] { #expect(own[theirs] == row[mine]) }
      // No dosage is missing: two alleles of every donor.
      #expect(own.number("an") == 2 * donors)
      #expect(abs(own.number("ac") - row.number("af") * 2 * donors) <= 0.5)
      #expect(own["rsid"] == (row["variant_id"] == "rs7" ? "rs7" : "NA"))
      #expect(own["type"] == (row["alt"].hasSuffix("TT") ? "INDEL" : "SNP"))
      #expect([own["r2"], own["median_tpm"]] == ["NA", "NA"])
    }
    #expect(Set(table.rows.map { $0["type"] }) == ["SNP", "INDEL"])
  }

  @Test func `fastenloc has posterior probabilities under one causal variant`() throws {
    let scan = try ExportedScan(ofKinds: [])
    let prior = 0.01
    let result = try scan.run("fastenloc", out: "annotation.vcf.gz", ["--prior", "\(prior)"])
    try #require(result.exitCode == 0, "\(result.errors)")
    var found: [String: (pip: Double, sum: Double, count: Int)] = [:]
    var sites: Set<String> = []
    for line in try scan.folder.lines("annotation.vcf.gz") {
      let fields = ResultTable.fields(line)
      try #require(fields.count == 6)
      let alleles = fields[0...4].joined(separator: " ")
      #expect(sites.insert(alleles).inserted, "a second line for \(alleles)")
      for entry in fields[5].split(separator: "|") {
        let match = try #require(entry.wholeMatch(of: /(.+):1@=(.+)\[(.+):(\d+)\]/))
        found["\(match.1) \(fields[2]) \(fields[4])"] = (
          Double(match.2) ?? .nan, Double(match.3) ?? .nan, Int(match.4) ?? 0
        )
      }
    }
    let byGene = Dictionary(grouping: scan.fitted) { $0["phenotype_id"] }
    #expect(found.count == scan.fitted.count && byGene.count == 12)
    for (gene, rows) in byGene {
      let scale = 0.15 * ExportedScan.deviation(rows)
      let factors = try rows.map { row -> Double in
        let variance = row.number("b_gi_se") * row.number("b_gi_se")
        let ratio = scale * scale / (scale * scale + variance)
        let z = try Self.z(ofTwoSided: row.number("pval_gi"))
        return (1 - ratio).squareRoot() * exp(z * z * ratio / 2)
      }
      let total = factors.reduce(0, +)
      for (row, factor) in zip(rows, factors) {
        let own = try #require(found["\(gene) \(row["variant_id"]) \(row["alt"])"])
        #expect(own.count == rows.count)
        // Standard errors and p-values of six digits.
        let denominator = 1 + prior * total
        #expect(ExportedScan.distance(own.pip, prior * factor / denominator) < 1e-4)
        #expect(ExportedScan.distance(own.sum, prior * total / denominator) < 1e-4)
      }
    }
  }

  /// The z whose two-sided tail is p, by bisection.
  private static func z(ofTwoSided p: Double) throws -> Double {
    var (low, high) = (0.0, 38.0)
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if erfc(middle / 2.0.squareRoot()) > p { low = middle } else { high = middle }
    }
    return low
  }

  @Test func `a gene and a region narrow every table down`() throws {
    let scan = try ExportedScan(ofKinds: [])
    let gene = scan.fitted[0]["phenotype_id"]
    let positions = scan.fitted.filter { $0["phenotype_id"] == gene }.compactMap { Int($0["pos"]) }
    let (from, to) = (positions[1], positions[5])
    for format in ["coloc", "eqtl-catalogue", "tensorqtl"] {
      let table = try scan.table(format, ["--gene", gene, "--region", "1:\(from)-\(to)"])
      let count = positions.count { from...to ~= $0 }
      #expect(table.rows.count == count)
    }
    // By the index and without it.
    let found = try scan.table("coloc", ["--gene", gene]).lines
    try FileManager.default.removeItem(atPath: scan.folder.path("scan.pairs.tsv.gz.tbi"))
    #expect(try scan.table("coloc", ["--gene", gene]).lines == found)
    #expect(found.count == positions.count)
  }

  @Test func `failed pairs are counted, compressed files are BGZF and nothing else is left`() throws
  {
    let scan = try ExportedScan(ofKinds: [])
    let before = Set(scan.folder.names())
    let result = try scan.run("tensorqtl", out: "out.tsv.gz")
    let failed = scan.pairs.rows.count - scan.fitted.count
    #expect(failed == 12)
    #expect(result.missing(["12 pairs whose fit failed are left out"]) == [])
    #expect(Set(scan.folder.names()).subtracting(before) == ["out.tsv.gz"])
    // The end-of-file block.
    #expect(try scan.folder.bytes("out.tsv.gz").suffix(28).prefix(2) == Data([0x1F, 0x8B]))
    #expect(try scan.folder.lines("out.tsv.gz").count == scan.fitted.count + 1)
  }
}
