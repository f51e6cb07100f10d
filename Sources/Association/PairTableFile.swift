import BlockGzip
import Glibc

/// `PREFIX.pairs.tsv.gz` and its tabix index: written beside their names and renamed when
/// complete.
struct PairTableFile {
  let path: String

  init(prefix: String) { path = prefix + ".pairs.tsv.gz" }

  /// Merges the runs of `spool` into the table and publishes it.
  func publish(_ spool: RunSpool) throws(OutputError) {
    let partial = path + ".partial"
    let partialIndex = partial + ".tbi"
    do throws(OutputError) {
      let writer = try BlockGzipWriter(path: partial)
      try writer.write(PairTable.header + "\n")
      try RunMerger(spool: spool).merge(into: writer)
      try writer.finish()
      try TabixIndex.build(path: partial, indexPath: partialIndex, layout: .positions)
      try Self.move(partial, to: path)
      try Self.move(partialIndex, to: path + ".tbi")
    } catch {
      unlink(partial)
      unlink(partialIndex)
      throw error
    }
  }

  private static func move(_ from: String, to: String) throws(OutputError) {
    guard rename(from, to) == 0 else {
      throw OutputError(.writeFailed, path: to, reason: systemErrorText(errno))
    }
    try synchronizeFolder(of: to)
  }
}
