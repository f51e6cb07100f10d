import Foundation
import Testing

/// Inputs that do not fit together, by the rules of the input files: every refusal has its exit
/// code, names the place and the way out, and publishes nothing.
@Suite struct InputRefusalTests {
  @Test(arguments: [
    Refusal(
      "five leading columns",
      words: ["expression.bed:1", "5 columns before", "'D423_t07'", "4 (", "6 (", "remove"],
      cells: { cohort in
        for row in cohort.bed.indices { cohort.bed[row].insert("x\(row)", at: 4) }
      }),
    Refusal(
      "a donor without genotypes",
      words: ["genotypes.vcf", "lack genotypes", "D021", "1 in all", "--ids intersect"],
      cells: { cohort in
        for row in cohort.vcf.indices { cohort.vcf[row].remove(at: 9) }
      }),
    Refusal(
      "covariates of other ids",
      words: ["covariates.txt:1", "x1", "19 in all", "D021", "samples", "donors"],
      cells: { cohort in
        for column in 1..<cohort.covariates[0].count { cohort.covariates[0][column] = "x\(column)" }
      }),
    Refusal(
      "no expression sample in the sheet",
      words: ["expression.bed:1", "s4", "304 in all", "D021_t00", "same sample ids"],
      cells: { cohort in
        for column in 4..<cohort.bed[0].count { cohort.bed[0][column] = "s\(column)" }
      }),
    Refusal(
      "a decimal comma", words: ["expression.bed:3", "D150_t13", "'1,5'", "decimals with a point"],
      cells: { $0.bed[2][5] = "1,5" }),
    Refusal(
      "an expression file without genes", words: ["expression.bed:1", "without genes"],
      cells: { $0.bed = [$0.bed[0]] }),
    Refusal(
      "an empty expression file", words: ["expression.bed:1", "empty"], cells: { $0.bed = [] }),
    Refusal(
      "a sample without a donor", words: ["samples.tsv:2", "donor_id", "'D861_t15'"],
      cells: { $0.samples[1][1] = "NA" }),
    Refusal(
      "a sample without a time",
      words: ["samples.tsv:2", "time", "D861_t15", "--missing-covariates drop"],
      cells: { $0.samples[1][2] = "NA" }),
    Refusal(
      "a sheet without the time column", flags: ["--time-column", "hours"],
      words: ["samples.tsv:1", "'hours'", "sample_id, donor_id, time, batch, rin"]),
    Refusal(
      "a covariate given twice", words: ["covariates.txt:5", "duplicate", "'pc1'", "line 2"],
      cells: { $0.covariates.append($0.covariates[1]) }),
    Refusal(
      "a covariate with a reserved name", words: ["covariates.txt", "'genotype'", "rename"],
      cells: { $0.covariates[1][0] = "genotype" }),
    Refusal(
      "an infinite covariate", words: ["covariates.txt:2", "pc1", "'inf'", "D861_t00", "finite"],
      cells: { $0.covariates[1][1] = "inf" }),
    Refusal(
      "a covariate row that is too short", words: ["covariates.txt:2", "19 fields", "20"],
      cells: { $0.covariates[1].removeLast() }),
    Refusal(
      "a field that the genotypes lack", flags: ["--field", "DS"],
      words: ["genotypes.vcf:7", "FORMAT", "found the fields GT", "expected DS"],
      cells: { cohort in
        for row in 1..<cohort.vcf.count {
          cohort.vcf[row][8] = "GT"
          for column in 9..<cohort.vcf[row].count {
            cohort.vcf[row][column] = ResultTable.subfield(0, of: cohort.vcf[row][column])
          }
        }
      }),
    Refusal(
      "a site given twice", words: ["genotypes.vcf:8", "duplicated site", "A>G", "bcftools norm"],
      cells: { $0.vcf.insert($0.vcf[1], at: 2) }),
    Refusal(
      "a dosage table without its header",
      inputs: Array(CohortFiles.inputs.dropFirst(2)) + ["--dosages", "covariates.txt"],
      words: ["covariates.txt:1", "'id'", "chrom, pos, variant_id, ref, alt"]),
    Refusal(
      "an unknown reference column", flags: ["--reference", "center=A"],
      words: ["--reference", "'center'", "batch, rin, pc1, pc2, sex"]),
    Refusal(
      "an unknown reference level", flags: ["--reference", "sex=X"],
      words: ["'sex'", "'X'", "F, M"]),
  ])
  func `inputs that do not fit are refused`(_ refusal: Refusal) throws { try refusal.check() }

  @Test func `a pipe is refused by name`() throws {
    let folder = try ScratchFolder()
    try CohortFiles().write(to: folder)
    let result = try Command.shell(
      "slopeqtl scan --vcf <(cat genotypes.vcf) --bed expression.bed --samples samples.tsv "
        + "--out result || echo exit $?",
      in: folder)
    #expect(result.output == "exit 66\n")
    #expect(result.missing(["pipe", "write it to a file"]) == [])
    #expect(folder.names(startingWith: "result") == [])
  }

  @Test func `a scan without standard streams still finds its files`() throws {
    let folder = try ScratchFolder()
    try CohortFiles().write(to: folder)
    let result = try Command.shell(
      "slopeqtl scan " + CohortFiles.inputs.joined(separator: " ") + " --out result <&- >&- 2>&-",
      in: folder)
    #expect(result.exitCode == 0)
    #expect(folder.names(startingWith: "result").contains("result.pairs.tsv.gz"))
    let rows = try folder.lines("result.pairs.tsv.gz").dropFirst()
    #expect(try CohortFiles.scan(in: folder).lines == Array(rows))
  }
}
