import BlockGzip
import Glibc

/// The folder of an export of several files, all of which are complete before any has its name.
final class ExportFolder {
  let path: String
  private var files: [ExportFile] = []
  private let spared: Set<FileIdentity>
  private var isNew = false
  private var isCommitted = false

  /// Makes the folder where it is not there.
  ///
  /// - Parameter spared: files that are not written over.
  /// - Throws: `OutputError`.
  init(path: String, sparing spared: Set<FileIdentity>) throws(OutputError) {
    self.path = path
    self.spared = spared
    if mkdir(path, 0o777) == 0 {
      isNew = true
    } else if errno != EEXIST {
      throw OutputError(.cannotCreate, path: path, reason: systemErrorText(errno))
    } else {
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
        throw OutputError(.cannotCreate, path: path, reason: "is a file, not a folder")
      }
    }
  }

  deinit {
    guard isNew, !isCommitted else { return }
    files = []
    rmdir(path)
  }

  /// A new file in the folder.
  func file(_ name: String) throws(OutputError) -> ExportFile {
    let made = try ExportFile(path: path + "/" + name, sparing: spared)
    files.append(made)
    return made
  }

  /// Finishes all files and gives them their names.
  ///
  /// - Returns: their paths.
  func commit() throws(OutputError) -> [String] {
    for file in files { try file.finish() }
    for file in files { try file.commit() }
    isCommitted = true
    return files.map(\.path)
  }
}
