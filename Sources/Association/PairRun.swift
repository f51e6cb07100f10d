import BlockGzip
import Tables

/// The rows of one chunk, in the order of the table once `sort` has been called.
struct PairRun: Sendable {
  private(set) var rows: [StoredRow] = []
  /// The rows' text, one behind the other.
  private(set) var text: TextBuffer
  /// The bytes of ALT alleles behind the eighth, one row's behind the other's.
  private(set) var tails: [UInt8] = []
  /// Whether the rows lie in the order of the table.
  private(set) var isSorted = true

  /// - Parameter expectedRows: rows to make room for.
  init(expectedRows: Int = 0) {
    // Rows of six digits have about 240 bytes; growing would copy them.
    text = TextBuffer(capacity: (1 << 12) + 256 * expectedRows)
    rows.reserveCapacity(expectedRows)
  }

  var isEmpty: Bool { rows.isEmpty }

  /// Adds a row that `write` appends to the text.
  mutating func add(_ variant: VariantKey, gene: Int, write: (inout TextBuffer) -> Void) {
    let start = text.count
    write(&text)
    let row = StoredRow(variant, gene: gene, textLength: text.count - start)
    if isSorted, let last = rows.last {
      isSorted = !row.precedes(last) {
        (variant.alternateTail[...], tails.suffix(Int(last.tailLength)))
      }
    }
    rows.append(row)
    if row.tailLength > 0 { tails += variant.alternateTail }
  }

  /// Puts the rows into the order of the table; nothing is moved where they were added in it.
  mutating func sort() {
    guard !isSorted else { return }
    var textStarts: [Int] = []
    var tailStarts: [Int] = []
    var textEnd = 0
    var tailEnd = 0
    for row in rows {
      textStarts.append(textEnd)
      tailStarts.append(tailEnd)
      textEnd += Int(row.textLength)
      tailEnd += Int(row.tailLength)
    }
    func tail(_ index: Int) -> ArraySlice<UInt8> {
      tails[tailStarts[index]..<(tailStarts[index] + Int(rows[index].tailLength))]
    }
    let order = rows.indices.sorted { left, right in
      rows[left].precedes(rows[right]) { (tail(left), tail(right)) }
    }
    var sorted = TextBuffer(capacity: text.count)
    text.withUnsafeBytes { bytes in
      for index in order {
        let start = textStarts[index]
        sorted.append(
          bytes: UnsafeRawBufferPointer(
            rebasing: bytes[start..<(start + Int(rows[index].textLength))]))
      }
    }
    tails = order.flatMap(tail)
    rows = order.map { rows[$0] }
    text = sorted
    isSorted = true
  }

  /// CRC-32 of the rows' text in order.
  var checksum: Crc32 { text.withUnsafeBytes { Crc32($0) } }
}
