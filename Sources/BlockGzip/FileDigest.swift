import CHTSlib
import Glibc

/// MD5 and size of a file's bytes as they are on disk.
package struct FileDigest: Sendable, Equatable {
  package let bytes: Int
  /// 32 hexadecimal digits.
  package let md5: String

  /// Reads the file once.
  ///
  /// - Throws: `InputError` when it cannot be read.
  package init(path: String) throws(InputError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw InputError(
        "cannot open the file: \(systemErrorText(errno))", kind: .unreadable, path: path)
    }
    defer { close(descriptor) }
    let context = hts_md5_init()
    defer { hts_md5_destroy(context) }
    var total = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw InputError(
          "reading failed: \(systemErrorText(errno))", kind: .readFailed, path: path)
      }
      if count == 0 { break }
      hts_md5_update(context, buffer, UInt(count))
      total += count
    }
    var digest = [UInt8](repeating: 0, count: 16)
    hts_md5_final(&digest, context)
    var text = [CChar](repeating: 0, count: 33)
    hts_md5_hex(&text, digest)
    bytes = total
    md5 = String(decoding: text.prefix(32).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
