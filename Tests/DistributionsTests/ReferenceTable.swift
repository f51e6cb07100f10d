import Foundation

/// The rows of a stored table, without its header; empty when the file cannot be read.
func referenceRows(_ path: String) -> [[Substring]] {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let text = try? String(contentsOf: root.appending(path: "reference/" + path), encoding: .utf8)
  return (text ?? "").split(separator: "\n").dropFirst().map { $0.split(separator: "\t") }
}
