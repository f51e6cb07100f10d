import BlockGzip
import Glibc
import Tables

/// Text files that a command writes: all are complete before any has its name.
struct OutputFiles {
  private var files: [(path: String, text: TextBuffer)] = []

  mutating func add(_ text: TextBuffer, to path: String) { files.append((path, text)) }

  /// The first of some paths that names a file for a second time, or one of `inputs`; nil where all
  /// are different files.
  static func clash(_ paths: [String], inputs: [String]) -> String? {
    var seen = inputs.map(identity)
    for path in paths {
      let identity = identity(path)
      if seen.contains(identity) { return path }
      seen.append(identity)
    }
    return nil
  }

  /// Device and number of a file that is there, else its path.
  private static func identity(_ path: String) -> String {
    var status = stat()
    return stat(path, &status) == 0 ? "\(status.st_dev):\(status.st_ino)" : path
  }

  /// - Throws: `OutputError`.
  func write() throws(OutputError) {
    for file in files {
      var status = stat()
      if stat(file.path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
        throw OutputError(.cannotCreate, path: file.path, reason: "is a folder")
      }
    }
    var staged: [StagedFile] = []
    for file in files { staged.append(try StagedFile(path: file.path, text: file.text)) }
    for file in staged { try file.commit() }
  }
}

/// A complete file beside its final name; removed where it never gets that.
private final class StagedFile {
  private var output: StagedOutput

  init(path: String, text: TextBuffer) throws(OutputError) {
    output = StagedOutput(prefix: path)
    try output.write(text.withUnsafeBytes { Array($0) }, to: "")
  }

  func commit() throws(OutputError) { _ = try output.commit() }
}
