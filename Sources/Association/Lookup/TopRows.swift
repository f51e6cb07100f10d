import BlockGzip
import HeapModule
import Tables

/// `PREFIX.top.tsv.gz`: the rows of a table of pairs with the smallest `pval_gi`, by p-value, of equal
/// ones in the table's order; rows without a p-value are left out.
///
/// A row whose p-value is too large costs a search for its column and a comparison.
package struct TopRows {
  package static let suffix = ".top.tsv.gz"
  /// Rows kept.
  package static let limit = 10_000
  private static let column = "pval_gi"

  private struct Entry: Comparable {
    var key: Double
    /// In the table.
    var number: Int
    /// Where its text is.
    var slot: Int

    static func < (left: Entry, right: Entry) -> Bool {
      (left.key, left.number) < (right.key, right.number)
    }
  }

  private let header: String
  private let limit: Int
  /// Tabs from the end of a row to that before its p-value.
  private let tabs: Int
  private var heap = Heap<Entry>()
  private var texts: [[UInt8]] = []
  /// Rows with this key or a larger one are not among the first.
  private var bound = Double.infinity
  private var count = 0

  /// - Parameters:
  ///   - header: of the table, without its line end; nil without a column `pval_gi`.
  ///   - limit: rows to keep at most.
  package init?(header: String, limit: Int = TopRows.limit) {
    self.header = header
    self.limit = limit
    let names = header.split(separator: "\t", omittingEmptySubsequences: false)
    guard let column = names.firstIndex(of: Self.column[...]) else { return nil }
    tabs = names.count - column
  }

  /// Takes a row where it is among the first so far.
  @inline(__always)
  package mutating func offer(_ row: UnsafeRawBufferPointer) {
    count += 1
    guard let field = TabSearch.field(tabs, fromEndOf: row), !isPlainlyLarge(row, field),
      let key = PValueKey.key(UnsafeRawBufferPointer(rebasing: row[field])), key < bound
    else { return }
    keep(row, key: key)
  }

  /// Whether a p-value is known to be too large without its number: `0.` and a digit that is not zero,
  /// where all that is kept is smaller. The table's numbers with an exponent begin with another digit.
  @inline(__always)
  private func isPlainlyLarge(_ row: UnsafeRawBufferPointer, _ field: Range<Int>) -> Bool {
    guard bound <= 0.1, field.count >= 3 else { return false }
    let start = field.lowerBound
    return row[start] == UInt8(ascii: "0") && row[start + 1] == UInt8(ascii: ".")
      && row[start + 2] != UInt8(ascii: "0")
  }

  private mutating func keep(_ row: UnsafeRawBufferPointer, key: Double) {
    if heap.count < limit {
      heap.insert(Entry(key: key, number: count, slot: texts.count))
      texts.append(Array(row))
    } else if let last = heap.max {
      heap.replaceMax(with: Entry(key: key, number: count, slot: last.slot))
      texts[last.slot] = Array(row)
    }
    if heap.count == limit, let last = heap.max { bound = last.key }
  }

  /// The rows kept, in their order, as they were offered.
  package var rows: [[UInt8]] { heap.unordered.sorted().map { texts[$0.slot] } }

  /// Writes header and rows.
  ///
  /// - Returns: the file's checksum.
  /// - Throws: `OutputError`.
  func write(to path: String) throws(OutputError) -> FileChecksum {
    let writer = try FastBlockGzipWriter(path: path)
    try writer.write(header + "\n")
    var text = TextBuffer()
    for row in rows {
      text.removeAll()
      row.withUnsafeBytes { text.append(bytes: $0) }
      try text.withUnsafeBytes { bytes throws(OutputError) in try writer.write(bytes) }
    }
    try writer.finish()
    return writer.checksum
  }
}
