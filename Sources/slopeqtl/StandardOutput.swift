import BlockGzip
import Glibc

/// Where results go; a reader that goes away before the end is no error.
enum StandardOutput {
  /// Writes all of `text`.
  ///
  /// - Throws: `OutputError` (`writeFailed`), but not for a closed pipe.
  static func write(_ text: String) throws(OutputError) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        if errno == EPIPE { return }
        throw OutputError(
          .writeFailed, path: "standard output", reason: String(cString: strerror(errno)))
      }
      rest = rest.dropFirst(count)
    }
  }
}
