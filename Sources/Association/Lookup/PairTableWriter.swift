import BlockGzip

/// Writes `PREFIX.pairs.tsv.gz`, its tabix index, and the two files that find rows in it: the first rows
/// by p-value and the places of ids.
final class PairTableWriter {
  static let suffix = ".pairs.tsv.gz"

  private let table: IndexedTableWriter
  private let tabixPath: String
  private let topPath: String
  private let indexPath: String
  private var top: TopRows
  private var index: PairIndexBuilder

  /// Creates the table and writes its header.
  ///
  /// - Parameters:
  ///   - header: without its line end.
  ///   - isTrans: whether rows of a gene lie all over the table.
  /// - Throws: `OutputError`.
  init(output: inout StagedOutput, header: String, isTrans: Bool) throws(OutputError) {
    let path = output.stage(Self.suffix)
    tabixPath = output.stage(Self.suffix + ".tbi")
    topPath = output.stage(TopRows.suffix)
    indexPath = output.stage(PairIndex.suffix)
    guard let top = TopRows(header: header) else {
      throw OutputError(
        .cannotCreate, path: path, reason: "its header has no column pval_gi to find rows by")
    }
    self.top = top
    index = PairIndexBuilder(filesGenes: isTrans)
    table = try IndexedTableWriter(path: path, indexPath: tabixPath, header: header + "\n")
  }

  /// Appends one row with its line end.
  ///
  /// - Parameters:
  ///   - chromosome: any number that stands for it; `finish` is told the names.
  ///   - gene: its place in the expression file.
  /// - Throws: `OutputError`, also where rows are not grouped by chromosome and sorted by position.
  @inline(__always)
  func write(
    _ row: UnsafeRawBufferPointer, chromosome: Int, position: Int, gene: Int
  ) throws(OutputError) {
    try table.write(row, chromosome: chromosome, position: position)
    top.offer(row)
    index.add(row, chromosome: chromosome, position: position, gene: gene)
  }

  /// Ends all four files; they are on disk when this returns.
  ///
  /// - Parameter name: the name of a chromosome by its number.
  /// - Returns: what the manifest tells of them.
  func finish(name: (Int) -> String) throws(ScanFailure) -> [Manifest.Output] {
    let (topChecksum, indexChecksum) = try ScanFailure.writing { () throws(OutputError) in
      try table.finish(name: name)
      return (try top.write(to: topPath), try index.write(to: indexPath, name: name))
    }
    return [
      Manifest.Output(suffix: Self.suffix, checksum: table.checksum),
      try Manifest.Output(suffix: Self.suffix + ".tbi", path: tabixPath),
      Manifest.Output(suffix: TopRows.suffix, checksum: topChecksum),
      Manifest.Output(suffix: PairIndex.suffix, checksum: indexChecksum),
    ]
  }
}

extension Manifest.Output {
  /// - Parameter path: of the finished file, under whatever name.
  /// - Throws: `ScanFailure` where it cannot be read.
  init(suffix: String, path: String) throws(ScanFailure) {
    let checksum = try ScanFailure.reading { () throws(InputError) in try FileChecksum(path: path) }
    self.init(suffix: suffix, checksum: checksum)
  }
}
