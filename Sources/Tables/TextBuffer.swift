import CNumericText

/// Growing bytes of output rows; numbers are written straight into it, without a `String` each.
package struct TextBuffer: Sendable {
  @usableFromInline package private(set) var bytes: [UInt8] = []

  /// An empty buffer with room for `capacity` bytes.
  package init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// Bytes held.
  package var count: Int { bytes.count }
  /// Whether nothing is held.
  package var isEmpty: Bool { bytes.isEmpty }

  /// Appends one byte.
  package mutating func append(byte: UInt8) { bytes.append(byte) }

  /// Appends text as UTF-8.
  package mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// Appends a literal without making a `String` of it.
  package mutating func append(literal: StaticString) {
    literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// Appends bytes as they are.
  package mutating func append(bytes more: UnsafeRawBufferPointer) {
    bytes.append(contentsOf: more)
  }

  /// Appends what another buffer holds.
  package mutating func append(_ other: TextBuffer) { bytes.append(contentsOf: other.bytes) }

  /// Appends a tab.
  package mutating func appendTab() { bytes.append(UInt8(ascii: "\t")) }

  /// Appends a line feed.
  package mutating func appendNewline() { bytes.append(UInt8(ascii: "\n")) }

  /// Appends an integer in decimal digits.
  package mutating func append(_ value: Int) {
    if value >= 0, value < 10 {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value))
      return
    }
    // Safe: 20 bytes hold the sign and the 19 digits of any Int.
    withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
      var first = digits.count
      var rest = value.magnitude
      repeat {
        first -= 1
        digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      if value < 0 {
        first -= 1
        digits[first] = UInt8(ascii: "-")
      }
      bytes.append(contentsOf: digits[first...])
    }
  }

  /// Appends a number: NaN as `NA`, infinities as `Inf` and `-Inf`, negative zero as `0`.
  package mutating func append(_ value: Double, format: NumberFormat) {
    guard value.isFinite else {
      append(literal: value.isNaN ? "NA" : value > 0 ? "Inf" : "-Inf")
      return
    }
    guard value != 0 else {
      bytes.append(UInt8(ascii: "0"))
      return
    }
    // Safe: the longest text of a double with at most 17 digits has 24 bytes.
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 40) { text in
      guard let base = text.baseAddress else { return }
      let length =
        format.significantDigits == 17
        ? numeric_text_shortest(value, base)
        : numeric_text_general(value, Int32(format.significantDigits), base)
      bytes.append(contentsOf: UnsafeRawBufferPointer(start: base, count: length))
    }
  }

  /// Empties the buffer.
  package mutating func removeAll(keepingCapacity: Bool = true) {
    bytes.removeAll(keepingCapacity: keepingCapacity)
  }

  /// Lends the bytes held.
  package func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // The standard library's own method throws untyped errors.
    let outcome: Swift.Result<Result, Failure> = bytes.withUnsafeBytes { held in
      do throws(Failure) { return .success(try body(held)) } catch { return .failure(error) }
    }
    return try outcome.get()
  }
}
