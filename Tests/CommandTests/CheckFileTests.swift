import Foundation
import Testing

/// `slopeqtl check` of one file, or of an expression file with its sheet.
@Suite struct CheckFileTests {
  private func object(
    _ flags: [String], of cohort: CohortFiles
  ) throws -> [String: Any] {
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    let result = try Command.slopeqtl(["check", "--json"] + flags, in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.errors.isEmpty)
    let parsed = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    return try #require(parsed as? [String: Any])
  }

  @Test func `a genotype file is described by itself`() throws {
    var cohort = try CohortFiles()
    // One missing dosage, an insertion, a deletion, a variant that does not vary.
    cohort.vcf[1][9] = "./.:."
    cohort.vcf[2][4] = cohort.vcf[2][3] + "TT"
    cohort.vcf[3][3] = cohort.vcf[3][4] + "TT"
    for column in 9..<cohort.vcf[4].count { cohort.vcf[4][column] = "0/1:1" }
    let report = try object(["--vcf", "genotypes.vcf"], of: cohort)
    #expect(report["kind"] as? String == "vcf")
    #expect(report["donors"] as? Int == 19)
    #expect(report["records"] as? Int == 10)
    #expect(report["variants"] as? Int == 10)
    #expect(
      report["variant_types"] as? [String: Int] == [
        "snvs": 8, "insertions": 1, "deletions": 1, "others": 0, "without_dosage": 0,
      ])
    #expect(report["monomorphic"] as? Int == 1)
    #expect(report["missing_dosages"] as? Int == 1)
    // Readers of decimals may differ in the last bit.
    #expect(abs((report["missing_share"] as? Double ?? 1) - 1 / 190.0) <= 1e-17)
    #expect(report["dosages_from"] as? String == "DS (dosage)")
    let chromosomes = try #require(report["chromosomes"] as? [[String: Any]])
    #expect(chromosomes.map { $0["name"] as? String } == ["chr1"])
    #expect(chromosomes.map { $0["variants"] as? Int } == [10])
    #expect(chromosomes.first?["first_position"] as? Int == Int(cohort.vcf[1][1]))
    #expect(chromosomes.first?["last_position"] as? Int == Int(cohort.vcf[10][1]))

    let calls = try object(["--vcf", "genotypes.vcf", "--field", "GT"], of: cohort)
    #expect(calls["dosages_from"] as? String == "GT (called genotype)")
    let region = "chr1:\(cohort.vcf[2][1])-\(cohort.vcf[5][1])"
    let part = try object(["--vcf", "genotypes.vcf", "--region", region], of: cohort)
    #expect(part["variants"] as? Int == 4)
    #expect(part["deselected"] as? Int == 6)
    #expect(part["records"] as? Int == 10)
  }

  @Test func `a sample sheet is described by itself`() throws {
    var cohort = try CohortFiles()
    let rin = try #require(cohort.samples[0].firstIndex(of: "rin"))
    cohort.samples[1][rin] = "NA"
    cohort.samples[2][2] = "NA"
    cohort.samples.append(["extra", cohort.samples[3][1], cohort.samples[3][2]] + ["b1", "7"])
    let report = try object(["--samples", "samples.tsv"], of: cohort)
    #expect(report["kind"] as? String == "samples")
    #expect(report["samples"] as? Int == 305)
    #expect(report["donors"] as? Int == 19)
    #expect(report["samples_without_time"] as? Int == 1)
    #expect(report["samples_without_donor"] as? Int == 0)
    #expect(report["repeated_visits"] as? Int == 1)
    #expect((report["times"] as? [Double])?.count == 16)
    let visits = try #require(report["samples_per_donor"] as? [String: Double])
    #expect(visits == ["minimum": 16, "median": 16, "maximum": 17])
    let columns = try #require(report["columns"] as? [[String: Any]])
    #expect(columns.map { $0["name"] as? String } == ["batch", "rin"])
    #expect(columns.map { $0["type"] as? String } == ["text", "numeric"])
    #expect(columns.map { $0["missing"] as? Int } == [0, 1])
  }

  @Test(arguments: [4, 6], [true, false])
  func `an expression file is described by itself or with its sheet`(
    _ leading: Int, _ withSheet: Bool
  ) throws {
    var cohort = try CohortFiles()
    cohort.bed[1][5] = "NA"
    for column in 4..<cohort.bed[0].count {
      cohort.bed[2][column] = "NA"
      cohort.bed[3][column] = "2"
    }
    if leading == 6 {
      for row in cohort.bed.indices {
        cohort.bed[row].insert(contentsOf: row == 0 ? ["gid", "strand"] : [".", "-"], at: 4)
      }
    }
    var report = try object(
      ["--bed", "expression.bed"] + (withSheet ? ["--samples", "samples.tsv"] : []), of: cohort)
    if withSheet {
      #expect(report["kind"] as? String == "bed_and_samples")
      #expect((report["samples"] as? [String: Any])?["samples"] as? Int == 304)
      report = try #require(report["bed"] as? [String: Any])
      #expect(report["samples_in_sheet"] as? Int == 304)
    }
    #expect(report["kind"] as? String == "bed")
    #expect(report["leading_columns"] as? Int == leading)
    #expect(report["samples"] as? Int == 304)
    #expect(report["genes"] as? Int == 12)
    #expect(report["missing_values"] as? Int == 305)
    #expect(report["genes_lacking_samples"] as? Int == 1)
    #expect(report["genes_without_values"] as? Int == 1)
    #expect(report["constant_genes"] as? Int == 1)
    #expect(report["chromosomes"] as? [String] == ["chr1"])
  }

  @Test(arguments: ["genotypes.vcf", "expression.bed", "samples.tsv"])
  func `the text of one file says the same`(_ name: String) throws {
    let folder = try ScratchFolder()
    try CohortFiles().write(to: folder)
    let place = try #require(CohortFiles.inputs.firstIndex(of: name))
    let result = try Command.slopeqtl(["check", CohortFiles.inputs[place - 1], name], in: folder)
    #expect(result.exitCode == 0)
    #expect(result.errors.isEmpty)
    let words = [
      "genotypes.vcf": ["donors              19", "10 single-base", "chr1: 10 variants"],
      "expression.bed": ["leading columns     4", "samples             304", "12", "chr1"],
      "samples.tsv": ["donors              19", "samples a donor     16", "rin: numeric"],
    ]
    #expect((words[name] ?? []).filter { !result.output.contains($0) } == [], "\(result.output)")
  }

  @Test func `an error in the middle of one file names its line`() throws {
    var cohort = try CohortFiles()
    cohort.bed[5][9] = "high"
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    let result = try Command.slopeqtl(["check", "--bed", "expression.bed"], in: folder)
    #expect(result.exitCode == 65)
    #expect(result.missing(["expression.bed:6", "'high'", "number or NA"]) == [])
    #expect(result.output.isEmpty)
  }
}
