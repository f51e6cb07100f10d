import BlockGzip
import Foundation

/// The input files of a scan as cells, to be changed by a test and written.
struct CohortFiles {
  /// The repository's root folder.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Meta lines of the VCF file.
  var meta: [String]
  /// Column line and records; donors from the tenth column on.
  var vcf: [[String]]
  /// Header and genes; samples from the fifth column on.
  var bed: [[String]]
  /// Header and samples.
  var samples: [[String]]
  /// Ids, then one row per covariate.
  var covariates: [[String]]

  private init(vcf: String, bed: String, samples: String, covariates: String) throws {
    let lines = try ScratchFolder.lines(path: vcf)
    meta = lines.filter { $0.hasPrefix("##") }
    self.vcf = lines.filter { !$0.hasPrefix("##") }.map(ResultTable.fields)
    self.bed = try ScratchFolder.lines(path: bed).map(ResultTable.fields)
    self.samples = try ScratchFolder.lines(path: samples).map(ResultTable.fields)
    self.covariates = try ScratchFolder.lines(path: covariates).map(ResultTable.fields)
  }

  /// A cohort of `reference/`, 12 genes × 10 variants on chr1: 19 donors × 16 times for
  /// `cohort_small`, 100 donors × 8 times for the others.
  init(reference name: String = "cohort_small") throws {
    let folder = Self.root.appendingPathComponent("reference/\(name)")
    try self.init(
      vcf: folder.appendingPathComponent("genotypes.vcf").path,
      bed: folder.appendingPathComponent("expression.bed").path,
      samples: folder.appendingPathComponent("samples.tsv").path,
      covariates: folder.appendingPathComponent("covariates.txt").path)
  }

  /// A cohort made by `slopeqtl simulate` with these flags.
  init(simulating flags: [String]) throws {
    let folder = try ScratchFolder()
    let result = try Command.slopeqtl(["simulate", "--out", "cohort"] + flags, in: folder)
    guard result.exitCode == 0 else { throw Failure(text: result.errors) }
    try self.init(
      vcf: folder.path("cohort.vcf.gz"), bed: folder.path("cohort.bed.gz"),
      samples: folder.path("cohort.samples.tsv"), covariates: folder.path("cohort.covariates.txt"))
  }

  /// A command that had to succeed and did not.
  struct Failure: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
  }

  // MARK: Contents

  var donors: [String] { Array(vcf[0].dropFirst(9)) }
  var variantIDs: [String] { vcf.dropFirst().map { $0[2] } }
  var geneIDs: [String] { bed.dropFirst().map { $0[3] } }

  /// The donor of every sample.
  var donorOfSample: [String: String] {
    Dictionary(samples.dropFirst().map { ($0[0], $0[1]) }) { first, _ in first }
  }

  var vcfText: String { meta.map { $0 + "\n" }.joined() + Self.text(vcf) }

  /// Lines of tab-separated cells.
  static func text(_ rows: [[String]]) -> String {
    rows.map { $0.joined(separator: "\t") + "\n" }.joined()
  }

  /// Rows become columns.
  static func transposed(_ rows: [[String]]) -> [[String]] {
    (rows.first ?? []).indices.map { column in rows.map { $0[column] } }
  }

  // MARK: Scanning

  /// The flags that name the files as `write(to:)` does.
  static let inputs = [
    "--vcf", "genotypes.vcf", "--bed", "expression.bed", "--samples", "samples.tsv", "--cov",
    "covariates.txt",
  ]

  /// Flags that test every pair of the reference cohorts.
  static let everyPair = ["--maf", "0", "--mac-donors", "0"]

  /// Writes the four files, uncompressed.
  func write(to folder: ScratchFolder) throws {
    try folder.write(vcfText, to: "genotypes.vcf")
    try folder.write(Self.text(bed), to: "expression.bed")
    try folder.write(Self.text(samples), to: "samples.tsv")
    try folder.write(Self.text(covariates), to: "covariates.txt")
  }

  /// Writes the files to a folder of their own and scans them.
  func scan(_ flags: [String] = []) throws -> ResultTable {
    let folder = try ScratchFolder()
    try write(to: folder)
    return try Self.scan(flags, in: folder)
  }

  /// Scans the files that lie in a folder, to `PREFIX.pairs.tsv.gz`.
  static func scan(
    _ flags: [String] = [], inputs: [String] = inputs, in folder: ScratchFolder,
    prefix: String = "scan"
  ) throws -> ResultTable {
    let result = try Command.slopeqtl(
      ["scan"] + inputs + ["--out", prefix, "--quiet"] + flags, in: folder)
    guard result.exitCode == 0 else {
      throw Failure(text: "exit code \(result.exitCode): \(result.errors)")
    }
    return try ResultTable(path: folder.path("\(prefix).pairs.tsv.gz"))
  }
}
