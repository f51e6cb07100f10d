import Glibc

/// Where temporary files go that have no better place.
enum ScratchFolder {
  /// `$TMPDIR`, or `/tmp`.
  static var path: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }
}
