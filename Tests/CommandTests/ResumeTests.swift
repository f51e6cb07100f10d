import Foundation
import Testing

/// Scans that go on where they were stopped, and results that are not overwritten.
@Suite struct ResumeTests {
  /// The signal comes with the third chunk that is written, so that some are finished.
  @Test(arguments: [("TERM", 143), ("INT", 130)] as [(String, Int32)])
  func `a scan that is told to stop keeps its finished chunks`(
    _ signal: String, _ exitCode: Int32
  ) throws {
    try SystemCalls.require()
    let scan = try SplitScan()
    let stopped = try SystemCalls.run(
      scan, inject: "pwrite64:signal=\(signal):when=5", out: "stopped")
    #expect(stopped.exitCode == exitCode, "\(stopped.errors)")
    #expect(stopped.missing(["interrupted", "the same command"]) == [], "\(stopped.errors)")
    #expect(scan.folder.names(startingWith: "stopped") == ["stopped.ckpt"])
    let resumed = try Command.slopeqtl(
      SplitScan.arguments.filter { $0 != "--quiet" } + ["--out", "stopped"], in: scan.folder)
    #expect(resumed.exitCode == 0, "\(resumed.errors)")
    #expect(resumed.missing(["finished by an earlier run"]) == [], "\(resumed.errors)")
    try scan.expectWhole("stopped")
  }

  @Test func `unfinished work may lie in another folder`() throws {
    try SystemCalls.require()
    let scan = try SplitScan()
    for folder in ["work", "results"] {
      try FileManager.default.createDirectory(
        at: scan.folder.url.appendingPathComponent(folder), withIntermediateDirectories: true)
    }
    let flags = ["--checkpoint-dir", "work"]
    let stopped = try SystemCalls.run(
      scan, inject: "pwrite64:signal=KILL:when=5", flags: flags, out: "results/stopped")
    #expect(stopped.exitCode != 0)
    #expect(FileManager.default.fileExists(atPath: scan.folder.path("work/stopped.ckpt")))
    let resumed = try scan.run(flags, out: "results/stopped")
    #expect(resumed.exitCode == 0, "\(resumed.errors)")
    #expect(!FileManager.default.fileExists(atPath: scan.folder.path("work/stopped.ckpt")))
    for (table, bytes) in zip(SplitScan.tables, scan.expected) {
      #expect(try scan.folder.bytes("results/stopped.\(table)") == bytes)
    }
  }

  @Test func `unfinished work of other options is left alone`() throws {
    try SystemCalls.require()
    let scan = try SplitScan()
    _ = try SystemCalls.run(scan, inject: "pwrite64:signal=KILL:when=5", out: "stopped")
    let before = try scan.folder.bytes("stopped.ckpt")
    let other = try scan.run(["--maf", "0.2"], out: "stopped")
    #expect(other.exitCode == 73)
    #expect(other.missing(["stopped.ckpt", "maf 0.05 there, 0.2 here", "--force"]) == [])
    #expect(try scan.folder.bytes("stopped.ckpt") == before)
    // Nor is it taken for the lock of a merge.
    #expect(try scan.run(["--shard", "1/1"], out: "part").exitCode == 0)
    let merged = try Command.slopeqtl(["merge", "--out", "stopped", "part"], in: scan.folder)
    #expect(merged.exitCode == 73)
    #expect(try scan.folder.bytes("stopped.ckpt") == before)
    #expect(try scan.run(["--force"], out: "stopped").exitCode == 0)
    try scan.expectWhole("stopped")
  }

  @Test func `a result of other inputs or options is not overwritten`() throws {
    let scan = try SplitScan()
    let other = try scan.run(["--maf", "0.2"], out: "whole")
    #expect(other.exitCode == 73)
    #expect(other.missing(["whole.manifest.json", "maf 0.05 there, 0.2 here", "--force"]) == [])
    try scan.expectWhole("whole")
    // Not by other content under the same names either.
    let sheet = scan.folder.url.appendingPathComponent("cohort.samples.tsv")
    try (String(contentsOf: sheet, encoding: .utf8) + "\n").write(
      to: sheet, atomically: true, encoding: .utf8)
    let changed = try scan.run(out: "whole")
    #expect(changed.exitCode == 73)
    #expect(changed.missing(["(samples)", "md5"]) == [], "\(changed.errors)")
    try scan.expectWhole("whole")
    #expect(try scan.run(["--maf", "0.2", "--force"], out: "whole").exitCode == 0)
    #expect(try scan.folder.bytes("whole.pairs.tsv.gz") != scan.expected[0])
  }

  @Test func `files that no manifest explains are not overwritten`() throws {
    let scan = try SplitScan()
    try scan.folder.write("a year's work", to: "mine.genes.tsv.gz")
    let result = try scan.run(out: "mine")
    #expect(result.exitCode == 73)
    #expect(result.missing(["mine.genes.tsv.gz", "without a manifest", "--force"]) == [])
    #expect(scan.folder.names(startingWith: "mine") == ["mine.genes.tsv.gz"])
    #expect(try scan.folder.bytes("mine.genes.tsv.gz") == Data("a year's work".utf8))
  }

  @Test func `inputs that are refused leave no unfinished work`() throws {
    let folder = try ScratchFolder()
    var cohort = try CohortFiles()
    // The last record is read after chunks have been finished.
    cohort.vcf[cohort.vcf.count - 1][9] = "1/1:2.5"
    try cohort.write(to: folder)
    let result = try Command.slopeqtl(
      ["scan", "--out", "scan"] + CohortFiles.inputs + CohortFiles.everyPair, in: folder)
    #expect(result.exitCode == 65)
    #expect(folder.names(startingWith: "scan") == [])
  }

  @Test func `locale, time zone and file mask do not change the tables`() throws {
    let scan = try SplitScan()
    let result = try Command.shell(
      "umask 077; export LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8 TZ=Asia/Kathmandu; "
        + SplitScan.line(out: "elsewhere"), in: scan.folder)
    #expect(result.exitCode == 0, "\(result.errors)")
    try scan.expectWhole("elsewhere")
    for name in scan.folder.names(startingWith: "elsewhere.") {
      let mode = try FileManager.default.attributesOfItem(atPath: scan.folder.path(name))[
        .posixPermissions]
      #expect(mode as? Int == 0o600, "\(name)")
    }
  }
}
