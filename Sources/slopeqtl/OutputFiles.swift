import BlockGzip
import Tables

/// Text files that a command writes: all are complete before any has its name.
struct OutputFiles {
  private var files: [(path: String, text: TextBuffer)] = []

  mutating func add(_ text: TextBuffer, to path: String) { files.append((path, text)) }

  /// - Throws: `OutputError`.
  func write() throws(OutputError) {
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
