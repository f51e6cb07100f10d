import CHTSlib

/// Builds tabix indexes of finished BGZF tables.
package enum TabixIndex {
  /// Which columns hold the coordinates (one-based column numbers).
  package enum Layout: Sendable {
    /// Chromosome and one-based position in columns 1 and 2.
    case positions
    /// Chromosome, zero-based start and end in columns 1 to 3.
    case bed
    case vcf
  }

  /// Indexes `path` and writes the index to `indexPath` (`.tbi` format).
  ///
  /// - Precondition: rows are grouped by chromosome and sorted by position; a first line that
  ///   starts with `#` is a header.
  /// - Throws: `OutputError` (`writeFailed`) when htslib cannot index or write.
  package static func build(
    path: String, indexPath: String, layout: Layout
  ) throws(OutputError) {
    hts_set_log_level(HTS_LOG_OFF)
    var configuration: tbx_conf_t
    switch layout {
    case .positions:
      configuration = tbx_conf_t(
        preset: TBX_GENERIC, sc: 1, bc: 2, ec: 2, meta_char: Int32(UInt8(ascii: "#")), line_skip: 0)
    case .bed:
      configuration = tbx_conf_t(
        preset: TBX_GENERIC | TBX_UCSC, sc: 1, bc: 2, ec: 3,
        meta_char: Int32(UInt8(ascii: "#")), line_skip: 0)
    case .vcf:
      configuration = tbx_conf_t(
        preset: 2, sc: 1, bc: 2, ec: 0, meta_char: Int32(UInt8(ascii: "#")), line_skip: 0)
    }
    guard tbx_index_build3(path, indexPath, 0, 0, &configuration) == 0 else {
      throw OutputError(
        .writeFailed, path: indexPath,
        reason: "htslib could not build the tabix index (are positions sorted and below 2^29?)")
    }
    try synchronizeFile(indexPath)
  }
}
