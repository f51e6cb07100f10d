/// Cells in columns of text.
package struct TextColumns {
  package enum Alignment { case left, right }

  private var rows: [[String]] = []
  private let alignments: [Alignment]

  package init(_ alignments: [Alignment]) { self.alignments = alignments }

  package mutating func append(_ cells: [String]) { rows.append(cells) }

  /// Lines without spaces at their ends.
  package var lines: [String] {
    let widths = alignments.indices.map { column in
      rows.reduce(0) { max($0, $1[column].count) }
    }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        line +=
          (column == 0 ? "" : " ") + (alignments[column] == .left ? cell + padding : padding + cell)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
