import CHTSlib
import Glibc

/// Decompressed bytes of a plain, gzip, BGZF or Zstandard file, told apart by content.
///
/// BGZF goes through htslib, which checks the CRC of every block; plain text and other gzip through
/// `StreamSource`.
struct ByteSource: ~Copyable {
  private enum Handle {
    case blocks(UnsafeMutablePointer<BGZF>)
    case stream(StreamSource)
    case zstandard(ZstandardSource)
  }

  let path: String
  private let handle: Handle
  /// A file without BGZF's end-of-file block has usually lost its tail.
  private let requiresEndMarker: Bool
  /// What is still to be read; nil reads on to the end of the file.
  private var ranges: ArraySlice<BlockRange>?

  /// Opens `path`.
  ///
  /// - Throws: `InputError` (`unreadable`) when the file is missing, a folder or not readable.
  init(path: String, requiresEndMarker: Bool) throws(InputError) {
    self.path = path
    self.requiresEndMarker = requiresEndMarker
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw InputError(
        "cannot open the file: \(systemErrorText(errno))", kind: .unreadable, path: path,
        advice: "check the path and its permissions")
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw InputError("is a folder, not a file", kind: .unreadable, path: path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      // Inputs are looked at to tell their compression, read, and read again for their checksum.
      throw InputError(
        "is a pipe or device, not a file", kind: .unreadable, path: path,
        advice: "write it to a file first")
    }
    if ZstandardSource.isZstandard(path: path) {
      handle = .zstandard(try ZstandardSource(path: path))
      return
    }
    hts_set_log_level(HTS_LOG_OFF)
    if let blocks = bgzf_open(path, "r") {
      // bgzf_compression answers 2 for BGZF, 1 for plain gzip, 0 for no compression.
      if bgzf_compression(blocks) == 2 {
        handle = .blocks(blocks)
        return
      }
      bgzf_close(blocks)
    }
    handle = .stream(try StreamSource(path: path))
  }

  deinit {
    switch handle {
    case .blocks(let blocks): bgzf_close(blocks)
    case .stream, .zstandard: break
    }
  }

  /// Whether parts of the file can be read without those before.
  var isBlocked: Bool {
    if case .blocks = handle { true } else { false }
  }

  /// Leaves the place reached and reads the bytes of `ranges` one after another, then ends.
  ///
  /// - Precondition: `isBlocked`; the ranges ascend.
  /// - Throws: `InputError` for a file without BGZF's end-of-file block where that is required.
  mutating func restrict(to ranges: [BlockRange]) throws(InputError) {
    guard case .blocks(let blocks) = handle else {
      preconditionFailure("\(path) is not in blocks")
    }
    // Later it would not be looked for.
    try checkEndMarker(blocks)
    self.ranges = ranges[...]
    if let first = ranges.first { try seek(blocks, to: first) }
  }

  /// Fills `buffer` from the front; 0 at the end of the file.
  ///
  /// - Throws: `InputError` for damaged or truncated compression.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    switch handle {
    case .blocks(let blocks):
      ranges == nil
        ? try readBlocks(blocks, into: buffer) : try readRange(blocks, into: buffer)
    case .stream(let stream): try stream.read(into: buffer)
    case .zstandard(let stream): try stream.read(into: buffer)
    }
  }

  private func readBlocks(
    _ blocks: UnsafeMutablePointer<BGZF>, into buffer: UnsafeMutableRawBufferPointer
  ) throws(InputError) -> Int {
    let count = bgzf_read(blocks, buffer.baseAddress, buffer.count)
    let offset = Int(blocks.pointee.block_address)
    guard count >= 0 else { throw failure(blocks, at: offset) }
    if count == 0 { try checkEndMarker(blocks) }
    return count
  }

  /// As `readBlocks`, within the first of `ranges`, and then those after it.
  private mutating func readRange(
    _ blocks: UnsafeMutablePointer<BGZF>, into buffer: UnsafeMutableRawBufferPointer
  ) throws(InputError) -> Int {
    while let range = ranges?.first {
      if Self.place(blocks, Int(blocks.pointee.block_offset)) < range.end {
        if blocks.pointee.block_offset >= blocks.pointee.block_length {
          let offset = Int(blocks.pointee.block_address)
          guard bgzf_read_block(blocks) == 0, blocks.pointee.block_length > 0 else {
            throw failure(blocks, at: offset)
          }
        }
        // Up to the end of the block, or of the range where that lies in it.
        let last = Self.place(blocks, Int(blocks.pointee.block_length))
        let end = last > range.end ? Int(range.end & 0xFFFF) : Int(blocks.pointee.block_length)
        let count = min(end - Int(blocks.pointee.block_offset), buffer.count)
        // A place may be named as the end of a block instead of the start of the next.
        guard count > 0 else { continue }
        return try readBlocks(
          blocks, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
      }
      ranges?.removeFirst()
      if let next = ranges?.first { try seek(blocks, to: next) }
    }
    return 0
  }

  /// The virtual offset of a place in the current block.
  private static func place(_ blocks: UnsafeMutablePointer<BGZF>, _ offset: Int) -> UInt64 {
    UInt64(bitPattern: blocks.pointee.block_address) << 16 + UInt64(offset)
  }

  private func seek(
    _ blocks: UnsafeMutablePointer<BGZF>, to range: BlockRange
  ) throws(InputError) {
    guard bgzf_seek(blocks, Int64(bitPattern: range.start), SEEK_SET) == 0 else {
      throw failure(blocks, at: Int(range.start >> 16))
    }
  }

  /// Why a block could not be had.
  private func failure(_ blocks: UnsafeMutablePointer<BGZF>, at offset: Int) -> InputError {
    if let failed = InputError.readFailure(of: blocks, path: path) { return failed }
    return InputError(
      "damaged or truncated BGZF block", path: path, found: "an invalid block at byte \(offset)",
      expected: "a complete block with the right CRC32",
      advice: "copy or make the file again")
  }

  private func checkEndMarker(_ blocks: UnsafeMutablePointer<BGZF>) throws(InputError) {
    let hasMarker = bgzf_check_EOF(blocks)
    if hasMarker < 0, let failed = InputError.readFailure(of: blocks, path: path) { throw failed }
    guard requiresEndMarker, hasMarker == 0 else { return }
    let offset = Int(blocks.pointee.block_address)
    throw InputError(
      "BGZF file is truncated", path: path,
      found: ranges == nil && offset > 0
        ? "the end of the file at byte \(offset)" : "the end of the file",
      expected: "BGZF's empty end-of-file block",
      advice: "copy or make the file again, or accept it as it is with --allow-no-eof")
  }
}

extension InputError {
  /// What the system reported of a file that htslib reads; nil where no read has failed.
  package static func readFailure(
    of blocks: UnsafeMutablePointer<BGZF>, path: String
  ) -> InputError? {
    let code = shim_read_error(blocks)
    guard code != 0 else { return nil }
    return InputError("reading failed: \(systemErrorText(code))", kind: .readFailed, path: path)
  }
}
