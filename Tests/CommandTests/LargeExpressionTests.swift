import Foundation
import Testing

/// Expression beyond what stays in memory.
@Suite struct LargeExpressionTests {
  private static let scan =
    "slopeqtl scan --vcf cohort.vcf.gz --samples cohort.samples.tsv --threads 2 --quiet"

  @Test func `genes are tested alike in a large file and in a small one`() throws {
    let cohort = try LargeExpression()
    let large = try cohort.write(genes: LargeExpression.genesInFile)
    // The first three genes are in memory in the one scan, in the file in the other.
    let small = try cohort.write(genes: 3)
    for (bed, out) in [(large, "large"), (small, "small")] {
      let result = try Command.shell(
        "mkdir \(out) && \(Self.scan) --bed \(bed) --genes G0,G1,G2 --out \(out)/scan",
        in: cohort.folder)
      #expect(result.exitCode == 0, "\(result.errors)")
    }
    for name in ["pairs.tsv.gz", "pairs.tsv.gz.tbi", "genes.tsv.gz"] {
      #expect(
        try cohort.folder.bytes("large/scan.\(name)") == cohort.folder.bytes("small/scan.\(name)"))
    }
    // What `check` counts comes from other means than the scan's rows.
    let rows = try cohort.folder.lines("large/scan.pairs.tsv.gz").count - 1
    let check = try Command.shell(
      Self.scan.replacing("scan", with: "check", maxReplacements: 1)
        + " --bed \(large) --genes G0,G1,G2 --json", in: cohort.folder)
    #expect(
      check.output.contains("\"pairs\" : \(rows),") || check.output.contains("\"pairs\":\(rows),"))
    let left = try FileManager.default.contentsOfDirectory(atPath: cohort.folder.path("large"))
    #expect(
      left.sorted()
        == SplitScan.files.map { "scan.\($0)" })
  }

  @Test func `a limit of file sizes below the values ends the scan with nothing left behind`()
    throws
  {
    let cohort = try LargeExpression()
    let bed = try cohort.write(genes: LargeExpression.genesInFile)
    // 4 MiB in blocks of 1,024 bytes: half of the first write.
    let result = try Command.shell(
      "mkdir out && ulimit -f 4096 && \(Self.scan) --bed \(bed) --genes G0 --out out/scan",
      in: cohort.folder)
    #expect(result.exitCode == 74)
    #expect(
      result.missing(["out: writing failed", "expression values", "File too large"]) == [])
    let left = try FileManager.default.contentsOfDirectory(atPath: cohort.folder.path("out"))
    #expect(left == [])
  }
}
