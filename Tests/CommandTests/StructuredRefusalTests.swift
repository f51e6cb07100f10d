import Foundation
import Testing

/// Weights, relationship matrices and random parts that a scan refuses.
@Suite struct StructuredRefusalTests {
  /// Weights of 1 for the cohort's expression, spoiled.
  private static func weights(
    _ spoil: @escaping @Sendable (inout [[String]]) -> Void = { _ in }
  ) -> @Sendable (ScratchFolder) throws -> Void {
    { folder in
      var rows = try folder.lines("expression.bed").map(ResultTable.fields)
      for row in 1..<rows.count {
        for column in 4..<rows[row].count { rows[row][column] = "1" }
      }
      spoil(&rows)
      try folder.write(CohortFiles.text(rows), to: "weights.bed")
    }
  }

  private static let flags = ["--weights", "weights.bed"]

  @Test(arguments: [
    Refusal(
      "a weight of 0", flags: flags,
      words: ["weights.bed:2", "not positive", "found 0.0", "GENE", "above 0 or NA"],
      files: weights { $0[1][6] = "0" }),
    Refusal(
      "a negative weight", flags: flags,
      words: ["weights.bed:3", "not positive", "found -0.5", "above 0 or NA"],
      files: weights { $0[2][9] = "-0.5" }),
    Refusal(
      "a weight that is no number", flags: flags, words: ["weights.bed:2", "'x'", "NA"],
      files: weights { $0[1][5] = "x" }),
    Refusal(
      "a sample without weights", flags: flags,
      words: ["weights.bed", "samples without weights", "(1 in all)", "--keep-samples"],
      files: weights { rows in for row in rows.indices { rows[row].removeLast() } }),
    Refusal(
      "a gene without weights", flags: flags,
      words: ["weights.bed", "genes without weights", "(1 in all)"],
      files: weights { $0.remove(at: 2) }),
    Refusal(
      "weights that are not there", exitCode: 66, flags: flags,
      words: ["weights.bed", "cannot open"]),
    Refusal(
      "a residual column that is not there", flags: ["--residual-variance", "by:donor"],
      words: ["--residual-variance", "'donor'", "time or one of"]),
    Refusal(
      "a random intercept of the donors twice",
      flags: ["--random", "(1 + time | donor) + (1 | donor)"],
      words: ["(1 + time | donor) and (1 | donor)", "not identifiable together", "leave one"]),
    Refusal(
      "a nested column that is the donors", flags: ["--nested", "person"],
      words: ["not identifiable together", "leave one"],
      cells: { cohort in
        cohort.samples[0].append("person")
        for row in 1..<cohort.samples.count {
          cohort.samples[row].append("p" + cohort.samples[row][1])
        }
      }),
    Refusal(
      "a group that is fixed and random",
      flags: [
        "--formula", "expression ~ time * genotype + sex + (1 + time | donor) + (1 | sex)",
      ],
      words: ["'(Intercept)' of (1 | sex)", "not identifiable", "fixed or random, not both"]),
    Refusal(
      "a relationship matrix of ones", flags: ["--kinship", "kinship"],
      words: ["'(Intercept)' of (1 | kinship)", "not identifiable"],
      files: { folder in
        let donors = try folder.lines("genotypes.vcf").first { $0.hasPrefix("#CHROM") }
        let ids = Array(ResultTable.fields(donors ?? "").dropFirst(9))
        let ones = ids.map { id in ([id] + ids.map { _ in "1" }) }
        try folder.write(CohortFiles.text([["id"] + ids] + ones), to: "kinship")
      }),
    Refusal(
      "a relationship matrix of unrelated donors", flags: ["--kinship", "kinship"],
      words: ["(1 + time | donor) and (1 | kinship)", "not identifiable together"],
      files: { folder in
        let donors = try folder.lines("genotypes.vcf").first { $0.hasPrefix("#CHROM") }
        let ids = ResultTable.fields(donors ?? "").dropFirst(9)
        try folder.write(ids.map { "\($0)\t\($0)\t1\n" }.joined(), to: "kinship")
      }),
    Refusal(
      "a relationship matrix that is no covariance", flags: ["--kinship", "kinship"],
      words: ["kinship", "not positive semidefinite", "eigenvalues", "diagonal"],
      files: { folder in
        let donors = try folder.lines("genotypes.vcf").first { $0.hasPrefix("#CHROM") }
        let ids = Array(ResultTable.fields(donors ?? "").dropFirst(9))
        let rows = ids.map { "\($0)\t\($0)\t1\n" } + ["\(ids[0])\t\(ids[1])\t1.5\n"]
        try folder.write(rows.joined(), to: "kinship")
      }),
  ])
  func `what cannot be fitted is refused, and nothing is left behind`(_ refusal: Refusal) throws {
    try refusal.check()
  }

  @Test func `weights may have their columns in another order and samples not in use`() throws {
    var cohort = try CohortFiles()
    cohort.bed = Array(cohort.bed.prefix(3))
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    var rows = cohort.bed
    for row in 1..<rows.count {
      for column in 4..<rows[row].count { rows[row][column] = "\(1 + Double(column % 5) / 4)" }
    }
    try folder.write(CohortFiles.text(rows), to: "weights.bed")
    let turned = rows.map { Array($0.prefix(4)) + $0.dropFirst(4).reversed() }
    try folder.write(CohortFiles.text([turned[0], turned[2], turned[1]]), to: "turned.bed")
    // The first column of the weights is not in use.
    try folder.write(ids: cohort.bed[0].dropFirst(5), to: "kept")
    let flags = CohortFiles.everyPair + ["--keep-samples", "kept", "--weights"]
    _ = try CohortFiles.scan(flags + ["weights.bed"], in: folder)
    _ = try CohortFiles.scan(flags + ["turned.bed"], in: folder, prefix: "turned")
    try folder.expectSame("scan.pairs.tsv.gz", "turned.pairs.tsv.gz")
  }

  @Test func `weights in another unit change the residual's deviation alone`() throws {
    var cohort = try CohortFiles()
    cohort.bed = Array(cohort.bed.prefix(3))
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    for (name, unit) in [("weights.bed", 1.0), ("other.bed", 1e8)] {
      var rows = cohort.bed
      for row in 1..<rows.count {
        for column in 4..<rows[row].count {
          rows[row][column] = "\(unit * (1 + Double(column % 5) / 4))"
        }
      }
      try folder.write(CohortFiles.text(rows), to: name)
    }
    let flags = CohortFiles.everyPair + ["--digits", "17", "--weights"]
    let one = try CohortFiles.scan(flags + ["weights.bed"], in: folder)
    let two = try CohortFiles.scan(flags + ["other.bed"], in: folder, prefix: "other").byPair
    for row in one.rows {
      let other = try #require(two[row.pair])
      #expect(row["status"] == other["status"])
      for column in ["b_gi", "b_gi_se", "df_gi", "sd_intercept", "deviance"] {
        #expect(abs(other.number(column) / row.number(column) - 1) < 1e-7, "\(column)")
      }
      #expect(abs(1e-4 * other.number("sd_residual") / row.number("sd_residual") - 1) < 1e-7)
    }
  }
}
