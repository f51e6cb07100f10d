import Tables

/// Appends numbers and text as bytes, in this machine's byte order.
struct BinaryEncoder: Sendable {
  private(set) var bytes = TextBuffer()

  mutating func append<Number: BitwiseCopyable>(_ number: Number) {
    Swift.withUnsafeBytes(of: number) { bytes.append(bytes: $0) }
  }

  /// Appends bytes as they are.
  mutating func append(bytes more: TextBuffer) { bytes.append(more) }

  /// Appends a count and the values.
  mutating func append<Number: BitwiseCopyable>(list values: [Number]) {
    append(values.count)
    values.withUnsafeBytes { bytes.append(bytes: $0) }
  }

  /// Appends a count of bytes and UTF-8.
  mutating func append(_ text: String) { append(list: Array(text.utf8)) }
}

/// What was written is not there, or not as it was written.
struct JournalDamage: Error {}

/// Reads what a `BinaryEncoder` wrote.
struct BinaryDecoder {
  private let bytes: [UInt8]
  private var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether everything was read.
  var isAtEnd: Bool { offset == bytes.count }

  mutating func next<Number: BitwiseCopyable>(
    _ type: Number.Type = Number.self
  ) throws(JournalDamage) -> Number {
    let size = MemoryLayout<Number>.size
    guard bytes.count - offset >= size else { throw JournalDamage() }
    defer { offset += size }
    // Safe: `size` bytes lie at `offset`, and any bytes are a number of the types that are written.
    return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Number.self) }
  }

  /// A number of things that follow.
  mutating func count() throws(JournalDamage) -> Int {
    let count = try next(Int.self)
    guard count >= 0 else { throw JournalDamage() }
    return count
  }

  /// A count and as many values.
  mutating func list<Number: BitwiseCopyable>(
    of type: Number.Type = Number.self
  ) throws(JournalDamage) -> [Number] {
    let count = try count()
    let stride = MemoryLayout<Number>.stride
    guard count <= (bytes.count - offset) / stride else { throw JournalDamage() }
    defer { offset += count * stride }
    return bytes.withUnsafeBytes { all in
      // Safe: `count` values of `stride` bytes lie at `offset`.
      (0..<count).map {
        all.loadUnaligned(fromByteOffset: offset + $0 * stride, as: Number.self)
      }
    }
  }

  mutating func text() throws(JournalDamage) -> String {
    String(decoding: try list(of: UInt8.self), as: UTF8.self)
  }
}
