import CHTSlib
import Glibc

/// Writes BGZF through htslib: blocks are cut by content alone, so equal bytes in give equal
/// bytes out.
package final class BlockGzipWriter {
  package let path: String
  private var handle: UnsafeMutablePointer<BGZF>?

  /// Creates `path`, replacing what is there.
  ///
  /// - Parameter level: deflate level, 1 (fast) to 9 (small).
  /// - Throws: `OutputError` (`cannotCreate`).
  package init(path: String, level: Int = 4) throws(OutputError) {
    self.path = path
    handle = bgzf_open(path, "w\(level)")
    guard handle != nil else {
      throw OutputError(.cannotCreate, path: path, reason: systemErrorText(errno))
    }
  }

  deinit { if let handle { bgzf_close(handle) } }

  /// Appends bytes.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(OutputError) {
    guard bytes.count > 0 else { return }
    guard bgzf_write(handle, bytes.baseAddress, bytes.count) == bytes.count else {
      throw OutputError(.writeFailed, path: path, reason: systemErrorText(errno))
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

  /// Flushes, writes the end-of-file block and closes; the file is on disk when this returns.
  package func finish() throws(OutputError) {
    guard let open = handle else { return }
    handle = nil
    guard bgzf_close(open) == 0 else {
      throw OutputError(.writeFailed, path: path, reason: systemErrorText(errno))
    }
    try synchronizeFile(path)
  }
}

/// Forces a finished file's data to disk.
package func synchronizeFile(_ path: String) throws(OutputError) {
  try synchronize(path, for: path)
}

/// Forces the folder entry of a renamed file to disk.
package func synchronizeFolder(of path: String) throws(OutputError) {
  let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  try synchronize(folder.isEmpty ? "/" : folder, for: path)
}

/// - Parameter subject: what an error names.
private func synchronize(_ path: String, for subject: String) throws(OutputError) {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else {
    throw OutputError(.writeFailed, path: subject, reason: systemErrorText(errno))
  }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else {
    throw OutputError(.writeFailed, path: subject, reason: systemErrorText(errno))
  }
}
