/// A gzip member that holds its bytes uncompressed (RFC 1951, 3.2.4; RFC 1952).
func gzipMember(_ content: some Collection<UInt8>) -> [UInt8] {
  precondition(content.count < 65536)
  let count = UInt16(content.count)
  var member: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1]
  member += littleEndian(UInt32(count), bytes: 2) + littleEndian(UInt32(~count), bytes: 2)
  member += content
  member += littleEndian(crc32(content), bytes: 4)
  return member + littleEndian(UInt32(count), bytes: 4)
}

private func littleEndian(_ value: UInt32, bytes: Int) -> [UInt8] {
  (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

private func crc32(_ content: some Collection<UInt8>) -> UInt32 {
  var remainder: UInt32 = 0xFFFF_FFFF
  for byte in content {
    remainder ^= UInt32(byte)
    for _ in 0..<8 { remainder = remainder >> 1 ^ (remainder & 1 == 1 ? 0xEDB8_8320 : 0) }
  }
  return ~remainder
}
