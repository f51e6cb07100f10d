import Foundation

/// A folder of a test's own, removed with it.
package final class TemporaryFolder {
  package let url: URL

  package init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "slopeqtl-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of `name` in this folder.
  package func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// Writes bytes and returns the file's path.
  package func write(_ bytes: some Sequence<UInt8>, to name: String = "file") throws -> String {
    let file = url.appendingPathComponent(name)
    try Data(bytes).write(to: file)
    return file.path
  }

  /// Writes text and returns the file's path.
  package func write(_ text: String, to name: String = "file") throws -> String {
    try write(text.utf8, to: name)
  }
}
