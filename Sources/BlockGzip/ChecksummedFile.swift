import Glibc

/// Writes a binary file from front to end that ends with the CRC-32 of all before, little-endian.
package final class ChecksummedFile {
  package let path: String
  /// Negative when closed.
  private var descriptor: Int32
  /// Of the file so far; of all of it once it is finished.
  package private(set) var checksum = FileChecksum(bytes: 0, crc32: Crc32())

  /// Creates `path`, replacing what is there.
  ///
  /// - Throws: `OutputError` (`cannotCreate`).
  package init(path: String) throws(OutputError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw OutputError(.cannotCreate, path: path, reason: systemErrorText(errno))
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Appends bytes.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(OutputError) {
    try writeAll(bytes, to: descriptor, path: path)
    checksum.bytes += bytes.count
    checksum.crc32.update(bytes)
  }

  /// Appends bytes.
  package func write(_ bytes: [UInt8]) throws(OutputError) {
    let written: Result<Void, OutputError> = bytes.withUnsafeBytes { bytes in
      do throws(OutputError) { return .success(try write(bytes)) } catch { return .failure(error) }
    }
    try written.get()
  }

  /// Appends the CRC-32 and closes; the file is on disk when this returns.
  package func finish() throws(OutputError) {
    let value = checksum.crc32.value
    try write(withUnsafeBytes(of: value.littleEndian) { Array($0) })
    let open = descriptor
    descriptor = -1
    guard close(open) == 0 else {
      throw OutputError(.writeFailed, path: path, reason: systemErrorText(errno))
    }
    try synchronizeFile(path)
  }
}
