import Foundation
import Testing

/// Genotypes of PLINK in `scan` and `check`.
@Suite struct PlinkInputTests {
  private static let flags = CohortFiles.everyPair + ["--digits", "17"]
  private static let others = Array(CohortFiles.inputs.dropFirst(2))

  /// A cohort whose dosages PLINK 2 can hold: multiples of 1/16384, exact as decimals too.
  private static func cohort() throws -> CohortFiles {
    var cohort = try CohortFiles(simulating: [
      "--donors", "40", "--times", "4", "--genes", "6", "--variants", "60", "--spacing", "1000",
      "--missing-genotypes", "0.03",
    ])
    for row in cohort.vcf.indices.dropFirst() {
      for column in cohort.vcf[row].indices.dropFirst(9) {
        let cell = cohort.vcf[row][column]
        let dosage = Double(ResultTable.subfield(1, of: cell))
        let exact = dosage.map { "\(($0 * 512).rounded() / 512)" } ?? "."
        cohort.vcf[row][column] = ResultTable.subfield(0, of: cell) + ":" + exact
      }
    }
    return cohort
  }

  private func scan(
    _ genotypes: [String], _ name: String, in folder: ScratchFolder
  ) throws -> [String] {
    try CohortFiles.scan(
      Self.flags + ["--force"], inputs: genotypes + Self.others, in: folder, prefix: name
    ).lines
  }

  @Test func `called genotypes give the same rows as VCF, BCF, .bed, .pgen and table`() throws {
    let folder = try ScratchFolder()
    let cohort = try Self.cohort()
    try cohort.write(to: folder)
    let calls = try scan(["--vcf", "genotypes.vcf", "--field", "GT"], "text", in: folder)
    #expect(calls.count > 100)
    try PlinkFiles(cohort: cohort).writeBed("own", to: folder)
    try PlinkFiles(cohort: cohort).writePgen("own", withDosages: false, to: folder)
    #expect(try scan(["--bfile", "own"], "bed", in: folder) == calls)
    #expect(try scan(["--pfile", "own"], "pgen", in: folder) == calls)
    try PlinkFiles(cohort: cohort).writePgen("both", withDosages: true, to: folder)
    #expect(try scan(["--pfile", "both", "--field", "GT"], "both", in: folder) == calls)
    let table =
      [["chrom", "pos", "variant_id", "ref", "alt"] + cohort.donors]
      + cohort.vcf.dropFirst().map { record in
        Array(record[0..<5])
          + record.dropFirst(9).map { cell in
            let call = ResultTable.subfield(0, of: cell)
            return call.contains(".") ? "NA" : "\(call.filter { $0 == "1" }.count)"
          }
      }
    try folder.write(CohortFiles.text(table), to: "calls.tsv")
    #expect(try scan(["--dosages", "calls.tsv"], "table", in: folder) == calls)
    if let bcftools = Command.installed("bcftools") {
      let made = try Command.run(
        bcftools, ["view", "-Ob", "-o", "genotypes.bcf", "genotypes.vcf"], in: folder)
      #expect(made.exitCode == 0)
      #expect(try scan(["--vcf", "genotypes.bcf", "--field", "GT"], "bcf", in: folder) == calls)
    }
    guard let plink2 = Command.installed("plink2") else {
      try Test.cancel("plink2 is not installed")
    }
    for (form, flag) in [("--make-bed", "--bfile"), ("--make-pgen", "--pfile")] {
      let made = try Command.run(
        plink2, ["--vcf", "genotypes.vcf", form, "vzs", "--out", "made", "--threads", "1"],
        in: folder)
      #expect(made.exitCode == 0, "\(made.output)")
      // Without `chr`, as plink2 writes chromosomes; the rest of every row is the same.
      let rows = try scan([flag, "made"], "made", in: folder)
      #expect(rows.map(Self.withoutChromosomePrefix) == calls.map(Self.withoutChromosomePrefix))
    }
  }

  private static func withoutChromosomePrefix(_ line: String) -> Substring {
    line.hasPrefix("chr") ? line.dropFirst(3) : line[...]
  }

  @Test func `dosages give the same rows as VCF and .pgen`() throws {
    let folder = try ScratchFolder()
    let cohort = try Self.cohort()
    try cohort.write(to: folder)
    let dosages = try scan(["--vcf", "genotypes.vcf"], "text", in: folder)
    #expect(dosages.count > 100)
    try PlinkFiles(cohort: cohort).writePgen("own", withDosages: true, to: folder)
    #expect(try scan(["--pfile", "own"], "pgen", in: folder) == dosages)
    let calls = try scan(["--pfile", "own", "--field", "GT"], "calls", in: folder)
    #expect(calls != dosages)
    guard let plink2 = Command.installed("plink2") else {
      try Test.cancel("plink2 is not installed")
    }
    let made = try Command.run(
      plink2,
      ["--vcf", "genotypes.vcf", "dosage=DS", "--make-pgen", "--out", "made", "--threads", "1"],
      in: folder)
    #expect(made.exitCode == 0, "\(made.output)")
    let rows = try scan(["--pfile", "made"], "made", in: folder)
    #expect(rows.map(Self.withoutChromosomePrefix) == dosages.map(Self.withoutChromosomePrefix))
  }

  @Test func `the output says that the effect allele is A1 and names all files`() throws {
    let folder = try ScratchFolder()
    let cohort = try CohortFiles()
    try cohort.write(to: folder)
    try PlinkFiles(cohort: cohort).writeBed("set", to: folder)
    let scan = try Command.slopeqtl(
      ["scan", "--bfile", "set", "--out", "scan"] + Self.others, in: folder)
    #expect(scan.exitCode == 0)
    #expect(scan.missing(["dosages from called genotypes", "the effect allele is A1"]) == [])
    let manifest = try JSONSerialization.jsonObject(with: folder.bytes("scan.manifest.json"))
    let inputs = try #require((manifest as? [String: Any])?["inputs"] as? [[String: Any]])
    #expect(
      inputs.map { $0["path"] as? String }.prefix(3) == ["set.bed", "set.bim", "set.fam"])
    #expect(
      inputs.map { $0["role"] as? String } == [
        "genotypes", "genotypes", "genotypes", "expression", "samples", "covariates",
      ])
    #expect(Set(inputs.compactMap { $0["md5"] as? String }).count == 6)
  }

  @Test func `check describes a file set alone and in a scan`() throws {
    let folder = try ScratchFolder()
    let cohort = try CohortFiles()
    try cohort.write(to: folder)
    try PlinkFiles(cohort: cohort).writeBed("set", to: folder)
    try PlinkFiles(cohort: cohort).writePgen("set", withDosages: true, to: folder)
    for (flag, allele, path) in [("--bfile", "A1", "set.bed"), ("--pfile", "ALT", "set.pgen")] {
      func object(_ flags: [String]) throws -> [String: Any] {
        let result = try Command.slopeqtl(["check", flag, "set", "--json"] + flags, in: folder)
        #expect(result.exitCode == 0, "\(result.errors)")
        let parsed = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        return try #require(parsed as? [String: Any])
      }
      let alone = try object([])
      #expect(alone["kind"] as? String == String(flag.dropFirst(2)))
      #expect(alone["path"] as? String == path)
      #expect(alone["effect_allele"] as? String == allele)
      #expect(alone["donors"] as? Int == 19)
      #expect(alone["variants"] as? Int == 10)
      let whole = try object(Self.others)
      #expect((whole["genotypes"] as? [String: Any])?["effect_allele"] as? String == allele)
      #expect(whole["pairs"] as? Int ?? 0 > 0)
    }
  }

  @Test func `what cannot be read ends with the code of its kind`() throws {
    let folder = try ScratchFolder()
    let cohort = try CohortFiles()
    try cohort.write(to: folder)
    try PlinkFiles(cohort: cohort).writeBed("set", to: folder)
    for (flags, code, words) in [
      (["--bfile", "set.bed"], 66, ["set.bed.bed", "without extension: --bfile set"]),
      (["--pfile", "set"], 66, ["set.pgen", "No such file"]),
      (["--bfile", "set", "--pfile", "set"], 64, ["expected one of --vcf, --dosages, --bfile"]),
      (["--bfile", "set", "--field", "DS"], 65, ["set.bed", "no dosages"]),
      (["--vcf", "set.bed"], 65, ["--bfile set"]),
    ] as [([String], Int32, [String])] {
      let result = try Command.slopeqtl(
        ["scan", "--out", "scan"] + flags + Self.others, in: folder)
      #expect(result.exitCode == code, "\(result.errors)")
      #expect(result.missing(words) == [], "\(result.errors)")
      #expect(folder.names(startingWith: "scan") == [])
    }
  }
}
