import Foundation
import Testing

/// `--region` with and without an index.
@Suite struct RegionIndexTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    let result = try Command.slopeqtl(
      [
        "simulate", "--out", "cohort", "--donors", "20", "--times", "4", "--genes", "20",
        "--variants", "4000", "--seed", "5",
      ], in: folder)
    #expect(result.exitCode == 0, "\(result.errors)")
  }

  private func scan(_ prefix: String) throws -> CommandResult {
    try Command.slopeqtl(
      [
        "scan", "--vcf", "cohort.vcf.gz", "--bed", "cohort.bed.gz", "--samples",
        "cohort.samples.tsv", "--cov", "cohort.covariates.txt", "--region", "2:1000000-3000000",
        "--out", prefix,
      ], in: folder)
  }

  @Test func `a scan of a region gives the same bytes by the index`() throws {
    let indexed = try scan("indexed")
    #expect(indexed.exitCode == 0, "\(indexed.errors)")
    #expect(indexed.missing(["cohort.vcf.gz is read by its index"]) == [])
    let index = folder.url.appendingPathComponent("cohort.vcf.gz.tbi")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: index.path)
    let old = try scan("old")
    #expect(old.missing(["cohort.vcf.gz.tbi is older than cohort.vcf.gz"]) == [], "\(old.errors)")
    try FileManager.default.removeItem(at: index)
    let through = try scan("through")
    #expect(through.missing(["cohort.vcf.gz has no index and is read through"]) == [])
    for ending in [".pairs.tsv.gz", ".genes.tsv.gz"] {
      try folder.expectSame("indexed" + ending, "through" + ending)
      try folder.expectSame("old" + ending, "through" + ending)
    }
    try folder.write("no index", to: "cohort.vcf.gz.tbi")
    let damaged = try scan("damaged")
    #expect(damaged.exitCode == 65)
    #expect(damaged.missing(["cohort.vcf.gz.tbi", "cannot be read", "make it again"]) == [])
    #expect(folder.names(startingWith: "damaged") == [])
  }
}
