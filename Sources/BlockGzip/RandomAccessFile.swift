import Glibc

/// Bytes of a file at offsets of the caller's choice, each read from the system.
package final class RandomAccessFile {
  package let path: String
  /// Bytes of the file.
  package let size: Int
  private let descriptor: Int32

  /// - Throws: `InputError` (`unreadable`) for a file that is missing, not readable or no file.
  package init(path: String) throws(InputError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      size = 0
      throw InputError(
        "cannot open the file: \(systemErrorText(errno))", kind: .unreadable, path: path)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      size = 0
      throw InputError("is not a file", kind: .unreadable, path: path)
    }
    size = Int(status.st_size)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// `count` bytes from `offset` on.
  ///
  /// - Throws: `InputError` where the file ends before them or cannot be read.
  package func read(count: Int, at offset: Int) throws(InputError) -> [UInt8] {
    precondition(count >= 0 && offset >= 0, "\(count) bytes at \(offset)")
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        // Safe: the buffer has room for `count − filled` bytes behind those filled.
        let got = pread(
          descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, offset + filled)
        if got < 0, errno == EINTR { continue }
        if got < 0 { code = errno }
        guard got > 0 else { return }
        filled += got
      }
    }
    guard code == 0 else {
      throw InputError("reading failed: \(systemErrorText(code))", kind: .readFailed, path: path)
    }
    guard bytes.count == count else {
      throw InputError(
        "the file is truncated", path: path, found: "its end at byte \(offset + bytes.count)",
        expected: "at least \(offset + count) bytes")
    }
    return bytes
  }
}
