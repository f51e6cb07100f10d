import BlockGzip
import Glibc
import Tables

/// Where results go; a reader that goes away before the end is no error.
enum StandardOutput {
  /// Writes all of `text`.
  ///
  /// - Throws: `OutputError` (`writeFailed`), but not for a closed pipe.
  static func write(_ text: String) throws(OutputError) {
    var buffer = TextBuffer()
    buffer.append(text)
    _ = try write(buffer)
  }

  /// Writes all of `text`.
  ///
  /// - Returns: whether anybody still reads.
  /// - Throws: `OutputError` (`writeFailed`), but not for a closed pipe.
  static func write(_ text: TextBuffer) throws(OutputError) -> Bool {
    try text.withUnsafeBytes { bytes throws(OutputError) in
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        let count = Glibc.write(STDOUT_FILENO, part.baseAddress, part.count)
        if count < 0 {
          if errno == EINTR { continue }
          if errno == EPIPE { return false }
          throw OutputError(
            .writeFailed, path: "standard output", reason: String(cString: strerror(errno)))
        }
        rest = rest.dropFirst(count)
      }
      return true
    }
  }
}
