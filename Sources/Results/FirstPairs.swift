import Association
import BlockGzip

/// The pairs with the smallest `pval_gi`, by p-value.
package final class FirstPairs: SelectedRows {
  package let header: String
  package private(set) var notes: [String] = []
  private let table: ResultTable
  /// Rows of the table still to be lent.
  private var left: Int
  /// Rows that were found by reading all pairs, without their line ends.
  private var collected: ArraySlice<[UInt8]>?

  /// - Parameters:
  ///   - count: rows wanted; at least one.
  /// - Throws: `InputError` where a file of the result is missing or damaged.
  package init(_ count: Int, in result: FinishedResult) throws(InputError) {
    precondition(count > 0, "\(count) rows")
    left = count
    let top = try result.file(TopRows.suffix)
    if let top, count <= TopRows.limit || result.manifest.rows <= TopRows.limit {
      table = try ResultTable(path: top)
      header = table.header
      return
    }
    notes.append(
      (top == nil
        ? "\(result.prefix) has no \(TopRows.suffix), as results of earlier versions"
        : "\(result.prefix)\(TopRows.suffix) holds \(TopRows.limit) rows")
        + ": the table of pairs is read through")
    table = try result.pairs()
    header = table.header
    let column = try table.columns.require("pval_gi")
    guard var rows = TopRows(header: header, limit: count) else {
      preconditionFailure("column \(column) is pval_gi")
    }
    while try table.advance(first: 0) { rows.offer(table.line) }
    collected = rows.rows[...]
  }

  package func withNext(
    _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(InputError) -> Bool {
    guard left > 0 else { return false }
    left -= 1
    guard collected == nil else {
      guard let row = collected?.popFirst() else { return false }
      row.withUnsafeBytes(body)
      return true
    }
    guard try table.advance(first: 0) else { return false }
    body(table.line)
    return true
  }
}
