import Tables

/// A few bytes that many rows share, copied without a call.
struct RowPiece: Sendable {
  /// Bytes moved at once.
  private typealias Word = SIMD16<UInt8>

  /// The bytes, and zeros up to a whole number of words.
  private let padded: [UInt8]
  let count: Int

  /// Bytes that copying scribbles behind the piece at most.
  static let slack = MemoryLayout<Word>.size

  init(_ text: TextBuffer) {
    let words = (text.count + Self.slack - 1) / Self.slack
    count = text.count
    padded = text.withUnsafeBytes { bytes in
      Array(bytes) + [UInt8](repeating: 0, count: Self.slack * words - bytes.count)
    }
  }

  /// Copies the piece.
  ///
  /// - Parameter out: has room for the piece and `slack` bytes.
  /// - Returns: the end of the piece.
  @inline(__always)
  func write(to out: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
    padded.withUnsafeBytes { bytes in
      var offset = 0
      // Safe: `padded` is a whole number of words, the last of which has a byte of the piece.
      while offset < bytes.count {
        out.storeBytes(
          of: bytes.loadUnaligned(fromByteOffset: offset, as: Word.self), toByteOffset: offset,
          as: Word.self)
        offset &+= MemoryLayout<Word>.size
      }
    }
    return out + count
  }
}

extension TextBuffer {
  /// Appends a piece of a row.
  mutating func append(_ piece: RowPiece) {
    append(room: piece.count + RowPiece.slack) { piece.write(to: $0) }
  }
}
