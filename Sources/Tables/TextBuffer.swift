/// Growing bytes of output rows; numbers are written straight into it, without a `String` each.
package struct TextBuffer: Sendable {
  /// Initialised to its end, of which the first `count` bytes are held: so that an append is a
  /// check of the room and a store.
  private var storage: [UInt8]
  /// Bytes held.
  package private(set) var count = 0

  /// Room for any number: the longest text of a double with at most 17 digits has 24 bytes, and
  /// the conversions scribble behind what they write.
  private static let numberRoom = 40

  /// An empty buffer with room for `capacity` bytes.
  package init(capacity: Int = 0) { storage = [UInt8](repeating: 0, count: capacity) }

  /// Whether nothing is held.
  package var isEmpty: Bool { count == 0 }

  /// Appends one byte.
  package mutating func append(byte: UInt8) {
    write(room: 1) { out in
      out.storeBytes(of: byte, as: UInt8.self)
      return out + 1
    }
  }

  /// Appends text as UTF-8.
  package mutating func append(_ text: String) {
    let isDone: Void? = text.utf8.withContiguousStorageIfAvailable {
      append(bytes: UnsafeRawBufferPointer($0))
    }
    if isDone == nil { for byte in text.utf8 { append(byte: byte) } }
  }

  /// Appends a literal without making a `String` of it.
  package mutating func append(literal: StaticString) {
    literal.withUTF8Buffer { append(bytes: UnsafeRawBufferPointer($0)) }
  }

  /// Appends bytes as they are.
  package mutating func append(bytes more: UnsafeRawBufferPointer) {
    guard let source = more.baseAddress else { return }
    write(room: more.count) { out in
      out.copyMemory(from: source, byteCount: more.count)
      return out + more.count
    }
  }

  /// Appends what another buffer holds.
  package mutating func append(_ other: TextBuffer) { other.withUnsafeBytes { append(bytes: $0) } }

  /// Appends a tab.
  package mutating func appendTab() { append(byte: UInt8(ascii: "\t")) }

  /// Appends a line feed.
  package mutating func appendNewline() { append(byte: UInt8(ascii: "\n")) }

  /// Appends an integer in decimal digits.
  package mutating func append(_ value: Int) {
    write(room: Self.numberRoom) { writeInteger(value, to: $0) }
  }

  /// Appends a number: NaN as `NA`, infinities as `Inf` and `-Inf`, negative zero as `0`.
  package mutating func append(_ value: Double, format: NumberFormat) {
    write(room: Self.numberRoom) { writeNumber(value, format: format, to: $0) }
  }

  /// Appends a tab and an integer.
  package mutating func append(tabbed value: Int) {
    write(room: 1 + Self.numberRoom) { out in
      out.storeBytes(of: UInt8(ascii: "\t"), as: UInt8.self)
      return writeInteger(value, to: out + 1)
    }
  }

  /// Appends a tab and a number, as `append(_:format:)` has it.
  package mutating func append(tabbed value: Double, format: NumberFormat) {
    write(room: 1 + Self.numberRoom) { out in
      out.storeBytes(of: UInt8(ascii: "\t"), as: UInt8.self)
      return writeNumber(value, format: format, to: out + 1)
    }
  }

  /// Lets `body` write at most `room` bytes behind those held; it returns the end of what it wrote.
  package mutating func append(
    room: Int, by body: (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer
  ) {
    write(room: room, body)
  }

  /// Empties the buffer.
  package mutating func removeAll(keepingCapacity: Bool = true) {
    count = 0
    if !keepingCapacity { storage = [] }
  }

  /// Lends the bytes held.
  package func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // The standard library's own method throws untyped errors.
    let outcome: Swift.Result<Result, Failure> = storage.withUnsafeBytes { all in
      do throws(Failure) {
        return .success(try body(UnsafeRawBufferPointer(rebasing: all[..<count])))
      } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }

  /// As `append(room:by:)`, inlined.
  @inline(__always)
  private mutating func write(
    room: Int, _ body: (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer
  ) {
    if storage.count &- count < room { grow(by: room) }
    let start = count
    count = storage.withUnsafeMutableBytes { all in
      // Safe: `room` bytes lie behind `start`; a buffer without any has no address and nothing
      // to write.
      guard let base = all.baseAddress else { return start }
      return body(base + start) - base
    }
  }

  @inline(never)
  private mutating func grow(by room: Int) {
    let capacity = max(count + room, 2 * storage.count)
    var larger = [UInt8](repeating: 0, count: capacity)
    larger.withUnsafeMutableBytes { out in
      // Safe: the larger array has room for the bytes held.
      withUnsafeBytes { out.copyMemory(from: $0) }
    }
    storage = larger
  }
}
