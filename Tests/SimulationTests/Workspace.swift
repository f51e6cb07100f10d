import BlockGzip
import Glibc
import TestSupport

/// A folder of its own for one test, removed with the value.
final class Workspace {
  private let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.url.path
  }

  /// Names of the files in the folder, sorted.
  func names() -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The bytes of a file as they stand on disk.
  func bytes(_ name: String) throws -> [UInt8] {
    guard let file = fopen("\(path)/\(name)", "r") else {
      throw InputError("cannot open", kind: .unreadable, path: name)
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
    }
  }

  /// The tab-separated fields of a file's lines, decompressed.
  func table(_ name: String) throws -> [[String]] {
    let reader = try LineReader(path: "\(path)/\(name)")
    var rows: [[String]] = []
    while let line = try reader.next() {
      let text = String(decoding: line, as: UTF8.self)
      rows.append(text.split(separator: "\t", omittingEmptySubsequences: false).map(String.init))
    }
    return rows
  }
}
