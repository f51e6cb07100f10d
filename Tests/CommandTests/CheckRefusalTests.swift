import Foundation
import Testing

/// What a scan refuses is refused by a check in the same words.
@Suite struct CheckRefusalTests {
  /// Keeps the expression of samples whose time is one of `times`.
  @Sendable private static func keep(times: Set<String>, of cohort: inout CohortFiles) {
    let kept = Set(cohort.samples.dropFirst().filter { times.contains($0[2]) }.map { $0[0] })
    let columns = cohort.bed[0].indices.filter { $0 < 4 || kept.contains(cohort.bed[0][$0]) }
    cohort.bed = cohort.bed.map { row in columns.map { row[$0] } }
  }

  @Test(arguments: [
    Refusal(
      "donors of other names", words: ["genotypes.vcf", "--ids intersect"],
      cells: { cohort in
        for column in 9..<cohort.vcf[0].count { cohort.vcf[0][column] = "other\(column - 8)" }
      }),
    Refusal(
      "a slope that two visits cannot identify",
      words: ["(1 + time | donor)", "38 random effects", "--random '(1 | donor)'"],
      cells: { keep(times: ["3", "9"], of: &$0) }),
    Refusal(
      "a constant covariate", words: ["'pc1'", "not identifiable"],
      cells: { cohort in
        for column in 1..<cohort.covariates[1].count { cohort.covariates[1][column] = "0.25" }
      }),
    Refusal(
      "a variable that is not there",
      flags: ["--formula", "expression ~ time * genotype + age + (1 + time | donor)"],
      words: ["'age'"]),
    Refusal(
      "a gene that is not there", flags: ["--genes", "GENE99"],
      words: ["expression.bed", "GENE99"]),
    Refusal(
      "a damaged record at the end", words: ["genotypes.vcf", "2.5"],
      cells: { $0.vcf[$0.vcf.count - 1][9] = "1/1:2.5" }),
    Refusal(
      "chromosomes with nothing in common", words: ["chr9", "--trans"],
      cells: { cohort in
        for row in 1..<cohort.bed.count { cohort.bed[row][0] = "chr9" }
      }),
    Refusal(
      "a missing file", exitCode: 66, words: ["covariates.txt", "No such file"],
      files: {
        try FileManager.default.removeItem(at: $0.url.appendingPathComponent("covariates.txt"))
      }),
    Refusal(
      "a malformed formula", exitCode: 64, flags: ["--formula", "expression ~ ("],
      words: ["malformed formula"]),
  ])
  func `messages and exit codes are those of the scan`(_ refusal: Refusal) throws {
    let folder = try ScratchFolder()
    var cohort = try CohortFiles()
    refusal.cells(&cohort)
    try cohort.write(to: folder)
    try refusal.files(folder)
    try compare(refusal, in: folder)
  }

  @Test(
    .enabled(if: Command.installed("bgzip") != nil, "bgzip is not installed"),
    arguments: ["genotypes.vcf", "expression.bed", "samples.tsv", "covariates.txt"])
  func `truncated files are refused, each alone as well`(_ name: String) throws {
    let bgzip = try #require(Command.installed("bgzip"))
    let folder = try ScratchFolder()
    try CohortFiles().write(to: folder)
    #expect(try Command.run(bgzip, [name], in: folder).exitCode == 0)
    let whole = try folder.bytes(name + ".gz")
    try whole.dropLast(28).write(to: folder.url.appendingPathComponent(name + ".gz"))
    let refusal = Refusal(
      name, inputs: CohortFiles.inputs.map { $0 == name ? name + ".gz" : $0 },
      words: [name + ".gz", "truncated"])
    try compare(refusal, in: folder)
    let place = try #require(CohortFiles.inputs.firstIndex(of: name))
    guard name != "covariates.txt" else { return }
    let alone = try Command.slopeqtl(
      ["check", CohortFiles.inputs[place - 1], name + ".gz"], in: folder)
    #expect(alone.exitCode == 65)
    #expect(alone.missing(refusal.words) == [])
    #expect(alone.output.isEmpty)
  }

  private func compare(_ refusal: Refusal, in folder: ScratchFolder) throws {
    let flags = refusal.inputs + CohortFiles.everyPair + refusal.flags
    let scan = try Command.slopeqtl(["scan", "--quiet", "--out", "result"] + flags, in: folder)
    let check = try Command.slopeqtl(["check", "--quiet"] + flags, in: folder)
    #expect(check.exitCode == refusal.exitCode)
    #expect(scan.exitCode == refusal.exitCode)
    // Usage errors go on with the usage of the command.
    let first = { (result: CommandResult) in result.errors.split(separator: "\n").first }
    #expect(first(check) == first(scan))
    #expect(check.missing(refusal.words) == [], "\(check.errors)")
    #expect(check.output.isEmpty)
  }

  @Test(arguments: [
    [], ["--vcf", "genotypes.vcf", "--bed", "expression.bed"],
    ["--vcf", "genotypes.vcf", "--samples", "samples.tsv"], ["--cov", "covariates.txt"],
    ["--bed", "expression.bed", "--formula", "expression ~ time * genotype + (1 | donor)"],
    CohortFiles.inputs + ["--threads", "0"], CohortFiles.inputs + ["--out", "scan"],
  ])
  func `files and flags that do not go together are a usage error`(_ flags: [String]) throws {
    let folder = try ScratchFolder()
    try CohortFiles().write(to: folder)
    let result = try Command.slopeqtl(["check"] + flags, in: folder)
    #expect(result.exitCode == 64)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("--"))
  }
}
