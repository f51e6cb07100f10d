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
    var digest = MD5Digest()
    bytes = try readPieces(of: path) { digest.update($0) }
    md5 = digest.text
  }

  /// MD5 of text, 32 hexadecimal digits.
  package static func md5(of text: String) -> String {
    var digest = MD5Digest()
    var copy = text
    copy.withUTF8 { digest.update(UnsafeRawBufferPointer($0)) }
    return digest.text
  }
}

/// CRC-32 and size of a file's bytes as they are on disk.
package struct FileChecksum: Sendable, Equatable {
  package var bytes: Int
  package var crc32: Crc32

  package init(bytes: Int, crc32: Crc32) {
    self.bytes = bytes
    self.crc32 = crc32
  }

  /// Reads the file once.
  ///
  /// - Throws: `InputError` when it cannot be read.
  package init(path: String) throws(InputError) {
    var checksum = Crc32()
    bytes = try readPieces(of: path) { checksum.update($0) }
    crc32 = checksum
  }
}

/// htslib's MD5, which it makes for its own files.
private struct MD5Digest: ~Copyable {
  private let context = hts_md5_init()

  deinit { hts_md5_destroy(context) }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    hts_md5_update(context, bytes.baseAddress, UInt(bytes.count))
  }

  /// 32 hexadecimal digits; ends the digest.
  var text: String {
    mutating get {
      var digest = [UInt8](repeating: 0, count: 16)
      hts_md5_final(&digest, context)
      var text = [CChar](repeating: 0, count: 33)
      hts_md5_hex(&text, digest)
      return String(decoding: text.prefix(32).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}

/// Reads a file through, in pieces.
///
/// - Returns: its bytes.
/// - Throws: `InputError` when it cannot be read.
private func readPieces(
  of path: String, _ body: (UnsafeRawBufferPointer) -> Void
) throws(InputError) -> Int {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else {
    throw InputError(
      "cannot open the file: \(systemErrorText(errno))", kind: .unreadable, path: path)
  }
  defer { close(descriptor) }
  var total = 0
  var buffer = [UInt8](repeating: 0, count: 1 << 18)
  while true {
    let count = read(descriptor, &buffer, buffer.count)
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else {
      throw InputError("reading failed: \(systemErrorText(errno))", kind: .readFailed, path: path)
    }
    if count == 0 { return total }
    // Safe: `count` bytes of the buffer were filled.
    buffer.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    total += count
  }
}
