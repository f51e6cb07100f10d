import Glibc

/// Writes BGZF for tables whose compression costs more than what fills them.
///
/// ISA-L compresses 1.3 times as fast as htslib's level 1, into files as large.
/// Blocks are cut by content alone, where `BlockGzipWriter` cuts them, so equal bytes in give
/// equal bytes out on processors of one kind.
package final class FastBlockGzipWriter {
  package let path: String
  /// Negative when closed.
  private var descriptor: Int32
  private let compressor = BlockCompressor()
  private let payload: UnsafeMutableRawBufferPointer
  /// Bytes of `payload` that wait for their block; fewer than it holds.
  private var pending = 0
  /// Bytes of the blocks written.
  private var blockAddress: UInt64 = 0
  /// Of the file so far.
  package private(set) var checksum = FileChecksum(bytes: 0, crc32: Crc32())

  /// Creates `path`, replacing what is there.
  ///
  /// - Throws: `OutputError` (`cannotCreate`).
  package init(path: String) throws(OutputError) {
    self.path = path
    // Safe: freed in deinit, never handed out.
    payload = .allocate(byteCount: BlockCompressor.payloadSize, alignment: 64)
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw OutputError(.cannotCreate, path: path, reason: systemErrorText(errno))
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    payload.deallocate()
  }

  /// Appends bytes.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(OutputError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = rest.prefix(payload.count - pending)
      // Safe: `part` is at most the room behind the pending bytes.
      UnsafeMutableRawBufferPointer(rebasing: payload[pending...])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: part))
      pending += part.count
      rest = rest.dropFirst(part.count)
      if pending == payload.count { try flush() }
    }
  }

  /// Appends text as UTF-8.
  package func write(_ text: String) throws(OutputError) {
    var copy = text
    let written: Result<Void, OutputError> = copy.withUTF8 { bytes in
      do throws(OutputError) { return .success(try write(UnsafeRawBufferPointer(bytes))) } catch {
        return .failure(error)
      }
    }
    try written.get()
  }

  /// The virtual offset (block's address and place within it) of the next byte.
  var virtualOffset: UInt64 { blockAddress << 16 | UInt64(pending) }

  /// Closes the current block early.
  func flush() throws(OutputError) {
    guard pending > 0 else { return }
    // Safe: the block is written before the compressor is asked for another.
    let block = compressor.compress(UnsafeRawBufferPointer(rebasing: payload[..<pending]))
    try append(block)
    blockAddress += UInt64(block.count)
    pending = 0
  }

  /// Flushes, writes the end-of-file block and closes; the file is on disk when this returns.
  package func finish() throws(OutputError) {
    guard descriptor >= 0 else { return }
    try flush()
    let ended: Result<Void, OutputError> = BlockCompressor.endOfFile.withUnsafeBytes { bytes in
      do throws(OutputError) { return .success(try append(bytes)) } catch {
        return .failure(error)
      }
    }
    try ended.get()
    let open = descriptor
    descriptor = -1
    guard close(open) == 0 else {
      throw OutputError(.writeFailed, path: path, reason: systemErrorText(errno))
    }
    try synchronizeFile(path)
  }

  /// Hands bytes to the system, and to the checksum.
  private func append(_ bytes: UnsafeRawBufferPointer) throws(OutputError) {
    try writeAll(bytes, to: descriptor, path: path)
    checksum.bytes += bytes.count
    checksum.crc32.update(bytes)
  }
}
