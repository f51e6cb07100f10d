import BlockGzip
import CHTSlib
import Glibc

/// Records of a BCF file, one at a time, read by htslib.
final class BCFReader: RecordReader {
  let path: String
  /// One-based number of the record last read; 0 before the first.
  private(set) var recordNumber = 0
  var place: Int? { recordNumber == 0 || ranges != nil ? nil : recordNumber }
  let isCutOff = false
  let donorIDs: [String]

  let header: UnsafeMutablePointer<bcf_hdr_t>
  /// The record last read; htslib keeps it until the next.
  let record: UnsafeMutablePointer<bcf1_t>
  private let file: UnsafeMutablePointer<htsFile>
  /// A file without BGZF's end-of-file block has usually lost its tail.
  private let requiresEndMarker: Bool
  private var text = kstring_t()
  /// What is still to be read; nil reads on to the end of the file.
  private var ranges: ArraySlice<BlockRange>?

  /// Opens the file and reads its header.
  ///
  /// - Throws: `InputError` for an unreadable file, other content or a malformed header.
  init(path: String, requiresEndMarker: Bool) throws(InputError) {
    self.path = path
    self.requiresEndMarker = requiresEndMarker
    // It tells a missing file or a folder from other trouble, and damage in the first block.
    _ = try LineReader(path: path, requiresEndMarker: requiresEndMarker).starts(with: "BCF".utf8)
    hts_set_log_level(HTS_LOG_OFF)
    guard let blocks = bgzf_open(path, "r") else { throw Self.cannotOpen(path) }
    defer { bgzf_close(blocks) }
    donorIDs = try BCFHeader(path: path, blocks: blocks).donorIDs

    guard let file = hts_open(path, "r") else { throw Self.cannotOpen(path) }
    guard let header = bcf_hdr_read(file) else {
      hts_close(file)
      throw Self.malformedHeader(path)
    }
    guard Int(header.pointee.n.2) == donorIDs.count, let record = bcf_init() else {
      bcf_hdr_destroy(header)
      hts_close(file)
      throw Self.malformedHeader(path)
    }
    self.file = file
    self.header = header
    self.record = record
  }

  deinit {
    free(text.s)
    bcf_destroy(record)
    bcf_hdr_destroy(header)
    hts_close(file)
  }

  /// Reads the next record up to its alleles; false after the last.
  ///
  /// - Throws: `InputError` for damaged or truncated compression and malformed records.
  func next() throws(InputError) -> Bool {
    guard try seekNext() else { return false }
    let status = bcf_read(file, header, record)
    guard status >= -1, status == 0 || ranges == nil else { throw damage() }
    guard status == 0 else {
      try checkEnd()
      return false
    }
    recordNumber += 1
    guard bcf_unpack(record, BCF_UN_STR) == 0 else { throw malformedRecord("unreadable alleles") }
    return true
  }

  /// Whether `restrict` can be used.
  var isBlocked: Bool { file.pointee.fp.bgzf.map { bgzf_compression($0) == 2 } ?? false }

  /// Leaves the place reached and goes on with the records of `ranges` alone.
  ///
  /// - Precondition: `isBlocked`; the ranges ascend.
  /// - Throws: `InputError` for a file without BGZF's end-of-file block where that is required.
  func restrict(to ranges: [BlockRange]) throws(InputError) {
    try checkEnd()
    self.ranges = ranges[...]
    if let first = ranges.first { try seek(to: first) }
  }

  /// Goes to the next range where the first is read; false after the last.
  private func seekNext() throws(InputError) -> Bool {
    guard ranges != nil, let blocks = file.pointee.fp.bgzf else { return true }
    while let range = ranges?.first {
      let place =
        UInt64(bitPattern: blocks.pointee.block_address) << 16
        + UInt64(blocks.pointee.block_offset)
      if place < range.end { return true }
      ranges?.removeFirst()
      if let next = ranges?.first { try seek(to: next) }
    }
    return false
  }

  private func seek(to range: BlockRange) throws(InputError) {
    guard bgzf_seek(file.pointee.fp.bgzf, Int64(bitPattern: range.start), SEEK_SET) == 0 else {
      throw damage()
    }
  }

  /// The record's FORMAT fields; valid until the next record.
  func formats() throws(InputError) -> UnsafeBufferPointer<bcf_fmt_t> {
    guard bcf_unpack(record, BCF_UN_FMT) == 0 else { throw malformedRecord("unreadable FORMAT") }
    // Safe: htslib holds `n_fmt` elements after unpacking.
    return UnsafeBufferPointer(start: record.pointee.d.fmt, count: Int(record.pointee.n_fmt))
  }

  /// The name of a FORMAT field.
  func name(of format: bcf_fmt_t) -> String {
    guard format.id >= 0, format.id < header.pointee.n.0,
      let key = header.pointee.id.0?[Int(format.id)].key
    else { return "?" }
    return String(cString: key)
  }

  /// The header's number of FORMAT field `name`, or -1.
  func number(ofFormat name: String) -> Int32 { bcf_hdr_id2int(header, BCF_DT_ID, name) }

  /// The name of the record's chromosome; empty when the header does not have it.
  var chromosome: UnsafeRawBufferPointer { Self.bytes(bcf_seqname(header, record)) }

  /// The bytes of a C string.
  static func bytes(_ text: UnsafePointer<CChar>?) -> UnsafeRawBufferPointer {
    // Safe: htslib ends its strings with a zero byte.
    UnsafeRawBufferPointer(start: text, count: text.map { strlen($0) } ?? 0)
  }

  /// The record as a line of VCF text without its line end; valid until the next call.
  func textLine() throws(InputError) -> UnsafeRawBufferPointer {
    text.l = 0
    guard vcf_format(header, record, &text) == 0, let start = text.s else {
      throw malformedRecord("a record without a text form")
    }
    let line = UnsafeRawBufferPointer(start: start, count: text.l)
    return line.last == 0x0A ? UnsafeRawBufferPointer(rebasing: line.dropLast()) : line
  }

  /// What `bcf_read` and `bcf_unpack` failed on.
  private func damage() -> InputError {
    if let failed = InputError.readFailure(of: file.pointee.fp.bgzf, path: path) { return failed }
    let blocks = file.pointee.fp.bgzf.pointee
    let code = record.pointee.errcode
    if blocks.errcode == 0, code != 0 {
      recordNumber += 1
      return malformedRecord(Self.words(forErrorCode: code))
    }
    return InputError(
      "damaged or truncated BCF file", path: path,
      found: "an invalid block or record at byte \(blocks.block_address), "
        + "after \(recordNumber) records",
      expected: "complete blocks with the right CRC32 and complete records",
      advice: "copy or make the file again")
  }

  private static func words(forErrorCode code: Int32) -> String {
    if code & (BCF_ERR_CTG_UNDEF | BCF_ERR_CTG_INVALID) != 0 {
      return "a chromosome that the header does not have"
    }
    if code & (BCF_ERR_TAG_UNDEF | BCF_ERR_TAG_INVALID) != 0 {
      return "a field that the header does not have"
    }
    return "htslib's error \(code)"
  }

  private func checkEnd() throws(InputError) {
    guard let blocks = file.pointee.fp.bgzf else { return }
    // bgzf_compression answers 2 for BGZF, 1 for plain gzip, 0 for no compression.
    guard requiresEndMarker, bgzf_compression(blocks) == 2, bgzf_check_EOF(blocks) == 0 else {
      return
    }
    throw InputError(
      "BGZF file is truncated", path: path,
      found: "the end of the file at byte \(blocks.pointee.block_address), "
        + "after \(recordNumber) records",
      expected: "BGZF's empty end-of-file block",
      advice: "copy or make the file again, or accept it as it is with --allow-no-eof")
  }

  private func malformedRecord(_ found: String) -> InputError {
    error(
      "malformed BCF record", found: found, expected: "a record as the BCF specification has it",
      advice: "make the file again, for example with bcftools view -O b")
  }

  private static func cannotOpen(_ path: String) -> InputError {
    InputError(
      "cannot open the file: \(systemErrorText(errno))", kind: .unreadable, path: path,
      advice: "check the path and its permissions")
  }

  private static func malformedHeader(_ path: String) -> InputError {
    InputError(
      "malformed BCF header", path: path, found: "a header that htslib cannot read",
      expected: "a VCF header", advice: "make the file again, for example with bcftools view -O b")
  }
}
