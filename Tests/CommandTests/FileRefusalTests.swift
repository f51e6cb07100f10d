import Foundation
import Testing

/// Files that are malformed, inconsistent or missing.
@Suite struct FileRefusalTests {
  @Test(arguments: [
    Refusal(
      "donors of other names",
      words: [
        "genotypes.vcf", "D021", "other1", "19 in all", "--ids intersect", "expression.bed",
      ],
      cells: { cohort in
        for column in 9..<cohort.vcf[0].count { cohort.vcf[0][column] = "other\(column - 8)" }
      }),
    Refusal(
      "an expression sample without a row in the sheet",
      words: ["samples.tsv", "D861_t15", "1 in all", "--ids intersect"],
      cells: { $0.samples.remove(at: 1) }),
    Refusal(
      "a donor without covariates", words: ["covariates.txt", "D861", "--ids intersect"],
      cells: { cohort in
        for row in cohort.covariates.indices { cohort.covariates[row].remove(at: 1) }
      }),
    Refusal(
      "text for a number",
      words: ["expression.bed:3", "D150_t13", "'high'", "number or NA"],
      cells: { $0.bed[2][5] = "high" }),
    Refusal(
      "an infinite value",
      words: ["expression.bed:3", "D150_t13", "'Inf'", "finite", "NA"],
      cells: { $0.bed[2][5] = "Inf" }),
    Refusal(
      "a row that is too short", words: ["expression.bed:4", "307", "308"],
      cells: { $0.bed[3].removeLast() }),
    Refusal(
      "a sample in two columns",
      words: ["expression.bed:1", "duplicate sample", "'D423_t07'", "columns 5 and 6"],
      cells: { $0.bed[0][5] = $0.bed[0][4] }),
    Refusal(
      "a sample in two rows of the sheet",
      words: ["samples.tsv:3", "duplicate sample", "'D861_t15'", "line 2", "remove or rename"],
      cells: { $0.samples[2][0] = $0.samples[1][0] }),
    Refusal(
      "a gene in two rows", words: ["expression.bed:5", "duplicate", "'GENE02'", "line 3"],
      cells: { $0.bed[4][3] = $0.bed[2][3] }),
    Refusal(
      "a donor in two columns", words: ["genotypes.vcf", "D021", "duplicate"],
      cells: { $0.vcf[0][10] = $0.vcf[0][9] }),
    Refusal(
      "records that are not sorted",
      words: ["genotypes.vcf:9", "POS", "not sorted", "bcftools sort"],
      cells: { $0.vcf.swapAt(2, 3) }),
    Refusal(
      "a dosage outside 0 to 2", words: ["genotypes.vcf:7", "D021", "2.5"],
      cells: { $0.vcf[1][9] = "1/1:2.5" }),
    Refusal(
      "a time that is text", words: ["samples.tsv:2", "time", "'late'", "finite number"],
      cells: { $0.samples[1][2] = "late" }),
    Refusal(
      "a sheet without donors", words: ["samples.tsv:1", "donor_id", "patient"],
      cells: { $0.samples[0][1] = "patient" }),
    Refusal(
      "a covariate with a gap",
      words: ["'pc1'", "covariates.txt", "D861_t00", "--missing-covariates drop"],
      cells: { $0.covariates[1][1] = "NA" }),
    Refusal(
      "chromosomes with nothing in common",
      words: ["expression.bed", "genotypes.vcf", "chr9", "chr1", "--trans"],
      cells: { cohort in
        for row in 1..<cohort.bed.count { cohort.bed[row][0] = "chr9" }
      }),
    Refusal(
      "a gene that is not there", flags: ["--genes", "GENE01,GENE99"],
      words: ["expression.bed", "GENE99"]),
  ])
  func `files that cannot be used are refused`(_ refusal: Refusal) throws {
    try refusal.check()
  }

  @Test(
    .enabled(if: Command.installed("bgzip") != nil, "bgzip is not installed"),
    arguments: ["cut within a block", "cut before the end marker"])
  func `a cut BGZF file is refused`(_ cut: String) throws {
    let bgzip = try #require(Command.installed("bgzip"))
    let withoutMarker = cut.contains("marker")
    let refusal = Refusal(
      cut, inputs: ["--vcf", "genotypes.vcf.gz"] + CohortFiles.inputs.dropFirst(2),
      words: ["genotypes.vcf.gz", "truncated", "copy or make the file again"],
      files: { folder in
        _ = try Command.run(bgzip, ["genotypes.vcf"], in: folder)
        let whole = try folder.bytes("genotypes.vcf.gz")
        // The end marker is an empty block of 28 bytes.
        let kept = withoutMarker ? whole.count - 28 : whole.count / 2
        try whole.prefix(kept).write(to: folder.url.appendingPathComponent("genotypes.vcf.gz"))
      })
    try refusal.check()
  }

  @Test(.enabled(if: Command.installed("bgzip") != nil, "bgzip is not installed"))
  func `files without the end marker are read where that is allowed`() throws {
    let bgzip = try #require(Command.installed("bgzip"))
    let folder = try ScratchFolder()
    try CohortFiles().write(to: folder)
    let whole = try CohortFiles.scan(CohortFiles.everyPair, in: folder)
    let names = ["genotypes.vcf", "expression.bed", "samples.tsv", "covariates.txt"]
    for name in names {
      _ = try Command.run(bgzip, [name], in: folder)
      try folder.bytes(name + ".gz").dropLast(28).write(
        to: folder.url.appendingPathComponent(name + ".gz"))
    }
    let inputs = CohortFiles.inputs.map { names.contains($0) ? $0 + ".gz" : $0 }
    let allowed = try CohortFiles.scan(
      CohortFiles.everyPair + ["--allow-no-eof"], inputs: inputs, in: folder, prefix: "allowed")
    #expect(allowed.lines == whole.lines)
    let files = [
      ["--vcf", "genotypes.vcf.gz"], ["--bed", "expression.bed.gz"],
      ["--samples", "samples.tsv.gz"],
      ["--bed", "expression.bed.gz", "--samples", "samples.tsv.gz"],
      inputs,
    ]
    for file in files {
      let refused = try Command.slopeqtl(["check"] + file, in: folder)
      #expect(refused.exitCode == 65, "\(file)")
      #expect(
        refused.missing([".gz", "truncated", "the end of the file", "--allow-no-eof"]) == [])
      let accepted = try Command.slopeqtl(["check", "--allow-no-eof"] + file, in: folder)
      #expect(accepted.exitCode == 0, "\(accepted.errors)")
    }
  }

  @Test(arguments: ["genotypes.vcf", "expression.bed", "samples.tsv", "covariates.txt"])
  func `a missing file has an exit code of its own`(_ name: String) throws {
    try Refusal(
      name, exitCode: 66, words: [name, "cannot open", "No such file", "check the path"],
      files: { try FileManager.default.removeItem(at: $0.url.appendingPathComponent(name)) }
    ).check()
  }

  @Test func `a missing output folder has an exit code of its own`() throws {
    try Refusal(
      "output", exitCode: 73, flags: ["--out", "absent/result"],
      words: ["absent/result", "No such file"]
    ).check()
  }

  @Test func `a result that is there stays as it is when a scan fails`() throws {
    let folder = try ScratchFolder()
    var cohort = try CohortFiles()
    try cohort.write(to: folder)
    _ = try CohortFiles.scan(in: folder)
    let before = try folder.bytes("scan.pairs.tsv.gz")
    cohort.vcf.swapAt(9, 10)
    try cohort.write(to: folder)
    let result = try Command.slopeqtl(
      ["scan", "--out", "scan", "--force"] + CohortFiles.inputs, in: folder)
    #expect(result.exitCode == 65)
    #expect(try folder.bytes("scan.pairs.tsv.gz") == before)
    #expect(folder.names(startingWith: "scan") == SplitScan.files.map { "scan.\($0)" })
  }
}
