import ArgumentParser
import BlockGzip
import Glibc
import Results
import Tables

/// Text files that a command writes: all are complete before any has its name. Pipes and devices are
/// written last, as they are; a symbolic link's file is written, not the link.
struct OutputFiles {
  private var files: [(path: String, text: TextBuffer)] = []

  mutating func add(_ text: TextBuffer, to path: String) { files.append((path, text)) }

  mutating func add(_ bytes: [UInt8], to path: String) {
    var text = TextBuffer()
    bytes.withUnsafeBytes { text.append(bytes: $0) }
    add(text, to: path)
  }

  /// Refuses what is no name of a file or folder to write.
  ///
  /// - Throws: `ValidationError`.
  static func check(name: String) throws {
    guard !name.isEmpty, name != "-" else {
      throw ValidationError(
        "--out '\(name)': expected a path; standard output is /dev/stdout")
    }
    if let prefix = FinishedResult.owner(of: target(of: name)) {
      throw ValidationError(
        "--out '\(name)' is a file of the result '\(prefix)'; give another path")
    }
  }

  /// Refuses files to write that are named twice, are read as well, or belong to a result.
  ///
  /// - Throws: `ValidationError`.
  static func check(_ paths: [String], inputs: [String]) throws {
    let read = Set(inputs.map(FileIdentity.init))
    var written: Set<FileIdentity> = []
    for path in paths {
      let file = FileIdentity(path)
      if read.contains(file) {
        throw ValidationError(
          "'\(path)' stands for two files, one of which is read; give every output a path of its own"
        )
      }
      guard written.insert(file).inserted else {
        throw ValidationError("'\(path)' stands for two files; give every output a path of its own")
      }
      if let prefix = FinishedResult.owner(of: target(of: path)) {
        throw ValidationError("'\(path)' is a file of the result '\(prefix)'; give another path")
      }
    }
  }

  /// - Throws: `OutputError`.
  func write() throws(OutputError) {
    var streams: [(path: String, text: TextBuffer)] = []
    var staged: [StagedFile] = []
    for file in files {
      var status = stat()
      let kind = stat(file.path, &status) == 0 ? status.st_mode & S_IFMT : S_IFREG
      switch kind {
      case S_IFDIR: throw OutputError(.cannotCreate, path: file.path, reason: "is a folder")
      case S_IFREG:
        staged.append(try StagedFile(path: Self.target(of: file.path), text: file.text))
      default: streams.append(file)
      }
    }
    for file in staged { try file.commit() }
    for file in streams { try Self.write(file.text, to: file.path) }
  }

  /// The file that a symbolic link leads to; other paths as they are.
  private static func target(of path: String) -> String {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK,
      let resolved = realpath(path, nil)
    else { return path }
    defer { free(resolved) }
    // Safe: realpath returns a string that ends with 0.
    return String(cString: resolved)
  }

  /// Writes to a pipe or a device as it is: nothing can be renamed onto it.
  private static func write(_ text: TextBuffer, to path: String) throws(OutputError) {
    guard let file = fopen(path, "w") else {
      throw OutputError(.cannotCreate, path: path, reason: systemErrorText(errno))
    }
    let written = text.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
    let reason = errno
    guard fclose(file) == 0, written == text.count else {
      throw OutputError(
        .writeFailed, path: path, reason: systemErrorText(written == text.count ? errno : reason))
    }
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
