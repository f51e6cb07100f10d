import Glibc

/// Hands bytes to the system, however many calls it takes.
///
/// - Parameter path: what the descriptor was opened for, for the message.
/// - Throws: `OutputError` (`writeFailed`).
func writeAll(
  _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String
) throws(OutputError) {
  var rest = bytes[...]
  while !rest.isEmpty {
    let part = UnsafeRawBufferPointer(rebasing: rest)
    let count = Glibc.write(descriptor, part.baseAddress, part.count)
    guard count >= 0 else {
      if errno == EINTR { continue }
      throw OutputError(.writeFailed, path: path, reason: systemErrorText(errno))
    }
    rest = rest.dropFirst(count)
  }
}
