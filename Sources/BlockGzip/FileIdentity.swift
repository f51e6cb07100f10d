import Glibc

/// Which file a path stands for, however it is spelled.
///
/// Symbolic links are followed; a file that is not there yet is known by its folder and its name.
package struct FileIdentity: Hashable, Sendable {
  private enum Form: Hashable {
    case present(device: UInt, number: UInt)
    case absent(device: UInt, folder: UInt, name: String)
    /// Its folder is not there either.
    case nowhere(String)
  }

  private let form: Form

  package init(_ path: String) { form = Self.form(path, links: 8) }

  /// Whether there is such a file.
  package var isPresent: Bool {
    if case .present = form { true } else { false }
  }

  private static func form(_ path: String, links: Int) -> Form {
    if let (device, number) = numbers(path) { return .present(device: device, number: number) }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    // A link to a file that is not there yet stands for that file.
    if links > 0, let target = linkTarget(path) {
      return form(target.hasPrefix("/") ? target : folder + target, links: links - 1)
    }
    guard let (device, number) = numbers(folder.isEmpty ? "." : folder) else {
      return .nowhere(path)
    }
    return .absent(device: device, folder: number, name: String(path.dropFirst(folder.count)))
  }

  private static func numbers(_ path: String) -> (device: UInt, number: UInt)? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return (UInt(status.st_dev), UInt(status.st_ino))
  }

  private static func linkTarget(_ path: String) -> String? {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &bytes, bytes.count)
    guard count > 0 else { return nil }
    return String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
