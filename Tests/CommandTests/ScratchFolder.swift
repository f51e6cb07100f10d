import BlockGzip
import Foundation
import Testing

/// A folder of a test's own, removed with it.
final class ScratchFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "slopeqtl-command-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of `name` in this folder.
  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// Writes text.
  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: url.appendingPathComponent(name))
  }

  /// Writes one id a line.
  func write(ids: some Sequence<String>, to name: String) throws {
    try write(ids.map { $0 + "\n" }.joined(), to: name)
  }

  /// The bytes of a file.
  func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: url.appendingPathComponent(name))
  }

  /// Expects two files to have the same bytes, and says where they first differ.
  func expectSame(
    _ first: String, _ second: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (a, b) = (try bytes(first), try bytes(second))
    guard a != b else { return }
    let place = zip(a, b).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    let lines = zip(try self.lines(first), try self.lines(second)).first { $0 != $1 }
    Issue.record(
      """
      \(first) has \(a.count) bytes, \(second) \(b.count); the first that differs is \(place ?? -1); \
      lines: \(lines.map { "\($0) | \($1)" } ?? "the same")
      """, sourceLocation: sourceLocation)
  }

  /// Names of the files whose name begins with `prefix`, sorted.
  func names(startingWith prefix: String = "") -> [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    return all.filter { $0.hasPrefix(prefix) }.sorted()
  }

  /// The lines of a plain, gzip or bgzip file.
  func lines(_ name: String) throws -> [String] { try Self.lines(path: path(name)) }

  /// The lines of a plain, gzip or bgzip file.
  static func lines(path: String) throws -> [String] {
    let reader = try LineReader(path: path)
    var lines: [String] = []
    while let line = try reader.next() { lines.append(String(decoding: line, as: UTF8.self)) }
    return lines
  }
}
