import Foundation
import Testing

/// A scan of several chunks with the tables that it must always make.
struct SplitScan {
  static let tables = [
    "pairs.tsv.gz", "pairs.tsv.gz.tbi", "genes.tsv.gz", "top.tsv.gz", "pairs.idx",
  ]
  /// The files of a result, sorted.
  static let files = [
    "genes.tsv.gz", "manifest.json", "pairs.idx", "pairs.tsv.gz", "pairs.tsv.gz.tbi", "top.tsv.gz",
  ]

  let folder: ScratchFolder
  /// Tables of the undisturbed scan.
  let expected: [Data]

  /// The scan's arguments, without `--out`.
  static let arguments =
    [
      "scan", "--vcf", "cohort.vcf.gz", "--bed", "cohort.bed.gz", "--samples",
      "cohort.samples.tsv", "--cov", "cohort.covariates.txt", "--threads", "1", "--quiet",
    ]

  /// Simulates a cohort and scans it to `whole`.
  ///
  /// - Parameter variants: every 256 of a chromosome begin a chunk.
  init(genes: Int = 12, variants: Int = 900, flags: [String] = []) throws {
    folder = try ScratchFolder()
    let made = try Command.slopeqtl(
      [
        "simulate", "--out", "cohort", "--donors", "20", "--times", "4", "--genes", "\(genes)",
        "--variants", "\(variants)", "--chromosomes", "3", "--missing", "0.05", "--seed", "8",
        "--quiet",
      ], in: folder)
    try #require(made.exitCode == 0, "\(made.errors)")
    let scanned = try Command.slopeqtl(
      Self.arguments + flags + ["--out", "whole"], in: folder)
    try #require(scanned.exitCode == 0, "\(scanned.errors)")
    let folder = folder
    expected = try Self.tables.map { try folder.bytes("whole.\($0)") }
  }

  /// Runs the scan.
  func run(_ flags: [String] = [], out: String) throws -> CommandResult {
    try Command.slopeqtl(Self.arguments + flags + ["--out", out], in: folder)
  }

  /// The scan as a line of shell.
  static func line(_ flags: [String] = [], out: String) -> String {
    (["slopeqtl"] + arguments + flags + ["--out", out]).joined(separator: " ")
  }

  /// The tables under a prefix must be those of the undisturbed scan, with nothing beside them.
  func expectWhole(_ prefix: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    for (table, bytes) in zip(Self.tables, expected) {
      let found = try folder.bytes("\(prefix).\(table)")
      #expect(found == bytes, "\(prefix).\(table)", sourceLocation: sourceLocation)
    }
    #expect(
      folder.names(startingWith: prefix + ".") == Self.files.map { "\(prefix).\($0)" },
      sourceLocation: sourceLocation)
  }

  /// A table that stands under its final name must be complete, and a manifest must not stand alone.
  func expectNothingHalf(
    _ prefix: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let names = folder.names(startingWith: prefix + ".")
    for (table, bytes) in zip(Self.tables, expected) where names.contains("\(prefix).\(table)") {
      let found = try folder.bytes("\(prefix).\(table)")
      #expect(found == bytes, "\(prefix).\(table)", sourceLocation: sourceLocation)
    }
    if names.contains("\(prefix).manifest.json") {
      #expect(
        Self.tables.allSatisfy { names.contains("\(prefix).\($0)") }, "\(names)",
        sourceLocation: sourceLocation)
    }
  }

  /// Deletes everything under a prefix.
  func remove(_ prefix: String) throws {
    for name in folder.names(startingWith: prefix + ".") {
      try FileManager.default.removeItem(at: folder.url.appendingPathComponent(name))
    }
  }
}
