/// Reads the bytes of one `.pgen` record from front to back.
struct PgenCursor {
  private let bytes: UnsafeRawBufferPointer
  private var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Bytes not yet read.
  var remaining: Int { bytes.count - offset }

  /// The next `count` bytes.
  @inline(__always)
  mutating func take(_ count: Int) throws(PgenFault) -> UnsafeRawBufferPointer {
    guard count <= bytes.count - offset else { throw .tooShort }
    defer { offset += count }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)])
  }

  /// The next byte.
  @inline(__always)
  mutating func byte() throws(PgenFault) -> UInt8 {
    guard offset < bytes.count else { throw .tooShort }
    defer { offset += 1 }
    return bytes[offset]
  }

  /// The next number in base 128, its lowest digit first; the highest bit of a byte says that
  /// another one follows.
  @inline(__always)
  mutating func number() throws(PgenFault) -> Int {
    var value = 0
    var shift = 0
    while true {
      let byte = try byte()
      value |= Int(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
      // Five digits hold every donor number.
      guard shift < 35 else { throw .malformedList }
    }
  }
}
