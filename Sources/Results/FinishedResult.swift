import Association
import BlockGzip
import Glibc
import Tables

/// A finished scan by its prefix: its manifest and its tables.
package struct FinishedResult: Sendable {
  package let prefix: String
  package let manifest: Manifest

  package var pairsPath: String { prefix + ".pairs.tsv.gz" }
  package var genesPath: String { prefix + ".genes.tsv.gz" }

  /// Reads the manifest.
  ///
  /// - Throws: `InputError` where there is no finished result of this version.
  package init(prefix: String) throws(InputError) {
    self.prefix = prefix
    manifest = try Manifest.read(
      prefix: prefix,
      missing: InputError(
        "no finished scan under that prefix", expected: "the manifest of a finished scan",
        advice: "give the prefix that the scan or merge had as --out"))
  }

  /// What names of a result's files end in, and of unfinished work.
  package static let suffixes = [
    ".manifest.json", ".pairs.tsv.gz", ".pairs.tsv.gz.tbi", ".genes.tsv.gz", ".signals.tsv.gz",
    ".top.tsv.gz", ".pairs.idx", ".ckpt",
  ]

  /// The prefix of the result that a path is a file of; nil where there is no such result.
  package static func owner(of path: String) -> String? {
    guard let suffix = suffixes.filter(path.hasSuffix).max(by: { $0.count < $1.count }) else {
      return nil
    }
    let prefix = String(path.dropLast(suffix.count))
    return access(prefix + ".manifest.json", F_OK) == 0 ? prefix : nil
  }

  /// The paths of its files.
  package var paths: [String] {
    ([".manifest.json"] + manifest.outputs.map(\.suffix)).map { prefix + $0 }
  }

  /// Compares the files with the sizes and checksums of the manifest.
  ///
  /// - Throws: `InputError` for the first that differs.
  package func verify() throws(InputError) { try manifest.verify(prefix: prefix) }

  /// The rows of the pairs, sorted by chromosome and position.
  package func pairs() throws(InputError) -> ResultTable { try table(".pairs.tsv.gz") }

  /// The rows of the genes, in the order of the expression file.
  package func genes() throws(InputError) -> ResultTable { try table(".genes.tsv.gz") }

  /// Opens the table that the manifest tells of.
  private func table(_ suffix: String) throws(InputError) -> ResultTable {
    guard let path = try file(suffix) else {
      throw InputError(
        "the manifest tells of no table \(suffix)", path: prefix + ".manifest.json",
        expected: "the manifest of a finished scan", advice: "make the result again with --force")
    }
    return try ResultTable(path: path)
  }

  /// Whether every gene was paired with every variant.
  package var isTrans: Bool { manifest.plan.isTrans }

  /// How the tables' numbers are written.
  var numberFormat: NumberFormat { manifest.plan.numberFormat }

  /// Bases on either side of a gene; nil for all pairs.
  package var window: Int? {
    isTrans
      ? nil
      : manifest.plan.settings["window"].flatMap { Int($0) }
        .map { min(max(0, $0), ResultTable.lastPosition) }
  }

  /// Rows with a larger `pval_gi` were not written.
  package var pValueThreshold: Double {
    manifest.plan.settings["pval-threshold"].flatMap { Double($0) } ?? 1
  }
}
