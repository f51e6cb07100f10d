import BlockGzip
import Glibc
import Tables

/// One file of an export: written beside its name, which it gets once all files are complete. Pipes
/// and devices are written as they are; `.gz` is compressed (BGZF).
final class ExportFile {
  private enum Sink {
    case plain(UnsafeMutablePointer<FILE>)
    case compressed(FastBlockGzipWriter)
    case closed
  }

  let path: String
  /// What is to be written next.
  var text = TextBuffer()
  private var staged: StagedOutput
  private let isStream: Bool
  private var sink: Sink

  /// - Parameter spared: files that are not written over.
  /// - Throws: `OutputError`.
  init(path: String, sparing spared: Set<FileIdentity>) throws(OutputError) {
    guard !spared.contains(FileIdentity(path)) else {
      throw OutputError(
        .occupied, path: path, reason: "is a file of the result or of its scan; give another --out")
    }
    var status = stat()
    let isThere = stat(path, &status) == 0
    let kind = isThere ? status.st_mode & S_IFMT : S_IFREG
    guard kind != S_IFDIR else {
      throw OutputError(.cannotCreate, path: path, reason: "is a folder")
    }
    self.path = path
    isStream = kind != S_IFREG
    // A symbolic link's file is written, not the link.
    let target = isThere && !isStream ? Self.resolved(path) : path
    staged = StagedOutput(prefix: target)
    let place = isStream ? path : staged.stage("")
    if path.hasSuffix(".gz") {
      sink = .compressed(try FastBlockGzipWriter(path: place))
    } else {
      guard let file = fopen(place, "w") else {
        throw OutputError(.cannotCreate, path: path, reason: systemErrorText(errno))
      }
      sink = .plain(file)
    }
  }

  deinit { if case .plain(let file) = sink { fclose(file) } }

  private static func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    // Safe: realpath returns a string that ends with 0.
    return String(cString: resolved)
  }

  /// Writes `text` where it is long, or at the end.
  func flush(atEnd: Bool = false) throws(OutputError) {
    guard atEnd || text.count >= 1 << 16 else { return }
    switch sink {
    case .compressed(let writer):
      try text.withUnsafeBytes { bytes throws(OutputError) in try writer.write(bytes) }
    case .plain(let file):
      let written = text.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
      guard written == text.count else { throw failure(errno) }
    case .closed: break
    }
    text.removeAll()
  }

  /// Writes what is left and closes; the file is on disk when this returns.
  func finish() throws(OutputError) {
    try flush(atEnd: true)
    // Many finished files may wait for the last of theirs.
    text = TextBuffer()
    let open = sink
    sink = .closed
    switch open {
    case .compressed(let writer): try writer.finish()
    case .plain(let file):
      let isFlushed = fflush(file) == 0 && (isStream || fsync(fileno(file)) == 0)
      let reason = errno
      guard fclose(file) == 0, isFlushed else { throw failure(isFlushed ? errno : reason) }
    case .closed: break
    }
  }

  /// Gives the finished file its name.
  func commit() throws(OutputError) {
    guard !isStream else { return }
    _ = try staged.commit()
  }

  private func failure(_ code: Int32) -> OutputError {
    OutputError(.writeFailed, path: path, reason: systemErrorText(code))
  }
}
