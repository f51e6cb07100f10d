import BlockGzip
import Tables

/// A table of a finished scan, read row by row.
///
/// Rows are read in place: fields are those of the current row, the one that the last `advance`
/// came to.
package final class ResultTable {
  package let columns: TableColumns
  /// The first line as it stands in the file, without its line end.
  package let header: String
  package var path: String { reader.path }
  private let reader: LineReader
  private var fields = Fields(separator: .tab)
  /// The current row without its line end; valid until the next `advance`.
  package private(set) var line = UnsafeRawBufferPointer(start: nil, count: 0)

  /// Opens a table and reads its header.
  ///
  /// - Throws: `InputError` where the file cannot be opened or is empty.
  package init(path: String) throws(InputError) {
    reader = try LineReader(path: path)
    guard let header = try reader.next() else {
      throw InputError("the table is empty", path: path, expected: "a header line")
    }
    self.header = String(decoding: header, as: UTF8.self)
    columns = TableColumns(header: self.header, path: path)
  }

  /// Goes on with the rows of some parts of the file alone.
  ///
  /// - Parameter ranges: ascending, from the file's index.
  /// - Throws: `InputError` for a file that is not BGZF, or lacks its end.
  package func restrict(to ranges: [BlockRange]) throws(InputError) {
    guard reader.isBlocked else {
      throw InputError(
        "the table is not in BGZF blocks", path: path, found: "another compression, or none",
        expected: "the file that the scan made", advice: "compress it with bgzip, or make it again")
    }
    try reader.restrict(to: ranges)
  }

  /// Goes on to the next row.
  ///
  /// - Returns: whether there was one.
  /// - Throws: `InputError` for a damaged file or a row of another number of fields.
  package func advance() throws(InputError) -> Bool {
    guard let next = try reader.next() else { return false }
    line = next
    fields.split(next)
    guard fields.count == columns.count else {
      throw reader.error(
        "wrong number of fields", found: "\(fields.count)", expected: "\(columns.count)")
    }
    return true
  }

  /// Goes on to the next row, of which the first `limit` fields can be had.
  ///
  /// - Returns: whether there was one.
  /// - Throws: `InputError` for a damaged file or a row of fewer fields.
  package func advance(first limit: Int) throws(InputError) -> Bool {
    guard let next = try reader.next() else { return false }
    line = next
    fields.split(next, first: limit)
    guard fields.count == limit else {
      throw reader.error(
        "wrong number of fields", found: "\(fields.count)", expected: "\(columns.count)")
    }
    return true
  }

  /// The bytes of a field of the current row.
  package func bytes(_ column: Int) -> UnsafeRawBufferPointer { fields.bytes(column, of: line) }

  /// The text of a field of the current row.
  package func text(_ column: Int) -> String { fields.string(column, of: line) }

  /// A number of the current row; NaN for `NA`.
  ///
  /// - Throws: `InputError` where the field is neither.
  package func number(_ column: Int) throws(InputError) -> Double {
    let field = bytes(column)
    if let value = TableNumber.value(field) { return value }
    throw error(column, expected: "a number or NA")
  }

  /// An integer of the current row.
  ///
  /// - Throws: `InputError` where the field is none.
  package func integer(_ column: Int) throws(InputError) -> Int {
    guard let value = parseInteger(bytes(column)) else {
      throw error(column, expected: "an integer")
    }
    return value
  }

  /// Behind any position of a genome.
  package static let lastPosition = 1 << 40

  /// A position of the current row, with which sums cannot overflow.
  ///
  /// - Throws: `InputError` where the field is none.
  package func position(_ column: Int) throws(InputError) -> Int {
    guard let value = parseInteger(bytes(column)), (0...Self.lastPosition).contains(value) else {
      throw error(column, expected: "a position")
    }
    return value
  }

  /// The natural logarithm of a probability of the current row; NaN for `NA`.
  ///
  /// - Throws: `InputError` where the field is neither.
  package func logProbability(_ column: Int) throws(InputError) -> Double {
    let field = bytes(column)
    if let value = TableNumber.logProbability(field) { return value }
    throw error(column, expected: "a probability or NA")
  }

  private func error(_ column: Int, expected: String) -> InputError {
    reader.error(
      "cannot be read", column: columns.names[column], found: "'\(text(column))'",
      expected: expected)
  }
}
