import Foundation
import Testing

/// What the documentation shows is run as it is printed.
@Suite struct DocumentationTests {
  private static let example = ["simulate", "--out", "cohort", "--donors", "30", "--genes", "4"]

  /// The text of the code blocks with an info string, in order.
  private func blocks(of info: String, in file: String) throws -> [String] {
    let text = try String(
      contentsOf: CohortFiles.root.appendingPathComponent(file), encoding: .utf8)
    var blocks: [String] = []
    var current: [String]?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if let lines = current {
        if line == "```" {
          blocks.append(lines.joined(separator: "\n"))
          current = nil
        } else {
          current = lines + [line]
        }
      } else if line == "```" + info {
        current = []
      }
    }
    return blocks
  }

  /// Blocks marked `sh` are run, in order and in one folder. Blocks marked `bash` are not: they
  /// build the program and run these tests.
  @Test(.enabled(if: Command.installed("tabix") != nil, "tabix is not installed"))
  func `the examples of the read-me file run as printed`() throws {
    let blocks = try blocks(of: "sh", in: "README.md")
    #expect(blocks.count >= 2)
    let folder = try ScratchFolder()
    for block in blocks {
      let result = try Command.shell(block, in: folder)
      #expect(result.exitCode == 0, "\(block)\n\(result.errors)")
    }
    let built = try self.blocks(of: "bash", in: "README.md").joined(separator: "\n")
    for script in ["workflows/demo.sh", "workflows/test.sh"] {
      #expect(built.contains("bash \(script)"))
      #expect(
        FileManager.default.fileExists(atPath: CohortFiles.root.appendingPathComponent(script).path)
      )
    }
  }

  @Test(
    arguments: [
      "simulate", "scan", "locus", "report", "merge", "query", "export", "fit", "lag",
      "risk",
    ])
  func `the example of a command's help runs as printed`(_ command: String) throws {
    let folder = try ScratchFolder()
    let help = try Command.slopeqtl([command, "--help"], in: folder)
    #expect(help.exitCode == 0)
    let lines = help.output.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0.hasPrefix("Example") })
    let example = lines[(start + 1)...].prefix { !$0.isEmpty }.joined(separator: "\n")
    #expect(example.contains("slopeqtl \(command)"))
    // These examples make their data themselves.
    if !["simulate", "locus", "report", "query", "export"].contains(command) {
      #expect(try Command.slopeqtl(Self.example, in: folder).exitCode == 0)
    }
    if command == "merge" {
      for shard in 1...2 {
        let made = try Command.slopeqtl(
          [
            "scan", "--vcf", "cohort.vcf.gz", "--bed", "cohort.bed.gz", "--samples",
            "cohort.samples.tsv", "--out", "scan.\(shard)", "--shard", "\(shard)/2",
          ], in: folder)
        #expect(made.exitCode == 0, "\(made.errors)")
      }
    }
    let before = folder.names()
    let result = try Command.shell(example, in: folder)
    #expect(result.exitCode == 0, "\(example)\n\(result.errors)")
    #expect(folder.names().count > before.count)
  }

  @Test func `every column of the pairs table is explained`() throws {
    let text = try String(
      contentsOf: CohortFiles.root.appendingPathComponent("README.md"), encoding: .utf8)
    let header = try CohortFiles().scan(CohortFiles.everyPair).header
    #expect(header.count == 30)
    #expect(header.filter { !text.contains("`\($0)`") } == [])
  }

  @Test func `every flag is documented in the help and no other is in the read-me file`() throws {
    let folder = try ScratchFolder()
    var known = ""
    for command in [
      ["scan"], ["locus"], ["report"], ["query"], ["export"], ["check"], ["simulate"], ["fit"],
      ["lag"], ["risk"], [],
    ] {
      known += try Command.slopeqtl(command + ["--help"], in: folder).output
    }
    let text = try String(
      contentsOf: CohortFiles.root.appendingPathComponent("README.md"), encoding: .utf8)
    let named = Set(
      text.matches(of: /(?:^|[\s`(])(--[a-z][a-z-]+)/).map { String($0.output.1) })
    #expect(named.count > 15)
    // `--filter` is a flag of `swift test`.
    #expect(named.subtracting(["--filter"]).filter { !known.contains($0) } == [])
  }

  @Test func `the version is one line`() throws {
    let result = try Command.slopeqtl(["--version"], in: ScratchFolder())
    #expect(result.exitCode == 0)
    #expect(result.output.contains(/^slopeqtl \d+\.\d+\.\d+\n$/))
  }

  @Test func `messages go to standard error and quiet silences them`() throws {
    let folder = try ScratchFolder()
    try CohortFiles().write(to: folder)
    let arguments = ["scan", "--out", "scan"] + CohortFiles.inputs
    let loud = try Command.slopeqtl(arguments, in: folder)
    #expect(loud.output.isEmpty)
    #expect(
      loud.missing([
        "19 donors, 304 samples", "dosages from DS", "effect allele is ALT",
        "formula: expression ~",
        "time is centred at 7.5", "scan.pairs.tsv.gz",
      ]) == [])
    let quiet = try Command.slopeqtl(arguments + ["--quiet"], in: folder)
    #expect(quiet.output.isEmpty && quiet.errors.isEmpty)
    #expect(quiet.exitCode == 0)
  }
}
