import BlockGzip
import Testing

@Suite struct Crc32Tests {
  /// Bit by bit, from the polynomial.
  private static func slow(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { rest, _ in
        rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1
      }
    }
  }

  @Test func `the checksum of bytes is the CRC-32 of gzip`() {
    #expect(Array("123456789".utf8).withUnsafeBytes({ Crc32($0).value }) == 0xCBF4_3926)
    for count in Array(0..<300) + [1023, 4096, 70_001] {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255) }
      #expect(bytes.withUnsafeBytes({ Crc32($0).value }) == Self.slow(bytes))
      // In pieces, and as two parts whose checksums are known.
      let cut = count / 3
      let parts = [bytes[..<cut], bytes[cut...]].map { part in
        part.withUnsafeBytes { Crc32($0) }
      }
      var pieces = parts[0]
      bytes[cut...].withUnsafeBytes { pieces.update($0) }
      #expect(pieces.value == Self.slow(bytes))
      var joined = parts[0]
      joined.append(parts[1], count: count - cut)
      #expect(joined == pieces)
    }
  }
}
