import BlockGzip
import Foundation
import Testing

/// Files may come in several forms that mean the same.
@Suite struct InputFormTests {
  @Test(arguments: ["gzip", "bgzip"])
  func `compressed files give the rows of plain ones`(_ program: String) throws {
    guard let compressor = Command.installed(program) else {
      try Test.cancel("\(program) is not installed")
    }
    let folder = try ScratchFolder()
    try CohortFiles().write(to: folder)
    let plain = try CohortFiles.scan(CohortFiles.everyPair, in: folder)
    for name in ["genotypes.vcf", "expression.bed", "samples.tsv", "covariates.txt"] {
      #expect(try Command.run(compressor, [name], in: folder).exitCode == 0)
    }
    let inputs = CohortFiles.inputs.map { $0.contains(".") ? $0 + ".gz" : $0 }
    let compressed = try CohortFiles.scan(
      CohortFiles.everyPair, inputs: inputs, in: folder, prefix: "compressed")
    #expect(plain.lines.count == 120)
    #expect(compressed.lines == plain.lines)
  }

  @Test func `VCF, BCF and dosage table of the same data give the same rows`() throws {
    let folder = try ScratchFolder()
    let cohort = try CohortFiles()
    try cohort.write(to: folder)
    let flags = CohortFiles.everyPair + ["--digits", "17"]
    let text = try CohortFiles.scan(flags, in: folder)
    let donors = cohort.donors.indices
    // GT:DS in every record: the dosage is the second subfield.
    let table =
      [["chrom", "pos", "variant_id", "ref", "alt"] + cohort.donors]
      + cohort.vcf.dropFirst().map { record in
        Array(record[0..<5])
          + donors.map { ResultTable.subfield(1, of: record[9 + $0]) }
      }
    try folder.write(CohortFiles.text(table), to: "dosages.tsv")
    let inputs = Array(CohortFiles.inputs.dropFirst(2))
    let fromTable = try CohortFiles.scan(
      flags, inputs: ["--dosages", "dosages.tsv"] + inputs, in: folder, prefix: "table")
    #expect(text.lines.count == 120)
    #expect(fromTable.lines == text.lines)

    let both = try Command.slopeqtl(
      ["scan", "--dosages", "dosages.tsv", "--out", "both"] + CohortFiles.inputs, in: folder)
    #expect(both.exitCode == 64)
    let none = try Command.slopeqtl(["scan", "--out", "none"] + inputs, in: folder)
    #expect(none.exitCode == 64)

    guard let bcftools = Command.installed("bcftools") else {
      try Test.cancel("bcftools is not installed")
    }
    let made = try Command.run(
      bcftools, ["view", "-Ob", "-o", "genotypes.bcf", "genotypes.vcf"], in: folder)
    #expect(made.exitCode == 0)
    let fromBCF = try CohortFiles.scan(
      flags, inputs: ["--vcf", "genotypes.bcf"] + inputs, in: folder, prefix: "bcf")
    #expect(fromBCF.lines == text.lines)
  }

  @Test func `the order of rows and columns does not matter`() throws {
    let cohort = try CohortFiles()
    var shuffled = cohort
    shuffled.samples = [cohort.samples[0]] + cohort.samples.dropFirst().reversed()
    shuffled.bed = cohort.bed.map { Array($0.prefix(4) + $0.dropFirst(4).reversed()) }
    shuffled.covariates = cohort.covariates.map { Array($0.prefix(1) + $0.dropFirst().reversed()) }
    shuffled.vcf = cohort.vcf.map { Array($0.prefix(9) + $0.dropFirst(9).reversed()) }
    let flags = CohortFiles.everyPair + ["--digits", "17"]
    #expect(try shuffled.scan(flags).lines == cohort.scan(flags).lines)
  }

  @Test func `a strand in the expression file turns the distance of genes on minus`() throws {
    var cohort = try CohortFiles()
    let four = try cohort.scan(CohortFiles.everyPair).byPair
    for row in cohort.bed.indices {
      let inserted = row == 0 ? ["gid", "strand"] : [".", row.isMultiple(of: 2) ? "-" : "+"]
      cohort.bed[row].insert(contentsOf: inserted, at: 4)
      // A length of more than one base tells the two ends apart.
      if row > 0 { cohort.bed[row][2] = "\((Int(cohort.bed[row][2]) ?? 0) + 500)" }
    }
    let six = try cohort.scan(CohortFiles.everyPair)
    #expect(six.rows.count == 120)
    for row in six.rows {
      let gene = try #require(cohort.bed.first { $0[3] == row["phenotype_id"] })
      let position = try #require(Int(row["pos"]))
      let ends = (start: try #require(Int(gene[1])), end: try #require(Int(gene[2])))
      let expected = gene[5] == "-" ? ends.end - position : position - (ends.start + 1)
      #expect(Int(row["start_distance"]) == expected)
      #expect(row["b_gi"] == four[row.pair]?["b_gi"])
    }
  }

  @Test func `covariates are read by donor or sample, in rows or columns`() throws {
    let cohort = try CohortFiles()
    let byDonor = try cohort.scan(CohortFiles.everyPair).lines

    var turned = cohort
    turned.covariates = CohortFiles.transposed(cohort.covariates)
    #expect(try turned.scan(CohortFiles.everyPair).lines == byDonor)

    var bySample = cohort
    let donors = cohort.covariates[0]
    bySample.covariates = cohort.covariates.indices.map { row in
      [cohort.covariates[row][0]]
        + cohort.samples.dropFirst().map { sample in
          row == 0 ? sample[0] : cohort.covariates[row][donors.firstIndex(of: sample[1]) ?? 0]
        }
    }
    #expect(try bySample.scan(CohortFiles.everyPair).lines == byDonor)
    bySample.covariates = CohortFiles.transposed(bySample.covariates)
    #expect(try bySample.scan(CohortFiles.everyPair).lines == byDonor)
  }

  @Test func `a covariate that varies within donors enters without a product with time`() throws {
    var cohort = try CohortFiles()
    let rin = try #require(cohort.samples[0].firstIndex(of: "rin"))
    // Donor-level covariates by sample, and one that differs from sample to sample.
    let donors = cohort.covariates[0]
    cohort.covariates =
      [["id"] + cohort.samples.dropFirst().map { $0[0] }]
      + cohort.covariates.indices.dropFirst().map { row in
        [cohort.covariates[row][0]]
          + cohort.samples.dropFirst().map {
            cohort.covariates[row][donors.firstIndex(of: $0[1]) ?? 0]
          }
      } + [["quality"] + cohort.samples.dropFirst().map { $0[rin] }]
    let folder = try ScratchFolder()
    try cohort.write(to: folder)
    let result = try Command.slopeqtl(
      ["scan", "--out", "built"] + CohortFiles.inputs + CohortFiles.everyPair, in: folder)
    #expect(result.exitCode == 0)
    #expect(result.missing(["+ quality", "pc1:time"]) == [])
    #expect(!result.errors.contains("quality:time"))
    let formula =
      "expression ~ time * genotype + pc1 + pc2 + sex + rin + (pc1 + pc2 + sex):time "
      + "+ (1 + time | donor)"
    let written = try CohortFiles.scan(
      CohortFiles.everyPair + ["--formula", formula], in: folder, prefix: "written")
    let built = try ResultTable(path: folder.path("built.pairs.tsv.gz"))
    for (one, other) in zip(built.rows, written.rows) {
      // Equal columns in another order: rounding alone may differ, and six digits are printed.
      #expect(abs(one.number("b_gi") - other.number("b_gi")) <= 2e-6 * abs(one.number("b_gi")))
      #expect(abs(one.number("deviance") - other.number("deviance")) <= 0.002)
    }
  }

  @Test func `dosages come from the field that is asked for`() throws {
    let cohort = try CohortFiles()
    let byDefault = try cohort.scan(CohortFiles.everyPair).lines
    #expect(try cohort.scan(CohortFiles.everyPair + ["--field", "DS"]).lines == byDefault)
    let calls = try cohort.scan(CohortFiles.everyPair + ["--field", "GT"])
    #expect(calls.lines != byDefault)
    // Counts of alleles are whole numbers.
    #expect(calls.rows.allSatisfy { Int($0["ma_count"]) != nil })

    var withoutDosages = cohort
    for row in withoutDosages.vcf.indices.dropFirst() {
      withoutDosages.vcf[row][8] = "GT"
      for column in withoutDosages.vcf[row].indices.dropFirst(9) {
        let cell = withoutDosages.vcf[row][column]
        withoutDosages.vcf[row][column] = String(cell.prefix { $0 != ":" })
      }
    }
    #expect(try withoutDosages.scan(CohortFiles.everyPair).lines == calls.lines)
  }

  @Test func `chromosome names match with and without chr`() throws {
    var cohort = try CohortFiles()
    let named = try cohort.scan(CohortFiles.everyPair)
    for row in cohort.bed.indices.dropFirst() { cohort.bed[row][0] = "1" }
    #expect(try cohort.scan(CohortFiles.everyPair).lines == named.lines)
  }

  @Test func `every ALT of a record has a row of its own`() throws {
    var cohort = try CohortFiles()
    let plain = try cohort.scan(CohortFiles.everyPair + ["--field", "GT"]).byPair
    let firstID = cohort.variantIDs[0]
    // A second ALT, which donors without the first one carry once; without an id, the site names
    // the variants.
    for row in cohort.vcf.indices.dropFirst() {
      cohort.vcf[row][8] = "GT"
      for column in cohort.vcf[row].indices.dropFirst(9) {
        cohort.vcf[row][column] = String(cohort.vcf[row][column].prefix { $0 != ":" })
      }
    }
    let second = try #require(["A", "C", "T"].first { !cohort.vcf[1][3...4].contains($0) })
    cohort.vcf[1][4] += "," + second
    cohort.vcf[1][2] = "."
    let carriers = cohort.vcf[1].indices.dropFirst(9).filter { cohort.vcf[1][$0] == "0/0" }
    #expect(carriers.count >= 2)
    for column in carriers { cohort.vcf[1][column] = "0/2" }
    let rows = try cohort.scan(CohortFiles.everyPair).byPair
    let (gene, record) = (cohort.geneIDs[0], cohort.vcf[1])
    let site = "\(gene) \(record[0])_\(record[1])_\(record[3])_"
    let first = try #require(rows[site + String(record[4].prefix(1))])
    // Allele counts of the first ALT are as before.
    #expect(first["b_gi"] == plain["\(gene) \(firstID)"]?["b_gi"])
    let other = try #require(rows[site + second])
    #expect(other["ma_count"] == "\(carriers.count)")
  }
}
