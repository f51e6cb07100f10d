import Glibc

/// The text of an `errno` value (glibc keeps `strerror`'s buffer per thread).
package func systemErrorText(_ code: Int32) -> String {
  strerror(code).map { String(cString: $0) } ?? "error \(code)"
}
