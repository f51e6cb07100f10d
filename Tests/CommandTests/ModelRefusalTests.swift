import Foundation
import Testing

/// Models that the data cannot identify, and flags that mean nothing.
@Suite struct ModelRefusalTests {
  /// Keeps the expression of samples whose time is one of `times`.
  @Sendable private static func keep(times: Set<String>, of cohort: inout CohortFiles) {
    let kept = Set(cohort.samples.dropFirst().filter { times.contains($0[2]) }.map { $0[0] })
    let columns = cohort.bed[0].indices.filter { $0 < 4 || kept.contains(cohort.bed[0][$0]) }
    cohort.bed = cohort.bed.map { row in columns.map { row[$0] } }
  }

  @Test(arguments: [
    Refusal(
      "two visits a donor",
      words: ["38 observations", "38 random effects", "--random '(1 | donor)'"],
      cells: { keep(times: ["3", "9"], of: &$0) }),
    Refusal(
      "one visit a donor", words: ["every donor has one sample", "19 observations"],
      cells: { keep(times: ["3"], of: &$0) }),
    Refusal(
      "times that are constant within donors",
      words: ["'time'", "constant within every donor", "--random '(1 | donor)'"],
      cells: { cohort in
        let donors = Set(cohort.samples.dropFirst().map { $0[1] }).sorted()
        for row in 1..<cohort.samples.count {
          cohort.samples[row][2] = "\(donors.firstIndex(of: cohort.samples[row][1]) ?? 0)"
        }
      }),
    Refusal(
      "four donors", words: ["too few levels of 'donor'", "found 4", "at least 5"],
      cells: { cohort in
        let donors = cohort.donors.prefix(4)
        let kept = Set(cohort.samples.dropFirst().filter { donors.contains($0[1]) }.map { $0[0] })
        let columns = cohort.bed[0].indices.filter { $0 < 4 || kept.contains(cohort.bed[0][$0]) }
        cohort.bed = cohort.bed.map { row in columns.map { row[$0] } }
      }),
    Refusal(
      "groups of donors seen at different times",
      words: [
        "covariates.txt", "time and 'sex' are confounded", "'F' at 0.0 to 7.0",
        "'M' at 8.0 to 15.0",
        "overlapping times", "leave 'sex' out", "--keep-donors",
      ],
      cells: { cohort in
        let sexes = Dictionary(
          uniqueKeysWithValues: zip(cohort.covariates[0], cohort.covariates[3]))
        let kept = Set(
          cohort.samples.dropFirst().filter {
            (sexes[$0[1]] == "F") == ((Double($0[2]) ?? 0) < 7.5)
          }.map { $0[0] })
        let columns = cohort.bed[0].indices.filter { $0 < 4 || kept.contains(cohort.bed[0][$0]) }
        cohort.bed = cohort.bed.map { row in columns.map { row[$0] } }
      }),
    Refusal(
      "a constant covariate", words: ["'pc1'", "not identifiable", "constant", "leave it out"],
      cells: { cohort in
        for column in 1..<cohort.covariates[1].count { cohort.covariates[1][column] = "0.25" }
      }),
    Refusal(
      "a factor of one level",
      words: ["'sex'", "not identifiable", "constant, 'F'", "leave it out"],
      cells: { cohort in
        for column in 1..<cohort.covariates[3].count { cohort.covariates[3][column] = "F" }
      }),
    Refusal(
      "collinear covariates",
      words: ["'pc1twice'", "linear combination", "pc1", "leave it out"],
      cells: { cohort in
        let twice = cohort.covariates[1].dropFirst().map { "\(2 * (Double($0) ?? 0))" }
        cohort.covariates.append(["pc1twice"] + twice)
      }),
    Refusal(
      "more parameters than samples",
      words: ["parameters", "57 observations", "fewer covariates"],
      cells: { cohort in
        keep(times: ["1", "5", "9"], of: &cohort)
        for extra in 0..<30 {
          let values = (1..<cohort.covariates[0].count).map {
            "\(($0 * 7919 + extra * 104_729) % 101)"
          }
          cohort.covariates.append(["extra\(extra)"] + values)
        }
      }),
    Refusal(
      "a variable that is not there",
      flags: ["--formula", "expression ~ time * genotype + age + (1 + time | donor)"],
      words: ["'age'", "genotype, time, donor", "batch, rin, pc1, pc2, sex", "--cov"]),
    Refusal(
      "no product of genotype and time",
      flags: ["--formula", "expression ~ time + genotype + (1 + time | donor)"],
      words: ["genotype together with time", "time * genotype"]),
    Refusal(
      "a grouping factor of one level",
      flags: ["--formula", "expression ~ time * genotype + (1 + time | donor) + (1 | flat)"],
      words: ["'flat'", "formula uses a variable"]),
    Refusal(
      "a formula without a random part",
      flags: ["--formula", "expression ~ time * genotype"],
      words: ["random part", "found none", "(1 + time | donor)"]),
    Refusal(
      "a formula that does not end", exitCode: 64,
      flags: ["--formula", "expression ~ time * (genotype + (1 + time | donor)"], words: [")"]),
  ])
  func `models that cannot be fitted are refused`(_ refusal: Refusal) throws {
    try refusal.check()
  }

  @Test(arguments: [
    Refusal("no such flag", exitCode: 64, flags: ["--windows", "5"], words: ["--windows"]),
    Refusal("a word for a number", exitCode: 64, flags: ["--window", "wide"], words: ["wide"]),
    Refusal("a negative window", exitCode: 64, flags: ["--window=-1"], words: ["--window -1"]),
    Refusal(
      "a frequency above one half", exitCode: 64, flags: ["--maf", "0.6"], words: ["0 to 0.5"]),
    Refusal("no digits", exitCode: 64, flags: ["--digits", "0"], words: ["1 to 17"]),
    Refusal("no threads", exitCode: 64, flags: ["--threads", "0"], words: ["1 to 1024"]),
    Refusal("a p of zero", exitCode: 64, flags: ["--pval-threshold", "0"], words: ["above 0"]),
    Refusal(
      "a region backwards", exitCode: 64, flags: ["--region", "chr1:9-5"], words: ["chr1:9-5"]),
    Refusal(
      "no such criterion", exitCode: 64, flags: ["--criterion", "aic"], words: ["reml", "ml"]),
    Refusal("no such time", exitCode: 64, flags: ["--time-center", "last"], words: ["last"]),
    Refusal("half a level", exitCode: 64, flags: ["--reference", "sex"], words: ["column=level"]),
    Refusal("a folder as prefix", exitCode: 64, flags: ["--out", "result/"], words: ["prefix"]),
    Refusal(
      "no genes", exitCode: 64, flags: ["--genes", " ,"], words: ["--genes", "a file of ids"]),
    Refusal(
      "no genotypes", exitCode: 64, inputs: Array(CohortFiles.inputs.dropFirst(2)),
      words: ["--vcf"]),
  ])
  func `flags that mean nothing are refused`(_ refusal: Refusal) throws {
    try refusal.check()
  }
}
