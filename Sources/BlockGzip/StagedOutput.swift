import Glibc

/// Files written beside their final names (`.partial`) and renamed together once all are complete.
///
/// What was not committed is removed when the value dies, so that an error leaves no half file.
package struct StagedOutput: ~Copyable {
  /// What a file's name ends in while it is not complete.
  static let mark = ".partial"

  private let prefix: String
  private var suffixes: [String] = []
  private var isCommitted = false

  package init(prefix: String) { self.prefix = prefix }

  deinit {
    guard !isCommitted else { return }
    for suffix in suffixes { unlink(prefix + suffix + Self.mark) }
  }

  /// The temporary path of `PREFIX<suffix>`, which `commit` will rename.
  package mutating func stage(_ suffix: String) -> String {
    suffixes.append(suffix)
    return prefix + suffix + Self.mark
  }

  /// Writes a plain text file.
  ///
  /// - Throws: `OutputError`.
  package mutating func write(_ text: [UInt8], to suffix: String) throws(OutputError) {
    let path = stage(suffix)
    guard let file = fopen(path, "w") else {
      throw OutputError(.cannotCreate, path: path, reason: systemErrorText(errno))
    }
    let written = fwrite(text, 1, text.count, file)
    let reason = errno
    guard fclose(file) == 0, written == text.count else {
      throw OutputError(
        .writeFailed, path: path,
        reason: systemErrorText(written == text.count ? errno : reason))
    }
    try synchronizeFile(path)
  }

  /// Renames every file to its final name, in the order staged.
  ///
  /// - Returns: the final paths.
  /// - Throws: `OutputError` (`writeFailed`; `cannotCreate` where a name is that of a pipe or a device).
  package mutating func commit() throws(OutputError) -> [String] {
    for suffix in suffixes {
      // A rename would put a file in the stead of a pipe or a device.
      var status = stat()
      guard lstat(prefix + suffix, &status) == 0 else { continue }
      let kind = status.st_mode & S_IFMT
      guard kind == S_IFREG || kind == S_IFLNK || kind == S_IFDIR else {
        throw OutputError(
          .cannotCreate, path: prefix + suffix, reason: "is a pipe or a device, not a file")
      }
    }
    for suffix in suffixes {
      let path = prefix + suffix
      guard rename(path + Self.mark, path) == 0 else {
        throw OutputError(.writeFailed, path: path, reason: systemErrorText(errno))
      }
    }
    isCommitted = true
    // The renames themselves must survive a power cut.
    try synchronizeFolder(of: prefix)
    return suffixes.map { prefix + $0 }
  }
}
