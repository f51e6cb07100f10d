import Foundation
import TestSupport
import Testing

/// What `slopeqtl check` reports, as far as tests look at it.
struct CheckReport: Decodable {
  struct Verdicts: Decodable {
    var tested, allMissing, tooManyMissing, monomorphic, belowFrequency, belowCount: Int
    var smallClass: Int

    /// By the manifest's names.
    var byName: [String: Int] {
      [
        "tested": tested, "without any dosage": allMissing,
        "with too many missing dosages": tooManyMissing, "without variation": monomorphic,
        "below the minor-allele frequency": belowFrequency,
        "below the minor-allele count": belowCount,
        "with too few donors of a genotype": smallClass,
      ]
    }
  }

  struct Genotypes: Decodable { var variants: Verdicts }

  struct Genes: Decodable {
    var listed, scanned, withoutValues, constant, lackingSamples, notIdentifiable: Int
    var withoutVariants: Int
    var chromosomesMatched, chromosomesWithoutVariants: [String]
  }

  struct Model: Decodable {
    var formula: String
    var timeCenter: Double
    var fixedColumns, genotypeColumns: [String]
  }

  struct Pattern: Decodable { var donors: Int }

  struct VisitPatterns: Decodable {
    var count: Int
    var mostFrequent: [Pattern]
  }

  struct Inputs: Decodable { var donors, samples: Int }

  struct Cost: Decodable {
    var rows: Int
    var pairsTableGb, cpuHours, wallHours, memoryGb: Double
  }

  var inputs: Inputs
  var model: Model
  var visitPatterns: VisitPatterns
  var genotypes: Genotypes
  var genes: Genes
  var pairs: Int
  var cost: Cost

  /// Reads the report of a command that had to succeed.
  init(_ arguments: [String], in folder: ScratchFolder) throws {
    let result = try Command.slopeqtl(["check", "--json", "--quiet"] + arguments, in: folder)
    guard result.exitCode == 0, result.errors.isEmpty else {
      throw CohortFiles.Failure(text: "exit code \(result.exitCode): \(result.errors)")
    }
    self = try Self.decoder.decode(CheckReport.self, from: Data(result.output.utf8))
  }

  static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }
}

/// The part of a scan's manifest that a check foretells; dictionary keys stand as in the file.
private struct ScanManifest: Decodable {
  struct Design: Decodable { var donors, samples, visitPatterns: Int }
  var formula: String
  var timeCenter: Double
  var design: Design
  var genes, pairs: Int
  var variantsByVerdict: [String: Int]
}

@Suite struct CheckReportTests {
  /// A cohort with gaps: genes without values, of constant expression, without some donors, without
  /// all but two samples a donor, and on a chromosome without variants.
  private static func cohortWithGaps() throws -> CohortFiles {
    var cohort = try CohortFiles(simulating: [
      "--donors", "40", "--genes", "12", "--variants", "500", "--missing", "0.2",
      "--missing-genotypes", "0.08", "--maf", "0.01,0.5",
    ])
    let samples = Array(cohort.bed[0].enumerated().dropFirst(4))
    let donor = cohort.donorOfSample
    var seen: [String: Int] = [:]
    for (column, sample) in samples {
      let name = donor[sample] ?? ""
      seen[name, default: 0] += 1
      cohort.bed[1][column] = "NA"
      cohort.bed[2][column] = "1.5"
      if (cohort.donors.firstIndex(of: name) ?? 0) % 3 == 0 {
        cohort.bed[3][column] = "NA"
        cohort.bed[4][column] = "NA"
      }
      if seen[name, default: 0] > 2 { cohort.bed[5][column] = "NA" }
    }
    cohort.bed[6][4] = "NA"
    cohort.bed[7][0] = "chr9"
    return cohort
  }

  @Test(arguments: [
    [], ["--window", "30000"], ["--maf", "0.2", "--max-missing", "0.05"],
    ["--mac-donors", "12", "--maf", "0"], ["--region", "chr1:1-400000"],
    ["--trans", "--pval-threshold", "1"], ["--min-class-donors", "4", "--mac-donors", "0"],
  ])
  func `pairs, variants and genes are those of the scan`(_ flags: [String]) throws {
    let folder = try ScratchFolder()
    try Self.cohortWithGaps().write(to: folder)
    // Which pairs are tested does not depend on how they are fitted.
    let table = try CohortFiles.scan(["--refit", "none"] + flags, in: folder)
    let decoder = CheckReport.decoder
    let manifest = try decoder.decode(ScanManifest.self, from: folder.bytes("scan.manifest.json"))
    let genes = try ResultTable(path: folder.path("scan.genes.tsv.gz")).rows
    let report = try CheckReport(CohortFiles.inputs + flags, in: folder)

    #expect(report.pairs > 0)
    #expect(report.pairs == manifest.pairs)
    #expect(report.pairs == table.rows.count)
    #expect(report.cost.rows == table.rows.count)
    #expect(report.genotypes.variants.byName == manifest.variantsByVerdict)
    #expect(report.model.formula == manifest.formula)
    #expect(report.model.timeCenter == manifest.timeCenter)
    #expect(report.inputs.donors == manifest.design.donors)
    #expect(report.inputs.samples == manifest.design.samples)
    #expect(report.visitPatterns.count == manifest.design.visitPatterns)
    #expect(report.genes.listed == manifest.genes)
    #expect(report.genes.scanned == 10)
    #expect(report.genes.withoutValues == 1 && report.genes.constant == 1)
    #expect(report.genes.lackingSamples == 4)
    let failed = genes.filter { $0["status"] == "failed:not_identifiable" }.map {
      $0["phenotype_id"]
    }
    // The gene without values is not identifiable either, but it is not scanned.
    #expect(report.genes.notIdentifiable == failed.count - 1)
    let unpaired = genes.filter { $0["num_var"] == "0" }.count
    #expect(report.genes.withoutVariants == unpaired - 2)
    if !flags.contains("--trans") {
      #expect(report.genes.chromosomesWithoutVariants == ["chr9"])
    }
  }

  @Test func `nothing is written and the text says what the object says`() throws {
    let folder = try ScratchFolder()
    try CohortFiles().write(to: folder)
    let before = folder.names()
    let flags = CohortFiles.inputs + CohortFiles.everyPair + ["--threads", "3", "--digits", "17"]
    let result = try Command.slopeqtl(["check"] + flags, in: folder)
    #expect(result.exitCode == 0)
    // 19 donors: the one warning says what to do about boundary fits.
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    #expect(result.missing(["with 19 donors", "boundary", "--df kenward-roger"]) == [])
    #expect(folder.names() == before)
    let report = try CheckReport(flags, in: folder)
    #expect(report.pairs == 120)
    #expect(report.model.genotypeColumns == ["genotype", "time:genotype"])
    #expect(report.model.fixedColumns.count == 8)
    #expect(report.visitPatterns.mostFrequent.map(\.donors) == [19])
    let words = [
      "19 of 19 genotyped", "304", report.model.formula, "7.5", "(1 + time | donor)",
      "identifiability     ok", "DS (dosage)", "10 tested", "12 of 12 scanned", "with 3 threads",
    ]
    #expect(words.filter { !result.output.contains($0) } == [], "\(result.output)")
    #expect(result.output.contains(/pairs +120\n/))
  }

  @Test func `a threshold of p-values leaves the share of rows expected by chance`() throws {
    let folder = try ScratchFolder()
    try CohortFiles().write(to: folder)
    let flags = CohortFiles.inputs + CohortFiles.everyPair + ["--pval-threshold", "0.05"]
    let report = try CheckReport(flags, in: folder)
    #expect(report.pairs == 120)
    #expect(report.cost.rows == 6)
  }

  @Test func `the cost grows with pairs, columns and threads as it must`() throws {
    let folder = try ScratchFolder()
    try CohortFiles().write(to: folder)
    let flags = CohortFiles.inputs + CohortFiles.everyPair + ["--threads", "1"]
    let all = try CheckReport(flags, in: folder).cost
    let one = try CheckReport(flags + ["--genes", "GENE01"], in: folder).cost
    #expect(abs(all.cpuHours / one.cpuHours - 12) <= 1e-9)
    #expect(all.wallHours == all.cpuHours)
    // A pair takes 10 to 1000 microseconds, the program some tens of megabytes.
    #expect((10...1000).contains(all.cpuHours * 3600e6 / 120))
    #expect((0.02...0.1).contains(all.memoryGb))
    // These fit every pair by the exact kernel, one of them again and again.
    let exact = try CheckReport(flags + ["--df", "residual"], in: folder).cost
    let fixed = try CheckReport(
      flags + ["--df", "residual", "--refit", "none"], in: folder
    ).cost
    #expect(all.cpuHours < exact.cpuHours)
    #expect(fixed.cpuHours < exact.cpuHours)
    let small = try CheckReport(
      flags + ["--formula", "expression ~ time * genotype + (1 + time | donor)"], in: folder
    ).cost
    #expect(small.cpuHours < all.cpuHours)
    let refitted = try CheckReport(flags + ["--jackknife"], in: folder).cost
    #expect(refitted.cpuHours > all.cpuHours && refitted.rows == all.rows)
    let parallel = try CheckReport(flags + ["--threads", "4"], in: folder).cost
    #expect(parallel.cpuHours == all.cpuHours && parallel.wallHours < all.wallHours)
  }

  @Test func `the example of the help runs as printed`() throws {
    let folder = try ScratchFolder()
    let help = try Command.slopeqtl(["check", "--help"], in: folder).output
    let lines = help.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0.hasPrefix("Example") })
    let example = lines[(start + 1)...].prefix { !$0.isEmpty }.joined(separator: "\n")
    #expect(example.contains("slopeqtl check"))
    let simulated = try Command.slopeqtl(
      ["simulate", "--out", "cohort", "--donors", "30", "--genes", "4"], in: folder)
    #expect(simulated.exitCode == 0)
    let result = try Command.shell(example, in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.output.contains("30 of 30 genotyped"))
  }

  @Test func `a full disk is an error and a closed pipe is none`() throws {
    let folder = try ScratchFolder()
    try CohortFiles().write(to: folder)
    let full = try Command.shell("slopeqtl check --samples samples.tsv > /dev/full", in: folder)
    #expect(full.exitCode == 74)
    #expect(full.missing(["standard output", "No space left"]) == [])
    let closed = try Command.shell("slopeqtl check --samples samples.tsv | true", in: folder)
    #expect(closed.exitCode == 0)
    #expect(closed.errors.isEmpty)
  }

  @Test(
    .enabled(if: TestData.has("timecourse_chr22"), "data sets are not here: timecourse_chr22"))
  func `pairs of the time course are counted`() throws {
    let report = try CheckReport(
      TestData.inputs("timecourse_chr22")
        + ["--cov", TestData.path("timecourse_chr22/covariates.txt")], in: ScratchFolder())
    #expect(report.pairs == 2_686_988)
    #expect(report.genes.scanned == 608)
    #expect(report.visitPatterns.count == 27)
  }
}
