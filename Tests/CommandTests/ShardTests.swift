import Foundation
import Testing

/// Scans in parts, and their union.
@Suite struct ShardTests {
  @Test(arguments: [[], ["--trans", "--pval-threshold", "1"], ["--pval-threshold", "1e-2"]])
  func `merged shards have the bytes of the whole scan, whatever their number`(
    _ flags: [String]
  ) throws {
    let scan = try SplitScan(flags: flags)
    // More shards than genes: some are empty.
    for count in [1, 2, 5, 15] {
      var genes: [String] = []
      for index in 1...count {
        let result = try scan.run(
          flags + ["--shard", "\(index)/\(count)", "--threads", "\(1 + index % 2)"],
          out: "part\(count).\(index)")
        #expect(result.exitCode == 0, "\(result.errors)")
        let table = try ResultTable(
          path: scan.folder.path("part\(count).\(index).genes.tsv.gz"))
        #expect(table.rows.allSatisfy { $0["qval"] == "NA" })
        genes += table.rows.map { $0["phenotype_id"] }
      }
      let all = try ResultTable(path: scan.folder.path("whole.genes.tsv.gz"))
      #expect(genes.sorted() == all.rows.map { $0["phenotype_id"] }.sorted())
      // In any order.
      let merged = try Command.slopeqtl(
        ["merge", "--out", "merged\(count)"] + (1...count).reversed().map { "part\(count).\($0)" },
        in: scan.folder)
      #expect(merged.exitCode == 0, "\(merged.errors)")
      try scan.expectWhole("merged\(count)")
      try Self.expectSameCounts("merged\(count)", in: scan.folder)
    }
  }

  /// What the manifests of the merged and the whole scan count must agree.
  private static func expectSameCounts(_ prefix: String, in folder: ScratchFolder) throws {
    func counts(_ name: String) throws -> [String: NSObject] {
      let json = try JSONSerialization.jsonObject(with: folder.bytes("\(name).manifest.json"))
      let manifest = try #require(json as? [String: NSObject])
      let kept = [
        "genes", "pairs", "rows", "pairs_by_status", "pvalue_histograms", "plan", "outputs",
        "shard",
      ]
      return manifest.filter { kept.contains($0.key) }
    }
    #expect(try counts(prefix) == counts("whole"))
  }

  @Test func `a finished shard is verified and left as it is`() throws {
    let scan = try SplitScan()
    #expect(try scan.run(["--shard", "1/2"], out: "part").exitCode == 0)
    let manifest = try scan.folder.bytes("part.manifest.json")
    let again = try Command.slopeqtl(
      SplitScan.arguments.filter { $0 != "--quiet" } + ["--shard", "1/2", "--out", "part"],
      in: scan.folder)
    #expect(again.exitCode == 0)
    #expect(again.missing(["part", "nothing to do"]) == [])
    #expect(try scan.folder.bytes("part.manifest.json") == manifest)
    #expect(scan.folder.names(startingWith: "part.").count == SplitScan.files.count)
  }

  // MARK: Refusals of merge

  /// Two shards of two, and the whole scan.
  private static func halves() throws -> SplitScan {
    let scan = try SplitScan()
    for index in 1...2 {
      let result = try scan.run(["--shard", "\(index)/2"], out: "part\(index)")
      try #require(result.exitCode == 0, "\(result.errors)")
    }
    return scan
  }

  private static func expectRefusal(
    _ prefixes: [String], exitCode: Int32, words: [String], of scan: SplitScan,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try Command.slopeqtl(["merge", "--out", "merged"] + prefixes, in: scan.folder)
    #expect(result.exitCode == exitCode, "\(result.errors)", sourceLocation: sourceLocation)
    #expect(result.missing(words) == [], "\(result.errors)", sourceLocation: sourceLocation)
    #expect(scan.folder.names(startingWith: "merged") == [], sourceLocation: sourceLocation)
  }

  @Test func `a missing shard is named with the command that makes it`() throws {
    let scan = try Self.halves()
    try Self.expectRefusal(
      ["part1"], exitCode: 66, words: ["shards are missing", "1 of 2", "2/2"], of: scan)
    // The command that is printed makes what was missing.
    let refusal = try Command.slopeqtl(["merge", "--out", "merged", "part1"], in: scan.folder)
    let command = try #require(
      refusal.errors.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        .first { $0.hasPrefix("slopeqtl scan") })
    try scan.remove("part2")
    let made = try Command.shell(command, in: scan.folder)
    #expect(made.exitCode == 0, "\(command): \(made.errors)")
    let merged = try Command.slopeqtl(
      ["merge", "--out", "merged", "part1", "part2"], in: scan.folder)
    #expect(merged.exitCode == 0, "\(merged.errors)")
    try scan.expectWhole("merged")
  }

  @Test func `a shard that comes twice, was not finished or is none is refused`() throws {
    let scan = try Self.halves()
    try Self.expectRefusal(
      ["part1", "part2", "part1"], exitCode: 65, words: ["twice", "1/2", "part1"], of: scan)
    try Self.expectRefusal(
      ["part1", "part3"], exitCode: 66, words: ["part3.manifest.json", "no finished shard"],
      of: scan)
    try Self.expectRefusal(
      ["part1", "whole"], exitCode: 65, words: ["whole.manifest.json", "not a shard"], of: scan)
  }

  @Test func `shards of another scan or another split are refused, with the difference`() throws {
    let scan = try Self.halves()
    #expect(try scan.run(["--shard", "2/2", "--maf", "0.2"], out: "other").exitCode == 0)
    try Self.expectRefusal(
      ["part1", "other"], exitCode: 65,
      words: ["different scans", "other.manifest.json", "maf", "0.2", "0.05"], of: scan)
    #expect(try scan.run(["--shard", "2/3"], out: "third").exitCode == 0)
    try Self.expectRefusal(
      ["part1", "third"], exitCode: 65, words: ["different splits", "2/3", "1/2"], of: scan)
  }

  @Test(arguments: ["pairs.tsv.gz", "pairs.tsv.gz.tbi", "genes.tsv.gz"])
  func `a damaged shard is refused by the file's name`(_ table: String) throws {
    let scan = try Self.halves()
    let url = scan.folder.url.appendingPathComponent("part2.\(table)")
    let whole = try Data(contentsOf: url)
    var flipped = whole
    flipped[whole.count / 2] ^= 4
    for damaged in [flipped, whole.dropLast(3), whole + [0]] {
      try damaged.write(to: url)
      try Self.expectRefusal(
        ["part1", "part2"], exitCode: 65, words: ["part2.\(table)", "CRC-32", "--force"], of: scan)
      // Neither is it taken for finished.
      let again = try scan.run(["--shard", "2/2"], out: "part2")
      #expect(again.exitCode == 65)
      #expect(again.missing(["part2.\(table)", "--force"]) == [])
    }
    try FileManager.default.removeItem(at: url)
    try Self.expectRefusal(
      ["part1", "part2"], exitCode: 66, words: ["part2.\(table)", "missing"], of: scan)
    let mended = try scan.run(["--shard", "2/2", "--force"], out: "part2")
    #expect(mended.exitCode == 0, "\(mended.errors)")
    #expect(try Data(contentsOf: url) == whole)
  }

  @Test func `a manifest that was edited is refused`() throws {
    let scan = try Self.halves()
    let url = scan.folder.url.appendingPathComponent("part2.manifest.json")
    let text = try String(contentsOf: url, encoding: .utf8)
    try "{".write(to: url, atomically: true, encoding: .utf8)
    try Self.expectRefusal(
      ["part1", "part2"], exitCode: 65, words: ["part2.manifest.json", "not the manifest"], of: scan
    )
    let places = try #require(
      text.range(of: "\"gene_places\" : \\[[^\\]]*\\]", options: .regularExpression))
    let cut = text.replacingCharacters(in: places, with: "\"gene_places\" : []")
    try cut.write(to: url, atomically: true, encoding: .utf8)
    try Self.expectRefusal(
      ["part1", "part2"], exitCode: 65, words: ["part2.manifest.json", "contradicts"], of: scan)
  }

  @Test(arguments: ["0/2", "3/2", "2", "a/b", "1/0", "-1/2", "1/2/3"])
  func `a shard that is none is a usage error`(_ shard: String) throws {
    let folder = try ScratchFolder()
    let result = try Command.slopeqtl(
      SplitScan.arguments + ["--out", "part", "--shard=\(shard)"], in: folder)
    #expect(result.exitCode == 64)
    #expect(result.missing(["--shard", "k/K"]) == [], "\(result.errors)")
  }
}
