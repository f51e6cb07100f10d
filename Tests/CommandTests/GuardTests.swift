import Foundation
import Testing

/// Guards of a model and of its variants, before any fit and beside the tests.
@Suite struct GuardTests {
  /// Adds covariates of donors, as different as can be.
  private static func add(_ count: Int, to cohort: inout CohortFiles) {
    for extra in 0..<count {
      let values = (1..<cohort.covariates[0].count).map {
        "\(($0 * 7919 + extra * 104_729 + $0 * $0 * (extra + 3)) % 101)"
      }
      cohort.covariates.append(["extra\(extra)"] + values)
    }
  }

  // MARK: Donors that are left

  @Test(arguments: [
    Refusal(
      "donor-level covariates with time that leave four donors",
      words: [
        "too few donors are left", "slopes", "19 donors − 15 columns", "time:genotype", "leave 4",
        "at least 5", "--covariate-by-time none",
      ], cells: { add(10, to: &$0) }),
    Refusal(
      "donor-level covariates without time that leave four donors",
      flags: ["--covariate-by-time", "none"],
      words: [
        "intercepts", "19 donors − 15 columns", "leave 4", "leave out donor-level covariates",
      ],
      cells: { add(10, to: &$0) }),
  ])
  func `models that leave too few donors are refused with the numbers`(_ refusal: Refusal) throws {
    try refusal.check()
    let folder = try ScratchFolder()
    var cohort = try CohortFiles()
    refusal.cells(&cohort)
    try cohort.write(to: folder)
    let check = try Command.slopeqtl(["check"] + CohortFiles.inputs + refusal.flags, in: folder)
    #expect(check.exitCode == refusal.exitCode)
    #expect(check.missing(refusal.words) == [], "\(check.errors)")
  }

  @Test func `models that leave few donors draw a warning and are reported by check`() throws {
    struct Report: Decodable {
      struct Space: Decodable { var donors, columns, left: Int }
      struct Freedom: Decodable { var slopes, intercepts: Space }
      struct Model: Decodable { var donorFreedom: Freedom }
      var model: Model
    }
    let folder = try ScratchFolder()
    var cohort = try CohortFiles()
    Self.add(9, to: &cohort)
    try cohort.write(to: folder)
    let flags = CohortFiles.inputs + CohortFiles.everyPair
    let check = try Command.slopeqtl(["check", "--json"] + flags, in: folder)
    #expect(check.exitCode == 0)
    #expect(check.missing(["warning", "few donors are left", "leave 5"]) == [])
    let report = try CheckReport.decoder.decode(Report.self, from: Data(check.output.utf8))
    for space in [report.model.donorFreedom.slopes, report.model.donorFreedom.intercepts] {
      #expect(space.donors == 19 && space.columns == 14 && space.left == 5)
    }
    let scan = try Command.slopeqtl(["scan", "--out", "scan"] + flags, in: folder)
    #expect(scan.exitCode == 0)
    #expect(scan.errors.split(separator: "\n").count { $0.contains("few donors are left") } == 2)
  }

  @Test func `balanced tests have as many degrees of freedom as donors are left`() throws {
    var cohort = try CohortFiles()
    Self.add(4, to: &cohort)
    let rows = try cohort.scan(CohortFiles.everyPair).rows.filter { $0["status"] == "ok" }
    #expect(!rows.isEmpty)
    // 19 donors less time, seven covariates × time and genotype × time. Satterthwaite's are these
    // in complete data with an interior optimum, to what fast rows are good for.
    for row in rows { #expect(abs(row.number("df_gi") - 10) < 1e-2, "\(row["df_gi"])") }
  }

  @Test func `a gene whose samples leave too few donors has rows without numbers`() throws {
    var cohort = try CohortFiles()
    let kept = Set(cohort.donors.prefix(9))
    let donor = cohort.donorOfSample
    for column in 4..<cohort.bed[0].count where !kept.contains(donor[cohort.bed[0][column]] ?? "") {
      cohort.bed[1][column] = "NA"
    }
    let rows = try cohort.scan(CohortFiles.everyPair).rows
    for row in rows {
      let isFirst = row["phenotype_id"] == cohort.geneIDs[0]
      #expect((row["status"] == "failed:not_identifiable") == isFirst)
    }
  }

  // MARK: Leverage

  @Test func `a level that one donor or sample has is named with it`() throws {
    let folder = try ScratchFolder()
    var cohort = try CohortFiles()
    cohort.covariates.append(
      ["site"] + (1..<cohort.covariates[0].count).map { $0 == 3 ? "far" : "at home" })
    let alone = cohort.covariates[0][3]
    for row in cohort.samples.indices {
      cohort.samples[row].append(row == 0 ? "plate" : row == 40 ? "P2" : "P1")
    }
    let sample = cohort.samples[40][0]
    try cohort.write(to: folder)
    let flags = CohortFiles.inputs + CohortFiles.everyPair
    let donor = try Command.slopeqtl(["check"] + flags, in: folder)
    #expect(donor.exitCode == 0)
    #expect(
      donor.missing(["warning: donor '\(alone)' has leverage 1", "'sitefar', 'sitefar:time'"])
        == [], "\(donor.errors)")
    let leverages = donor.errors.split(separator: "\n").count { $0.contains("leverage") }
    #expect(leverages == 1, "\(donor.errors)")
    let formula = "expression ~ time * genotype + plate + (1 + time | donor)"
    let result = try Command.slopeqtl(
      ["scan", "--out", "scan", "--formula", formula] + flags, in: folder)
    #expect(result.exitCode == 0)
    #expect(
      result.missing(["warning: sample '\(sample)' has leverage 1", "column 'plateP2' is"]) == [],
      "\(result.errors)")
  }

  // MARK: Genotype classes

  @Test func `variants with a small genotype class are left out and counted`() throws {
    let folder = try ScratchFolder()
    let cohort = try CohortFiles()
    try cohort.write(to: folder)
    let flags = CohortFiles.everyPair + ["--refit", "none"]
    let all = try CohortFiles.scan(flags, in: folder, prefix: "all")
    let some = try CohortFiles.scan(
      flags + ["--min-class-donors", "3"], in: folder, prefix: "some")
    let small = cohort.vcf.dropFirst().filter { record in
      let guesses = record.dropFirst(9).map {
        (Double(ResultTable.subfield(1, of: $0)) ?? .nan) <= 0.5
          ? 0 : (Double(ResultTable.subfield(1, of: $0)) ?? .nan) < 1.5 ? 1 : 2
      }
      return (0...2).contains { genotype in
        (1...2).contains(guesses.count { $0 == genotype })
      }
    }.map { $0[2] }
    #expect(small.count == 4)
    #expect(
      some.lines
        == all.rows.indices.filter { !small.contains(all.rows[$0]["variant_id"]) }
        .map { all.lines[$0] })
    struct Manifest: Decodable { var variantsByVerdict: [String: Int] }
    let manifest = try CheckReport.decoder.decode(
      Manifest.self, from: folder.bytes("some.manifest.json"))
    #expect(manifest.variantsByVerdict["with too few donors of a genotype"] == 4)
    let check = try Command.slopeqtl(
      ["check", "--min-class-donors", "3"] + CohortFiles.inputs + CohortFiles.everyPair, in: folder)
    #expect(check.output.contains("4 with too few donors of a genotype"))
    let refused = try Command.slopeqtl(
      ["scan", "--min-class-donors=-1", "--out", "no"] + CohortFiles.inputs, in: folder)
    #expect(refused.exitCode == 64)
  }

  // MARK: Haploid calls

  @Test func `haploid calls are counted and their coding is stated`() throws {
    struct Manifest: Decodable {
      struct Ploidy: Decodable {
        var haploidCalls: Int
        var coding: String
      }
      var ploidy: Ploidy
    }
    let folder = try ScratchFolder()
    var cohort = try CohortFiles()
    for column in 9..<14 { cohort.vcf[4][column] = column % 2 == 0 ? "0" : "1" }
    cohort.vcf[4][8] = "GT:DS"
    for column in 14..<cohort.vcf[4].count {
      cohort.vcf[4][column] = ResultTable.subfield(0, of: cohort.vcf[4][column])
    }
    try cohort.write(to: folder)
    let result = try Command.slopeqtl(
      ["scan", "--out", "scan", "--field", "GT"] + CohortFiles.inputs + CohortFiles.everyPair,
      in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.missing(["5 haploid calls were read", "dosage 0 or 1"]) == [])
    let manifest = try CheckReport.decoder.decode(
      Manifest.self, from: folder.bytes("scan.manifest.json"))
    #expect(manifest.ploidy.haploidCalls == 5)
    #expect(manifest.ploidy.coding.contains("dosage 0 or 1"))
  }

  // MARK: Normal scores

  @Test func `normal scores are those of a file of normal scores`() throws {
    let folder = try ScratchFolder()
    var cohort = try CohortFiles()
    for column in stride(from: 5, to: cohort.bed[0].count, by: 11) { cohort.bed[2][column] = "NA" }
    try cohort.write(to: folder)
    let flags = CohortFiles.everyPair + ["--digits", "17", "--df", "residual"]
    let result = try Command.slopeqtl(
      ["scan", "--out", "normal", "--normal"] + CohortFiles.inputs + flags, in: folder)
    #expect(result.exitCode == 0)
    let warned = result.errors.split(separator: "\n").count { $0.contains("--normal") }
    #expect(warned == 1)
    #expect(result.missing(["warning", "make interactions or hide them"]) == [])
    for row in cohort.bed.indices.dropFirst() {
      let values = cohort.bed[row].dropFirst(4).map { Double($0) ?? .nan }
      let present = values.filter { !$0.isNaN }
      for (place, value) in values.enumerated() where !value.isNaN {
        let below = Double(present.count { $0 < value })
        let equal = Double(present.count { $0 == value })
        cohort.bed[row][4 + place] =
          "\(Self.quantile((below + equal / 2) / Double(present.count)))"
      }
    }
    try cohort.write(to: folder)
    let expected = try CohortFiles.scan(flags, in: folder, prefix: "expected").byPair
    let found = try ResultTable(path: folder.path("normal.pairs.tsv.gz"))
    #expect(found.rows.count == expected.count)
    for row in found.rows {
      let other = try #require(expected[row.pair])
      #expect(row["status"] == other["status"])
      // Quantiles by bisection are good to 1e-13; fits stop within 1e-5 of an SE of the optimum.
      for column in ["stat_gi", "deviance"] {
        #expect(abs(row.number(column) - other.number(column)) < 1e-5, "\(row.pair) \(column)")
      }
    }
  }

  /// By bisection of the normal distribution's definition.
  private static func quantile(_ p: Double) -> Double {
    var (low, high) = (-9.0, 9.0)
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if 0.5 * erfc(-middle / 2.0.squareRoot()) < p { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}

/// Models whose p-values are known to be too small draw a warning that names the remedy.
@Suite struct MisspecificationWarningTests {
  struct Warning: CustomTestStringConvertible, Sendable {
    var flags: [String]
    /// Words of the warning; nil where there is none of these.
    var words: [String]?
    var cohort = "cohort_missing"

    var testDescription: String { flags.joined(separator: " ") }
  }

  private static let kinds = [
    "no random slope", "without their product with time", "p-values are too small; use",
    "status boundary", "homogeneous model",
  ]

  @Test(arguments: [
    Warning(flags: ["--random", "(1 | donor)"], words: ["no random slope", "(1 + time | donor)"]),
    Warning(
      flags: ["--covariate-by-time", "none"],
      words: ["without their product with time", "pc1, pc2, sex", "pc1:time"]),
    Warning(
      flags: ["--df", "infinite"], words: ["--df infinite", "19 donors", "satterthwaite"],
      cohort: "cohort_small"),
    Warning(
      flags: ["--criterion", "ml"], words: ["--criterion ml", "19 donors", "reml"],
      cohort: "cohort_small"),
    Warning(flags: [], words: ["boundary", "kenward-roger"], cohort: "cohort_small"),
    Warning(
      flags: ["--residual-variance", "exp:time"], words: ["19 donors", "homogeneous model"],
      cohort: "cohort_small"),
    Warning(flags: [], words: nil), Warning(flags: ["--df", "kenward-roger"], words: nil),
    Warning(flags: ["--df", "kenward-roger"], words: nil, cohort: "cohort_small"),
    // With 100 donors a normal test is within a quarter of its level.
    Warning(flags: ["--df", "infinite"], words: nil),
  ])
  func `models whose p-values are too small draw a warning with the remedy`(
    _ warning: Warning
  ) throws {
    let folder = try ScratchFolder()
    try CohortFiles(reference: warning.cohort).write(to: folder)
    let result = try Command.slopeqtl(
      ["check"] + CohortFiles.inputs + CohortFiles.everyPair + warning.flags, in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    if let words = warning.words {
      #expect(result.missing(["warning"] + words) == [], "\(result.errors)")
    } else {
      #expect(!Self.kinds.contains { result.errors.contains($0) }, "\(result.errors)")
    }
  }
}
