import Foundation
import Testing

/// A gene or pair that cannot be fitted is a row; the scan goes on.
@Suite struct FailedPairTests {
  private let numbers = ["b_g", "b_gi", "b_gi_se", "stat_gi", "df_gi", "pval_gi", "deviance"]

  @Test func `a gene with too few samples has rows without numbers`() throws {
    var cohort = try CohortFiles()
    let before = try cohort.scan(CohortFiles.everyPair)
    // Two samples a donor: the model needs more observations than random effects.
    let times = Dictionary(
      cohort.samples.dropFirst().map { ($0[0], $0[2]) }, uniquingKeysWith: { first, _ in first })
    for column in 4..<cohort.bed[0].count
    where !["3", "9"].contains(times[cohort.bed[0][column]] ?? "") {
      cohort.bed[2][column] = "NA"
    }
    let after = try cohort.scan(CohortFiles.everyPair)
    let gene = cohort.bed[2][3]
    let failed = after.rows.filter { $0["phenotype_id"] == gene }
    #expect(failed.count == 10)
    for row in failed {
      #expect(row["status"] == "failed:not_identifiable")
      #expect(row["n_samples"] == "38")
      #expect(numbers.allSatisfy { row[$0] == "NA" })
    }
    let others = { (table: ResultTable) in
      zip(table.rows, table.lines).filter { $0.0["phenotype_id"] != gene }.map(\.1)
    }
    #expect(others(after) == others(before))
    #expect(after.rows.map(\.pair) == before.rows.map(\.pair))
  }

  @Test func `a variant that repeats a covariate has rows without numbers`() throws {
    var cohort = try CohortFiles()
    let before = try cohort.scan(CohortFiles.everyPair)
    let donors = cohort.covariates[0]
    let record = 4
    for column in 9..<cohort.vcf[0].count {
      let place = donors.firstIndex(of: cohort.vcf[0][column]) ?? 0
      cohort.vcf[record][column] = cohort.covariates[3][place] == "M" ? "1/1:2" : "0/0:0"
    }
    let after = try cohort.scan(CohortFiles.everyPair)
    let variant = cohort.vcf[record][2]
    let failed = after.rows.filter { $0["variant_id"] == variant }
    #expect(failed.count == 12)
    for row in failed {
      #expect(row["status"] == "failed:collinear")
      #expect(numbers.allSatisfy { row[$0] == "NA" })
    }
    // Where the variant led a gene, another one leads now and is fitted exactly.
    #expect(after.rows.map(\.pair) == before.rows.map(\.pair))
    let known = Set(before.lines)
    var genes: Set<String> = []
    for (row, line) in zip(after.rows, after.lines)
    where row["variant_id"] != variant && !known.contains(line) {
      #expect(genes.insert(row["phenotype_id"]).inserted, "\(row.pair) is a second one")
      let lead = before.rows.filter { $0["phenotype_id"] == row["phenotype_id"] }
        .min { $0.number("pval_gi") < $1.number("pval_gi") }
      #expect(lead?["variant_id"] == variant, "\(row.pair) has other numbers")
    }
  }

  @Test func `genes without variation are left out and counted`() throws {
    var cohort = try CohortFiles()
    for column in 4..<cohort.bed[0].count {
      cohort.bed[1][column] = "5"
      cohort.bed[2][column] = "NA"
    }
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    let result = try Command.slopeqtl(
      ["scan", "--out", "scan"] + CohortFiles.inputs + CohortFiles.everyPair, in: folder)
    #expect(result.exitCode == 0)
    #expect(
      result.missing([
        "1 genes without any expression value", "1 genes of constant expression", "10 genes",
      ]) == [])
    #expect(try ResultTable(path: folder.path("scan.pairs.tsv.gz")).rows.count == 100)
  }

  @Test func `a donor effect without noise around it is said to have no residual`() throws {
    var cohort = try CohortFiles()
    let time = Dictionary(
      cohort.samples.dropFirst().map { ($0[0], $0[2]) }, uniquingKeysWith: { first, _ in first })
    // A linear function of time: the fixed part explains it entirely.
    for column in 4..<cohort.bed[0].count {
      cohort.bed[1][column] = "\(3 + 2 * (Double(time[cohort.bed[0][column]] ?? "") ?? 0))"
    }
    let rows = try cohort.scan(CohortFiles.everyPair).rows
    #expect(rows.count == 120)
    let failed = rows.filter { $0["phenotype_id"] == cohort.geneIDs[0] }
    #expect(failed.allSatisfy { $0["status"] == "failed:no_residual_variation" })
    #expect(rows.filter { $0["status"].hasPrefix("failed") }.count == 10)
  }

  @Test func `rare variants are filtered over the donors of each gene`() throws {
    var cohort = try CohortFiles()
    // The gene lacks every donor that carries the first variant's minor allele.
    let alternates = cohort.vcf[1].dropFirst(9).map {
      Double($0.split(separator: ":").last ?? "") ?? 0
    }
    let carriers = Set(zip(cohort.donors, alternates).filter { $0.1 > 0.3 }.map(\.0))
    let donorOfSample = cohort.donorOfSample
    for column in 4..<cohort.bed[0].count
    where carriers.contains(donorOfSample[cohort.bed[0][column]] ?? "") {
      cohort.bed[1][column] = "NA"
    }
    // Without covariates, of which the donors that are left would bear too few.
    let formula = "expression ~ time * genotype + (1 + time | donor)"
    let rows = try cohort.scan(["--maf", "0.15", "--mac-donors", "0", "--formula", formula]).rows
    let first = rows.filter { $0["variant_id"] == cohort.variantIDs[0] }
    #expect(first.count == 11)
    #expect(!first.contains { $0["phenotype_id"] == cohort.geneIDs[0] })
  }
}
