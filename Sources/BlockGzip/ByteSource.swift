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

  /// Fills `buffer` from the front; 0 at the end of the file.
  ///
  /// - Throws: `InputError` for damaged or truncated compression.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    switch handle {
    case .blocks(let blocks): try readBlocks(blocks, into: buffer)
    case .stream(let stream): try stream.read(into: buffer)
    case .zstandard(let stream): try stream.read(into: buffer)
    }
  }

  private func readBlocks(
    _ blocks: UnsafeMutablePointer<BGZF>, into buffer: UnsafeMutableRawBufferPointer
  ) throws(InputError) -> Int {
    let count = bgzf_read(blocks, buffer.baseAddress, buffer.count)
    let offset = Int(blocks.pointee.block_address)
    guard count >= 0 else {
      throw InputError(
        "damaged or truncated BGZF block", path: path, found: "an invalid block at byte \(offset)",
        expected: "a complete block with the right CRC32",
        advice: "copy or make the file again")
    }
    if count == 0, requiresEndMarker, bgzf_check_EOF(blocks) == 0 {
      throw InputError(
        "BGZF file is truncated", path: path, found: "the end of the file at byte \(offset)",
        expected: "BGZF's empty end-of-file block",
        advice: "copy or make the file again, or accept it as it is with --allow-no-eof")
    }
    return count
  }
}
