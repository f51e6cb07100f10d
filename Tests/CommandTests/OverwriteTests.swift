import Foundation
import Testing

/// Outputs that would replace an input of a scan or a file of its result are refused before any work.
@Suite struct OverwriteTests {
  private static func scan(_ flags: [String] = []) throws -> ScratchFolder {
    let folder = try ScratchFolder()
    try CohortFiles().write(to: folder)
    _ = try CohortFiles.scan(CohortFiles.everyPair + flags, in: folder)
    return folder
  }

  private static let commands = [
    ["report", "scan"], ["export", "scan", "--to", "coloc"],
    ["export", "scan", "--to", "tensorqtl"],
  ]

  @Test("a result's files and its scan's inputs are not written over", arguments: commands)
  func refused(_ command: [String]) throws {
    let folder = try Self.scan()
    for (link, target) in [("link.html", "scan.pairs.tsv.gz"), ("linked", ".")] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path(link), withDestinationPath: target)
    }
    let own =
      folder.names(startingWith: "scan.") + [
        "expression.bed", "samples.tsv", "genotypes.vcf", "covariates.txt",
      ]
    let kept = try own.map(folder.bytes)
    for out in own + ["./scan.manifest.json", "linked/expression.bed", "link.html"] {
      let result = try Command.slopeqtl(command + ["--out", out], in: folder)
      #expect(result.exitCode == 64, "\(out)")
      #expect(result.missing(["--out '\(out)'", "give another path"]) == [])
    }
    #expect(try own.map(folder.bytes) == kept)
  }

  @Test("from another folder, and where inputs were moved")
  func elsewhere() throws {
    let folder = try Self.scan()
    let other = try ScratchFolder()
    func code(_ command: [String], _ out: String, _ flags: [String] = []) throws -> Int32 {
      try Command.slopeqtl(
        [command[0], folder.path("scan")] + command.dropFirst(2) + ["--out", out] + flags, in: other
      ).exitCode
    }
    for command in Self.commands {
      for name in ["expression.bed", "scan.genes.tsv.gz"] {
        #expect(try code(command, folder.path(name)) == 64, "\(command) \(name)")
      }
    }
    try FileManager.default.moveItem(
      atPath: folder.path("expression.bed"), toPath: other.path("moved.bed"))
    #expect(
      try code(Self.commands[0], "./moved.bed", ["--bed", "moved.bed"]) == 64)
    #expect(FileManager.default.fileExists(atPath: other.path("moved.bed")))
  }

  @Test("parts of a merged result and other results are not written over, from any folder")
  func parts() throws {
    let folder = try ScratchFolder()
    try CohortFiles().write(to: folder)
    for shard in 1...2 {
      _ = try CohortFiles.scan(
        CohortFiles.everyPair + ["--shard", "\(shard)/2"], in: folder, prefix: "part.\(shard)")
    }
    for arguments in [
      ["merge", "--out", "whole", "part.1", "part.2"],
      ["scan"] + CohortFiles.inputs + CohortFiles.everyPair + [
        "--df", "residual", "--out", "other",
      ],
    ] {
      let made = try Command.slopeqtl(arguments, in: folder)
      try #require(made.exitCode == 0, "\(made.errors)")
    }
    try FileManager.default.linkItem(
      atPath: folder.path("part.1.pairs.tsv.gz"), toPath: folder.path("hard"))
    let elsewhere = try ScratchFolder()
    for out in [
      "part.1.manifest.json", "part.2.genes.tsv.gz", "hard", "other.manifest.json",
      "other.pairs.tsv.gz", "whole.ckpt", "expression.bed",
    ] {
      for (place, prefix, path) in [
        (folder, "whole", out), (elsewhere, folder.path("whole"), folder.path(out)),
      ] {
        for command in [["report", prefix], ["export", prefix, "--to", "coloc"]] {
          let result = try Command.slopeqtl(command + ["--out", path], in: place)
          #expect(result.exitCode == 64, "\(command) \(path)")
        }
      }
    }
    let locus = try Command.slopeqtl(
      ["locus"] + CohortFiles.inputs + ["--gene", "ENSG1", "--json", "other.manifest.json"],
      in: folder)
    #expect(locus.exitCode == 64)
    #expect(locus.missing(["is a file of the result 'other'"]) == [])
    // The inputs are found from another folder.
    let page = try Command.slopeqtl(
      ["report", folder.path("whole"), "--out", "page.html"], in: elsewhere)
    #expect(page.exitCode == 0, "\(page.errors)")
  }

  @Test("files of an export's folder spare inputs as well")
  func folders() throws {
    let folder = try ScratchFolder()
    try CohortFiles().write(to: folder)
    try FileManager.default.moveItem(
      atPath: folder.path("samples.tsv"), toPath: folder.path("strong.tsv"))
    let inputs = CohortFiles.inputs.map { $0 == "samples.tsv" ? "strong.tsv" : $0 }
    let made = try Command.slopeqtl(
      ["scan"] + inputs + CohortFiles.everyPair + ["--out", "scan", "--quiet"], in: folder)
    try #require(made.exitCode == 0, "\(made.errors)")
    let kept = try folder.bytes("strong.tsv")
    let result = try Command.slopeqtl(
      ["export", "scan", "--to", "mashr", "--out", "."], in: folder)
    #expect(result.exitCode == 73)
    #expect(result.missing(["strong.tsv", "is a file of the result or of its scan"]) == [])
    #expect(try folder.bytes("strong.tsv") == kept)
    #expect(folder.names(startingWith: "random") == [])
  }

  @Test("no file is named -, and two outputs are told apart however they are spelled")
  func names() throws {
    let folder = try Self.scan()
    for command in Self.commands {
      let result = try Command.slopeqtl(command + ["--out", "-"], in: folder)
      #expect(result.exitCode == 64)
      #expect(result.missing(["/dev/stdout"]) == [])
    }
    #expect(folder.names(startingWith: "-") == [])
    try FileManager.default.createDirectory(
      atPath: folder.path("sub"), withIntermediateDirectories: true)
    let gene = try ResultTable(path: folder.path("scan.genes.tsv.gz")).rows[0]["phenotype_id"]
    for (plot, json) in [
      ("a.svg", "sub/../a.svg"), ("covariates.txt.svg", "covariates.txt"),
      ("a.svg", "genotypes.vcf"),
    ] {
      let result = try Command.slopeqtl(
        ["locus"] + CohortFiles.inputs + ["--gene", gene, "--plot", plot, "--json", json],
        in: folder)
      #expect(result.exitCode == 64, "\(plot) \(json)")
      #expect(result.missing(["'\(json)' stands for two files"]) == [])
    }
    #expect(folder.names(startingWith: "a.svg") == [])
  }

  @Test("messages name the file that was asked for")
  func missingFolder() throws {
    let folder = try Self.scan()
    for command in Self.commands {
      let result = try Command.slopeqtl(command + ["--out", "nowhere/page.x"], in: folder)
      #expect(result.exitCode == 73)
      #expect(result.missing(["nowhere/page.x: cannot create"]) == [])
    }
  }
}
