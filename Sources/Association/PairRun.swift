import CZlib
import Tables

/// The rows of one chunk, sorted.
struct PairRun: Sendable {
  struct Row: Sendable {
    var key: PairRowKey
    /// Bytes of the row in `text`, line end included.
    var bytes: Range<Int>
  }

  private(set) var rows: [Row] = []
  private(set) var text: TextBuffer

  init() { text = TextBuffer(capacity: 1 << 16) }

  var isEmpty: Bool { rows.isEmpty }

  /// Adds a row that `write` appends to the text.
  mutating func add(_ key: PairRowKey, write: (inout TextBuffer) -> Void) {
    let start = text.count
    write(&text)
    rows.append(Row(key: key, bytes: start..<text.count))
  }

  mutating func sort() { rows.sort { $0.key < $1.key } }

  /// CRC-32 of the rows' text in order.
  var checksum: UInt32 {
    let sum = text.withUnsafeBytes { bytes in
      rows.reduce(crc32(0, nil, 0)) { sum, row in
        // Safe: a row's bytes lie within the text.
        crc32(
          sum,
          bytes.baseAddress.map { ($0 + row.bytes.lowerBound).assumingMemoryBound(to: UInt8.self) },
          UInt32(row.bytes.count))
      }
    }
    return UInt32(truncatingIfNeeded: sum)
  }
}
