import Foundation
import Testing

/// What `slopeqtl query` refuses or says beside its rows.
@Suite struct QueryRefusalTests {
  @Test(
    "what is given twice is refused instead of taken once",
    arguments: [("--gene", "A", "B"), ("--variant", "A", "B"), ("--region", "chr1", "chr2")])
  func twice(_ flag: String, _ first: String, _ second: String) throws {
    for command in [["query", "scan"], ["locus"] + CohortFiles.inputs] {
      let genes = command[0] == "locus" && flag != "--gene" ? ["--gene", "A"] : []
      let refused = try Command.slopeqtl(
        command + genes + [flag, first, "\(flag)=\(second)"], in: try ScratchFolder())
      #expect(refused.exitCode == 64)
      #expect(refused.missing(["\(flag) is given 2 times"]) == [], "\(refused.errors)")
    }
  }

  @Test(
    "a region that cannot be is refused with the reason",
    arguments: [
      ("chr1:100-50", "ends at 50, before its start 100"), ("chr1:0-10", "count from 1, found 0"),
      ("chr1:x", "whole numbers"), (":1-2", "no chromosome"),
    ])
  func region(_ region: String, _ words: String) throws {
    let folder = try ScratchFolder()
    for command in [
      ["query", "scan"], ["export", "scan", "--to", "coloc", "--out", "out.tsv"],
      ["locus", "--gene", "A"] + CohortFiles.inputs,
    ] {
      let refused = try Command.slopeqtl(command + ["--region", region], in: folder)
      #expect(refused.exitCode == 64)
      #expect(refused.missing([region, words]) == [], "\(command[0]) \(refused.errors)")
    }
  }

  @Test("a shard's rows come with a note that it is a shard")
  func shard() throws {
    let scan = try SplitScan(genes: 4, variants: 300)
    #expect(try scan.run(["--shard", "1/2"], out: "part").exitCode == 0)
    let shard = try Command.slopeqtl(["query", "part", "--top", "3"], in: scan.folder)
    #expect(shard.exitCode == 0)
    #expect(shard.missing(["part is shard 1/2 of a scan", "slopeqtl merge"]) == [])
    let whole = try Command.slopeqtl(["query", "whole", "--top", "3"], in: scan.folder)
    #expect(!whole.errors.contains("shard"))
  }

  @Test("ids of a hundred thousand characters are not repeated in full")
  func longIDs() throws {
    let scan = try SplitScan(genes: 2, variants: 100)
    let id = String(repeating: "x", count: 100_000)
    for command in [
      ["query", "whole", "--gene", id], ["query", "whole", "--variant", id],
      ["export", "whole", "--to", "coloc", "--out", "out.tsv", "--gene", id],
      ["locus", "--gene", id] + SplitScan.arguments.dropFirst().prefix(8),
    ] {
      let result = try Command.slopeqtl(command, in: scan.folder)
      #expect(!result.errors.isEmpty)
      #expect(result.errors.utf8.count < 2000, "\(command[0]) \(command[1].prefix(10))")
    }
  }
}
