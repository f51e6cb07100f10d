import Glibc

/// Doubles in a file without a name: it is gone when this object goes or the process ends, however
/// that happens.
///
/// Numbers are in this machine's byte order. Any number of threads may read at once.
package final class TemporaryNumbers: Sendable {
  private let descriptor: Int32
  /// The folder and what the file holds, for messages.
  private let folder: String
  private let content: String

  /// Makes the file in a folder.
  ///
  /// - Parameter content: what the file holds, for messages.
  /// - Throws: `OutputError` (`cannotCreate`).
  package init(folder: String, content: String) throws(OutputError) {
    self.folder = folder
    self.content = content
    var template = Array("\(folder)/.slopeqtl.XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else {
      throw OutputError(
        .cannotCreate, path: folder,
        reason: "temporary file of \(content): \(systemErrorText(errno))")
    }
    // Not O_TMPFILE: network file systems lack it.
    unlink(template)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit { close(descriptor) }

  /// Writes numbers at the place `index`, counted in numbers.
  ///
  /// - Throws: `OutputError` (`writeFailed`), as on a full disk.
  package func write(_ numbers: [Double], at index: Int) throws(OutputError) {
    let failure = numbers.withUnsafeBytes { bytes in
      transfer(bytes.count, at: index, "written") { done, left, offset in
        // Safe: `left` bytes follow the first `done`.
        pwrite(descriptor, bytes.baseAddress.map { $0 + done }, left, offset)
      }
    }
    if let failure { throw failure }
  }

  /// Reads `count` numbers from the place `index` on.
  ///
  /// - Throws: `OutputError` (`writeFailed`) where numbers written cannot be read back.
  package func read(count: Int, at index: Int) throws(OutputError) -> [Double] {
    var failure: OutputError?
    let numbers = [Double](unsafeUninitializedCapacity: count) { buffer, filled in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      failure = transfer(8 * count, at: index, "read back") { done, left, offset in
        // Safe: the buffer has room for `count` numbers of 8 bytes.
        pread(descriptor, bytes.baseAddress.map { $0 + done }, left, offset)
      }
      filled = failure == nil ? count : 0
    }
    if let failure { throw failure }
    return numbers
  }

  /// Repeats a call of the system until `count` bytes are through.
  ///
  /// - Returns: why they are not.
  private func transfer(
    _ count: Int, at index: Int, _ how: String,
    by call: (_ done: Int, _ left: Int, _ offset: Int) -> Int
  ) -> OutputError? {
    var done = 0
    while done < count {
      let passed = call(done, count - done, 8 * index + done)
      guard passed > 0 else {
        if passed < 0, errno == EINTR { continue }
        let reason = passed == 0 ? "the file was cut" : systemErrorText(errno)
        return OutputError(
          .writeFailed, path: folder, reason: "temporary file of \(content), \(how): \(reason)")
      }
      done += passed
    }
    return nil
  }
}
