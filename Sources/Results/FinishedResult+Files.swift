import Association
import BlockGzip
import Glibc

extension FinishedResult {
  /// The path of a file of the result; nil where the manifest tells of none, as results of earlier
  /// versions lack some.
  ///
  /// - Throws: `InputError` where the file is missing or has another size than the manifest says.
  package func file(_ suffix: String) throws(InputError) -> String? {
    guard let output = manifest.outputs.first(where: { $0.suffix == suffix }) else { return nil }
    let path = prefix + suffix
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw InputError(
        "a file of the finished result is missing: \(systemErrorText(errno))", kind: .unreadable,
        path: path, expected: "the file its manifest tells of",
        advice: "make the result again with --force")
    }
    guard status.st_size == output.bytes else {
      throw InputError(
        "the file is not the one its manifest tells of", path: path,
        found: "\(status.st_size) bytes", expected: "\(output.bytes) bytes",
        advice: "make the result again with --force")
    }
    return path
  }
}
