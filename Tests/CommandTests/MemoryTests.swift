import Foundation
import Testing

/// Memory holds a few batches of variants and a few megabytes of expression, not the files.
@Suite struct MemoryTests {
  /// Peak memory of a scan, MiB, as its manifest tells it.
  private static func peak(variants: Int, flags: [String]) throws -> Double {
    let folder = try ScratchFolder()
    let made = try Command.slopeqtl(
      [
        "simulate", "--out", "cohort", "--donors", "40", "--times", "4", "--genes", "20",
        "--variants", "\(variants)", "--seed", "2", "--quiet",
      ], in: folder)
    try #require(made.exitCode == 0)
    return try peak(bed: "cohort.bed.gz", flags: flags, in: folder)
  }

  /// The same of a simulated cohort with another expression file.
  private static func peak(
    bed: String, flags: [String], in folder: ScratchFolder
  ) throws -> Double {
    let scanned = try Command.slopeqtl(
      [
        "scan", "--vcf", "cohort.vcf.gz", "--bed", bed, "--samples", "cohort.samples.tsv", "--out",
        "scan", "--threads", "1", "--quiet", "--force",
      ] + flags, in: folder)
    try #require(scanned.exitCode == 0)
    let manifest =
      try JSONSerialization.jsonObject(with: folder.bytes("scan.manifest.json"))
      as? [String: Any]
    let resources = try #require(manifest?["resources"] as? [String: Any])
    return try #require(resources["peak_memory_mib"] as? Double)
  }

  @Test(arguments: [[], ["--trans"]])
  func `ten times the variants take at most a tenth more memory`(_ flags: [String]) throws {
    let small = try Self.peak(variants: 2000, flags: flags)
    let large = try Self.peak(variants: 20_000, flags: flags)
    #expect(large < 1.1 * small, "\(small) MiB, then \(large) MiB")
  }

  @Test func `ten times the genes of the expression file take at most a tenth more memory`() throws
  {
    let cohort = try LargeExpression()
    let flags = ["--genes", "G7"]
    let small = try Self.peak(
      bed: cohort.write(genes: LargeExpression.genesInFile), flags: flags, in: cohort.folder)
    let large = try Self.peak(
      bed: cohort.write(genes: 10 * LargeExpression.genesInFile), flags: flags, in: cohort.folder)
    #expect(large < 1.1 * small, "\(small) MiB, then \(large) MiB")
  }
}
