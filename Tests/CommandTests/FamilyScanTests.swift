import Foundation
import Testing

/// Scans of counts and of binary outcomes: every row is a GLMM of its own.
@Suite struct FamilyScanTests {
  private static let cohort = [
    "--donors", "60", "--times", "5", "--genes", "6", "--variants", "60", "--chromosomes", "1",
    "--imputed-fraction", "0", "--missing", "0.1",
  ]

  /// Columns of one gene and variant as a table for `fit`: time as the scan centres it.
  private static func table(
    _ cohort: CohortFiles, gene: String, variant: String, sizes: [String]? = nil
  ) throws -> String {
    let row = try #require(cohort.bed.first { $0[3] == gene })
    let record = try #require(cohort.vcf.first { $0[2] == variant })
    let donors = cohort.vcf[0]
    let dosage = Dictionary(
      uniqueKeysWithValues: donors.indices.dropFirst(9).map { column in
        (donors[column], String(record[column].split(separator: ":")[0].count { $0 == "1" }))
      })
    let sheet = Dictionary(uniqueKeysWithValues: cohort.samples.dropFirst().map { ($0[0], $0) })
    let used = cohort.bed[0].dropFirst(4)
    let times = used.compactMap { sheet[$0].flatMap { Double($0[2]) } }
    let mean = times.reduce(0, +) / Double(times.count)
    let names = cohort.covariates.dropFirst().map { $0[0] }
    var text =
      (["y", "donor", "time", "genotype", "trials", "log_size"] + names)
      .joined(separator: "\t") + "\n"
    for (place, sample) in zip(cohort.bed[0].indices.dropFirst(4), used) {
      let cells = try #require(sheet[sample])
      let column = try #require(cohort.covariates[0].firstIndex(of: cells[1]))
      let time = try #require(Double(cells[2])) - mean
      text +=
        ([
          row[place], cells[1], "\(time)", dosage[cells[1], default: "NA"],
          sizes?[place - 4] ?? "1", cells.count > 5 ? cells[5] : "0",
        ]
        + cohort.covariates.dropFirst().map { $0[column] }).joined(separator: "\t") + "\n"
    }
    return text
  }

  /// A row against the fit of the same data.
  private static func expectFit(
    _ row: ResultTable.Row, _ cohort: CohortFiles, flags: [String], random: String,
    sizes: [String]? = nil
  ) throws {
    let folder = try ScratchFolder()
    try folder.write(
      try table(
        cohort, gene: row["phenotype_id"], variant: row["variant_id"], sizes: sizes),
      to: "pair.tsv")
    let result = try Command.slopeqtl(
      [
        "fit", "pair.tsv", "--json", "-", "--formula",
        "y ~ time * genotype + cov1 + cov2 + sex + cov1:time + cov2:time + sex:time + \(random)",
      ] + flags, in: folder)
    try #require(result.exitCode == 0, "\(result.errors)")
    let fit = try FitReport.decoder.decode(
      GeneralizedReport.self, from: Data(result.output.utf8))
    #expect(row["status"] == fit.status, "\(row.pair)")
    // Deviances are optima of the same function; both searches end within 1e-7 of them.
    #expect(abs(row.number("deviance") - fit.deviance) < 1e-6, "\(row.pair)")
    for (name, column) in [("genotype", "b_g"), ("time", "b_i"), ("time:genotype", "b_gi")] {
      let effect = try #require(fit.fixedEffects.first { $0.term == name })
      // Far below an optimum's resolution of a standard error, √1e-7.
      #expect(abs(row.number(column) - effect.estimate) < 1e-4 * effect.se, "\(row.pair) \(name)")
      #expect(abs(row.number(column + "_se") / effect.se - 1) < 1e-4, "\(row.pair) \(name)")
    }
    let tested = try #require(fit.fixedEffects.first { $0.term == "time:genotype" })
    #expect(abs(row.number("pval_gi") / (tested.p ?? .nan) - 1) < 1e-3)
    #expect(row["df_gi"] == "Inf")
    let intercept = try #require(fit.varianceComponents.first)
    #expect(abs(row.number("sd_intercept") - (intercept.sdOrCorrelation ?? .nan)) < 1e-4)
    #expect(row["sd_residual"] == "NA")
  }

  @Test("counts with library sizes: rows are fits of the pair, and planted effects are found")
  func counts() throws {
    var cohort = try CohortFiles(
      simulating: Self.cohort + ["--family", "poisson", "--seed", "5", "--dynamic-fraction", "0.5"])
    // A gene that lacks samples is fitted on those it has.
    for column in [5, 17, 60] { cohort.bed[2][column] = "NA" }
    #expect(cohort.samples[0].last == "log_size")
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    let ids = Array(zip(cohort.geneIDs, cohort.variantIDs.shuffled(seed: 4)))
    try folder.write(ids.map { "\($0)\t\($1)\n" }.joined(), to: "pairs.txt")
    let flags = ["--family", "poisson", "--offset", "log_size", "--keep-pairs", "pairs.txt"]
    let rows = try CohortFiles.scan(
      flags + ["--window", "100000000", "--digits", "17", "--maf", "0"], in: folder
    ).rows
    #expect(rows.count == 6)
    for row in rows {
      try Self.expectFit(
        row, cohort, flags: ["--family", "poisson", "--offset", "log_size"],
        random: "(1 + time | donor)")
    }
  }

  @Test("binary outcomes and proportions of trials: rows are fits of the pair")
  func binary() throws {
    var cohort = try CohortFiles(
      simulating: Self.cohort + ["--family", "binomial", "--seed", "6"])
    cohort.bed = Array(cohort.bed.prefix(3))
    let flags = ["--family", "binomial", "--random", "(1 | donor)", "--window", "100000000"]
    let rows = try cohort.scan(flags + ["--digits", "17", "--region", "chr1:1-60000"]).rows
    #expect(rows.count > 3)
    for row in rows.prefix(6) {
      try Self.expectFit(
        row, cohort, flags: ["--family", "binomial"], random: "(1 | donor)")
    }
    // Proportions of 4 trials.
    var weights = cohort.bed
    for gene in 1..<cohort.bed.count {
      for column in 4..<cohort.bed[0].count {
        cohort.bed[gene][column] = "\(Double((gene + 3 * column) % 5) / 4)"
        weights[gene][column] = "4"
      }
    }
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    try folder.write(CohortFiles.text(weights), to: "trials.bed")
    let proportions = try CohortFiles.scan(
      flags + ["--digits", "17", "--region", "chr1:1-60000", "--weights", "trials.bed"],
      in: folder
    ).rows
    for row in proportions.prefix(4) {
      try Self.expectFit(
        row, cohort, flags: ["--family", "binomial", "--weights", "trials"],
        random: "(1 | donor)",
        sizes: [String](repeating: "4", count: cohort.bed[0].count - 4))
    }
  }

  @Test("the likelihood ratio is the fall of the deviance without the tested column")
  func likelihoodRatio() throws {
    var cohort = try CohortFiles(simulating: Self.cohort + ["--family", "poisson", "--seed", "9"])
    cohort.bed = Array(cohort.bed.prefix(2))
    let flags = ["--family", "poisson", "--offset", "log_size", "--window", "100000000"]
    let row = try #require(try cohort.scan(flags + ["--digits", "17"]).rows.first)
    let folder = try ScratchFolder()
    try folder.write(
      try Self.table(cohort, gene: row["phenotype_id"], variant: row["variant_id"]),
      to: "pair.tsv")
    let result = try Command.slopeqtl(
      [
        "fit", "pair.tsv", "--json", "-", "--family", "poisson", "--offset", "log_size", "--lrt",
        "--formula",
        "y ~ time * genotype + cov1 + cov2 + sex + cov1:time + cov2:time + sex:time + "
          + "(1 + time | donor)",
      ], in: folder)
    let fit = try FitReport.decoder.decode(
      GeneralizedReport.self, from: Data(result.output.utf8))
    let test = try #require(fit.likelihoodRatioTests?.first { $0.term == "time:genotype" })
    // Two optima, each known to 1e-7, near p = 0.1 to 1.
    #expect(abs(row.number("pval_lrt") / test.p - 1) < 1e-4)
  }

  @Test("threads and shards do not change a byte")
  func parts() throws {
    let cohort = try CohortFiles(simulating: Self.cohort + ["--family", "poisson", "--seed", "2"])
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    let flags = [
      "--family", "poisson", "--offset", "log_size", "--random", "(1 | donor)", "--window", "30000",
    ]
    let whole = try CohortFiles.scan(flags + ["--threads", "1"], in: folder, prefix: "whole")
    #expect(whole.rows.count > 5)
    _ = try CohortFiles.scan(flags + ["--threads", "2"], in: folder, prefix: "two")
    for part in 1...2 {
      _ = try CohortFiles.scan(flags + ["--shard", "\(part)/2"], in: folder, prefix: "part\(part)")
    }
    let merged = try Command.slopeqtl(["merge", "--out", "merged", "part1", "part2"], in: folder)
    #expect(merged.exitCode == 0, "\(merged.errors)")
    for table in SplitScan.tables {
      let bytes = try folder.bytes("whole.\(table)")
      #expect(try folder.bytes("two.\(table)") == bytes)
      #expect(try folder.bytes("merged.\(table)") == bytes)
    }
  }

  @Test("a variant whose carriers have one outcome is a row that says so")
  func separation() throws {
    var cohort = try CohortFiles(
      simulating: Self.cohort + ["--family", "binomial", "--seed", "6"])
    cohort.bed = Array(cohort.bed.prefix(2))
    // One variant: three donors carry it, whose outcomes are all 0.
    cohort.vcf = Array(cohort.vcf.prefix(2))
    let donors = cohort.donors
    for column in 9..<cohort.vcf[1].count { cohort.vcf[1][column] = column < 12 ? "0/1" : "0/0" }
    cohort.vcf[1][8] = "GT"
    let donorOfSample = cohort.donorOfSample
    for column in 4..<cohort.bed[0].count {
      guard let donor = donorOfSample[cohort.bed[0][column]] else { continue }
      if donors.prefix(3).contains(donor) { cohort.bed[1][column] = "0" }
    }
    let rows = try cohort.scan(
      [
        "--family", "binomial", "--formula", "expression ~ time * genotype + (1 | donor)",
        "--window", "100000000", "--maf", "0", "--mac-donors", "0",
      ]
    ).rows
    #expect(rows.count == 1)
    #expect(rows.first?["status"] == "failed:separation")
    #expect(rows.first?["b_gi"] == "NA")
  }

  @Test(arguments: [
    Refusal(
      "measurements for counts", flags: ["--family", "poisson"],
      words: ["expression.bed:2", "'poisson'", "for gene 'GENE", "whole numbers", "--offset"]),
    Refusal(
      "an offset that is not there", flags: ["--family", "poisson", "--offset", "size"],
      words: ["'size'", "one of"]),
    Refusal(
      "an offset without a family", exitCode: 64, flags: ["--offset", "rin"],
      words: ["--offset needs --family"]),
    Refusal(
      "kinship of counts", exitCode: 64, flags: ["--family", "poisson", "--kinship", "k.txt"],
      words: ["--kinship is of Gaussian expression"]),
    Refusal(
      "normal scores of counts", exitCode: 64, flags: ["--family", "poisson", "--normal"],
      words: ["--normal is of Gaussian expression"]),
    Refusal(
      "a jackknife of counts", exitCode: 64, flags: ["--family", "binomial", "--jackknife"],
      words: ["--jackknife is of Gaussian expression"]),
    Refusal(
      "restricted likelihood of counts", exitCode: 64,
      flags: ["--family", "poisson", "--criterion", "reml"],
      words: ["--criterion reml with --family poisson", "leave --criterion out"]),
    Refusal(
      "degrees of freedom of counts", exitCode: 64,
      flags: ["--family", "poisson", "--df", "satterthwaite"],
      words: ["--df satterthwaite with --family poisson", "normal"]),
    Refusal(
      "no such family", exitCode: 64, flags: ["--family", "gamma"],
      words: ["'gamma'", "gaussian", "poisson"]),
    Refusal(
      "permutation of counts", flags: ["--family", "poisson", "--gene-pvalue", "permutation"],
      words: ["--gene-pvalue permutation does not cover --family", "acat"],
      cells: { cohort in
        for gene in 1..<cohort.bed.count {
          for column in 4..<cohort.bed[0].count { cohort.bed[gene][column] = "\(column % 4)" }
        }
      }),
  ])
  func `what a family does not have is refused`(_ refusal: Refusal) throws {
    try refusal.check()
  }
}

extension Array {
  /// The elements in an order that a number decides.
  fileprivate func shuffled(seed: UInt64) -> [Element] {
    var state = seed
    return indices.map { index in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33, self[index])
    }.sorted { $0.0 < $1.0 }.map(\.1)
  }
}
