import BlockGzip
import Glibc

/// What stands under an output prefix before a scan or a merge writes there.
struct PriorResult {
  private let prefix: String
  private let manifest: Manifest?

  /// Suffixes of the files of a result, the last one published last.
  static let suffixes = [
    ".pairs.tsv.gz", ".pairs.tsv.gz.tbi", TopRows.suffix, PairIndex.suffix, ".genes.tsv.gz",
    SignalTable.suffix, ".manifest.json",
  ]

  /// Looks at what is there.
  ///
  /// - Parameters:
  ///   - isOwn: whether files without a manifest may be this scan's, published in part.
  ///   - startsOver: whether what is there is overwritten.
  /// - Throws: `OutputError` (`occupied`) where it is another result.
  init(
    prefix: String, identity: PlanIdentity, shard: Shard?, isOwn: Bool, startsOver: Bool
  ) throws(OutputError) {
    self.prefix = prefix
    guard !startsOver else {
      manifest = nil
      return
    }
    let path = prefix + ".manifest.json"
    guard access(path, F_OK) == 0 else {
      manifest = nil
      if !isOwn, let found = Self.suffixes.first(where: { access(prefix + $0, F_OK) == 0 }) {
        throw OutputError(
          .occupied, path: prefix + found,
          reason:
            "stands there without a manifest, so that nobody knows what it is; choose another "
            + "--out, or overwrite it with --force")
      }
      return
    }
    guard let found = try? Manifest.read(path) else {
      throw OutputError(
        .occupied, path: path,
        reason: "is not the manifest of a result of this version; choose another --out, or "
          + "overwrite it with --force")
    }
    guard found.plan.id == identity.id, found.shard?.shard == shard else {
      let difference =
        found.plan.id == identity.id
        ? "shard \(found.shard?.shard.text ?? "none") there, \(shard?.text ?? "none") here"
        : identity.difference(from: found.plan.settings)
      throw OutputError(
        .occupied, path: path,
        reason: "belongs to a result of other inputs or options; \(difference); choose another "
          + "--out, or overwrite it with --force")
    }
    manifest = found
  }

  /// Whether this very result is there, complete.
  ///
  /// - Throws: `InputError` where its files are not those of its manifest.
  func isComplete() throws(InputError) -> Bool {
    guard let manifest else { return false }
    try manifest.verify(prefix: prefix)
    return true
  }

  /// Takes the manifest away, so that files of two results are never taken for one, and the table that
  /// not every result has.
  static func withdraw(prefix: String) {
    unlink(prefix + ".manifest.json")
    unlink(prefix + SignalTable.suffix)
  }
}

extension Manifest {
  /// Compares the result's files with their sizes and checksums.
  ///
  /// - Throws: `InputError` for the first that differs.
  package func verify(prefix: String) throws(InputError) {
    for output in outputs {
      let path = prefix + output.suffix
      let advice = "make the result again with --force"
      guard access(path, F_OK) == 0 else {
        throw InputError(
          "a file of the finished result is missing", kind: .unreadable, path: path,
          expected: "the file its manifest tells of", advice: advice)
      }
      let found = try FileChecksum(path: path)
      guard found.bytes == output.bytes, found.crc32.text == output.crc32 else {
        throw InputError(
          "the file is not the one its manifest tells of", path: path,
          found: "\(found.bytes) bytes, CRC-32 \(found.crc32.text)",
          expected: "\(output.bytes) bytes, CRC-32 \(output.crc32)", advice: advice)
      }
    }
  }
}
