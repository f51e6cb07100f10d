import CISAL
import CZlib

/// CRC-32 as gzip has it, over bytes that come in pieces.
package struct Crc32: Sendable, Equatable {
  package private(set) var value: UInt32 = 0

  package init() {}

  /// The checksum of bytes in one piece.
  package init(_ bytes: UnsafeRawBufferPointer) { update(bytes) }

  /// Takes in the bytes that follow.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    // Safe: ISA-L reads `bytes.count` bytes from the start.
    value = crc32_gzip_refl(
      value, start.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
  }

  /// Takes in `count` bytes whose checksum is known.
  package mutating func append(_ checksum: Crc32, count: Int) {
    value = UInt32(truncatingIfNeeded: crc32_combine(UInt(value), UInt(checksum.value), count))
  }

  /// Eight hexadecimal digits.
  package var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
