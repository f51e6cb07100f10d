/// A table, which scrolls in its own box where the window is narrow.
package struct ReportTable: Sendable {
  package struct Column: Sendable {
    package enum Alignment: String, Sendable {
      case text, number
    }

    package let name: String
    package let alignment: Alignment

    /// - Parameter alignment: numbers stand at the right, with digits of one width.
    package init(_ name: String, _ alignment: Alignment = .text) {
      self.name = name
      self.alignment = alignment
    }
  }

  package let title: String
  package let columns: [Column]
  package let rows: [[String]]
  package let note: String

  /// - Parameters:
  ///   - rows: each as long as `columns`; the first cell is the name of its row.
  ///   - note: below the table; empty for none.
  package init(title: String, columns: [Column], rows: [[String]], note: String = "") {
    precondition(
      rows.allSatisfy { $0.count == columns.count },
      "a row of “\(title)” has other than \(columns.count) cells")
    self.title = title
    self.columns = columns
    self.rows = rows
    self.note = note
  }
}
