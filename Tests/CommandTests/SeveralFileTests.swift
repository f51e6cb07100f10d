import Foundation
import Testing

/// Genotypes in one file for each chromosome.
@Suite struct SeveralFileTests {
  private let folder: ScratchFolder
  private let inputs = ["--bed", "expression.bed", "--samples", "samples.tsv"]

  /// A cohort of three chromosomes, whole and by chromosome.
  init() throws {
    folder = try ScratchFolder()
    let cohort = try CohortFiles(simulating: [
      "--donors", "20", "--times", "4", "--genes", "6", "--variants", "60", "--chromosomes", "3",
      "--seed", "4",
    ])
    try cohort.write(to: folder)
    for name in ["chr1", "chr2", "chr3"] {
      var part = cohort
      part.vcf = cohort.vcf.filter { $0[0] == "#CHROM" || $0[0] == name }
      try folder.write(part.vcfText, to: "part.\(name).vcf")
    }
  }

  private func scan(_ genotypes: [String], prefix: String) throws {
    let result = try Command.slopeqtl(
      ["scan", "--out", prefix] + inputs + genotypes + CohortFiles.everyPair, in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
  }

  @Test func `files by chromosome give the bytes of the whole`() throws {
    try scan(["--vcf", "genotypes.vcf"], prefix: "whole")
    try scan(
      ["chr1", "chr2", "chr3"].flatMap { ["--vcf", "part.\($0).vcf"] }, prefix: "parts")
    try scan(["--vcf", "part.{chrom}.vcf"], prefix: "pattern")
    for ending in [".pairs.tsv.gz", ".genes.tsv.gz"] {
      try folder.expectSame("whole" + ending, "parts" + ending)
      try folder.expectSame("whole" + ending, "pattern" + ending)
    }
    let manifest = try String(decoding: folder.bytes("pattern.manifest.json"), as: UTF8.self)
    for name in ["part.chr1.vcf", "part.chr2.vcf", "part.chr3.vcf"] {
      #expect(manifest.contains("\"\(name)\""))
    }
  }

  @Test func `check reads them all`() throws {
    let result = try Command.slopeqtl(["check", "--vcf", "part.{chrom}.vcf"], in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    for words in ["part.chr1.vcf and 2 more", "chr1: ", "chr2: ", "chr3: "] {
      #expect(result.output.contains(words), "\(result.output)")
    }
  }

  @Test func `what does not fit together is refused`() throws {
    let check = { try Command.slopeqtl(["check"] + $0, in: folder) }
    let split = try check(["--vcf", "part.chr1.vcf", "--vcf", "genotypes.vcf"])
    #expect(split.exitCode == 65)
    #expect(
      split.missing([
        "genotypes.vcf:", "CHROM", "split in two runs", "'chr1'", "part.chr1.vcf",
        "bcftools concat",
      ]) == [], "\(split.errors)")
    let absent = try check(["--vcf", "absent/{chrom}.vcf"])
    #expect(absent.exitCode == 66)
    #expect(
      absent.missing(["absent/{chrom}.vcf", "no file fits the pattern", "check the path"]) == [])
    let both = try check(["--vcf", "part.chr1.vcf", "--dosages", "genotypes.vcf"])
    #expect(both.exitCode == 64)
  }
}
