import CHTSlib
import Glibc

/// Writes a BGZF table of positions and its tabix index in one pass: chromosome and one-based
/// position are its first two columns.
///
/// The index is the one that `TabixIndex.build` makes of the finished file.
package final class IndexedTableWriter {
  private let writer: FastBlockGzipWriter
  private let indexPath: String
  private let index: OpaquePointer
  /// Chromosomes written so far, as the caller numbers them, in their order.
  private var chromosomes: [Int] = []

  /// Creates the table and writes its header.
  ///
  /// - Parameter header: lines that start with `#`, with their line ends; may be empty.
  /// - Throws: `OutputError`.
  package init(path: String, indexPath: String, header: String) throws(OutputError) {
    hts_set_log_level(HTS_LOG_OFF)
    self.indexPath = indexPath
    writer = try FastBlockGzipWriter(path: path)
    try writer.write(header)
    // Windows of 2^14 bases and five levels above them are what the format prescribes.
    guard let index = hts_idx_init(0, HTS_FMT_TBI, writer.virtualOffset, 14, 5) else {
      throw OutputError(.writeFailed, path: indexPath, reason: "htslib could not start the index")
    }
    self.index = index
  }

  deinit { hts_idx_destroy(index) }

  /// Of the table so far; of all of it once it is finished.
  package var checksum: FileChecksum { writer.checksum }

  /// Appends one row.
  ///
  /// - Parameter chromosome: any number that stands for it; `finish` is told the names.
  /// - Throws: `OutputError`, also where rows are not grouped by chromosome and sorted by position.
  package func write(
    _ row: UnsafeRawBufferPointer, chromosome: Int, position: Int
  ) throws(OutputError) {
    if chromosomes.last != chromosome {
      guard !chromosomes.contains(chromosome) else { throw failure }
      chromosomes.append(chromosome)
    }
    try writer.write(row)
    // Position 0 stands for a telomere in VCF; tabix files it under the first base.
    let start = Int64(max(position - 1, 0))
    guard
      hts_idx_push(
        index, Int32(truncatingIfNeeded: chromosomes.count - 1), start, start + 1,
        writer.virtualOffset, 1) >= 0
    else { throw failure }
  }

  /// Ends the table and writes the index; both are on disk when this returns.
  ///
  /// - Parameter name: the name of a chromosome by its number.
  package func finish(name: (Int) -> String) throws(OutputError) {
    try writer.flush()
    let end = writer.virtualOffset
    try writer.finish()
    var names: [UInt8] = []
    for chromosome in chromosomes { names += Array(name(chromosome).utf8) + [0] }
    // The format's head: a generic table, columns 1, 2 and 2, comments from `#`, no line skipped.
    let head = [TBX_GENERIC, 1, 2, 2, Int32(UInt8(ascii: "#")), 0, Int32(names.count)]
    var meta = head.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
    meta += names
    guard hts_idx_finish(index, end) == 0,
      hts_idx_set_meta(index, UInt32(meta.count), &meta, 1) == 0
    else { throw failure }
    errno = 0
    guard hts_idx_save_as(index, writer.path, indexPath, HTS_FMT_TBI) == 0 else {
      throw OutputError(
        .writeFailed, path: indexPath,
        reason: "htslib could not write the tabix index: \(systemErrorText(errno))")
    }
    try synchronizeFile(indexPath)
  }

  private var failure: OutputError {
    OutputError(
      .writeFailed, path: indexPath,
      reason: "htslib could not build the tabix index (are positions sorted and below 2^29?)")
  }
}
