/// A file that could not be made or written.
package struct OutputError: Error, Sendable, CustomStringConvertible {
  /// Which step failed; decides the exit code.
  package enum Kind: Sendable {
    /// The file cannot be created (exit code 73).
    case cannotCreate
    /// Another result stands there, which is not overwritten (exit code 73).
    case occupied
    /// Writing, flushing or renaming failed (exit code 74).
    case writeFailed
    /// Another run holds this result (exit code 75).
    case busy
  }

  package var kind: Kind
  package var path: String
  /// The operating system's word for it.
  package var reason: String

  package init(_ kind: Kind, path: String, reason: String) {
    self.kind = kind
    // Who asked for a file knows it by its final name alone.
    self.path =
      path.hasSuffix(StagedOutput.mark) ? String(path.dropLast(StagedOutput.mark.count)) : path
    self.reason = reason
  }

  package var description: String {
    switch kind {
    case .cannotCreate: "\(path): cannot create the output file: \(reason)"
    case .writeFailed: "\(path): writing failed: \(reason)"
    case .occupied, .busy: "\(path): \(reason)"
    }
  }
}
