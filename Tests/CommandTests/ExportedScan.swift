import Foundation
import Testing

/// A scan to be exported, and the table of pairs that exports are held to.
struct ExportedScan {
  let folder: ScratchFolder
  let pairs: ResultTable

  /// Scans a cohort in a folder of its own.
  init(_ cohort: CohortFiles, flags: [String] = []) throws {
    folder = try ScratchFolder()
    try cohort.write(to: folder)
    pairs = try CohortFiles.scan(CohortFiles.everyPair + flags, in: folder)
  }

  /// The reference cohort of 19 donors, with variants and genes of several kinds: rs ids, an indel,
  /// two alleles of one id at one site, a gene of 2,000 bases, and a variant that repeats a covariate.
  init(ofKinds flags: [String] = []) throws {
    var cohort = try CohortFiles()
    cohort.vcf[1][2] = "rs7"
    cohort.vcf[2][4] = cohort.vcf[2][4] + "TT"
    cohort.vcf[6][1] = cohort.vcf[5][1]
    cohort.vcf[6][2] = cohort.vcf[5][2]
    cohort.vcf[6][3] = cohort.vcf[5][3]
    cohort.vcf[6][4] = cohort.vcf[5][4] == "T" ? "G" : "T"
    let start = Int(cohort.bed[1][1]) ?? 0
    cohort.bed[1][2] = "\(start + 2_000)"
    let donors = cohort.covariates[0]
    for column in 9..<cohort.vcf[0].count {
      let place = donors.firstIndex(of: cohort.vcf[0][column]) ?? 0
      cohort.vcf[8][column] = cohort.covariates[3][place] == "M" ? "1/1:2" : "0/0:0"
    }
    try self.init(cohort, flags: flags)
  }

  /// The rows that have numbers.
  var fitted: [ResultTable.Row] { pairs.rows.filter { !$0["status"].hasPrefix("failed") } }

  /// Runs `export`.
  func run(_ format: String, out: String, _ flags: [String] = []) throws -> CommandResult {
    try Command.slopeqtl(
      ["export", "scan", "--to", format, "--out", out] + flags, in: folder)
  }

  /// The table that an export makes.
  func table(_ format: String, _ flags: [String] = []) throws -> ResultTable {
    let result = try run(format, out: "\(format).tsv", flags)
    try #require(result.exitCode == 0, "\(result.errors)")
    #expect(result.output.isEmpty)
    return try ResultTable(path: folder.path("\(format).tsv"))
  }

  /// Runs lines of R in the folder; what they print.
  func r(_ script: String) throws -> String {
    let program = try #require(Command.installed("Rscript"))
    let result = try Command.run(program, ["-e", script], in: folder)
    try #require(result.exitCode == 0, "\(result.errors)")
    return result.output
  }

  /// |a − b| relative to b, where b is a number.
  static func distance(_ a: Double, _ b: Double) -> Double {
    a == b ? 0 : abs(a - b) / max(abs(b), 1e-300)
  }

  /// coloc's `sdY.est`: the slope of 2Nf(1 − f) on 1/var(β̂) through 0, by its formula.
  static func deviation(
    _ rows: [ResultTable.Row], error: String = "b_gi_se"
  ) -> Double {
    var (above, below) = (0.0, 0.0)
    for row in rows {
      let (f, se) = (row.number("af"), row.number(error))
      above += 2 * row.number("n_donors") * f * (1 - f) / (se * se)
      below += 1 / (se * se * se * se)
    }
    return (above / below).squareRoot()
  }
}
