import BlockGzip
import Tables

/// Tables of a model's data: CSV and what else separates, with quotes.
enum TableTarget: FuzzTarget {
  struct Reading: Equatable {
    var header: [String]
    var rows: [[String]]

    init(path: String) throws {
      let table = try DelimitedTable(
        path: path, dialect: .quoted, allowsUnnamedFirstColumn: true)
      header = table.header
      rows = table.rows
      let lines = table.lineNumbers
      try require(rows.allSatisfy { $0.count == header.count }, "\(header), \(rows)")
      try require(Set(header).count == header.count, "header \(header)")
      try require(!header.dropFirst().contains(""), "header \(header)")
      try require(
        lines.count == rows.count && zip([1] + lines, lines).allSatisfy { $0 < $1 },
        "lines \(lines)")
    }

    /// Every cell between quotes, with the separator and line end given.
    func text(separator: String, lineEnd: String) -> String {
      ([header] + rows).map { row in
        row.map { cell in
          "\""
            + cell.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
        }
        .joined(separator: separator) + lineEnd
      }.joined()
    }
  }

  static let name = "table"
  static let words = [
    "\"", "\"\"", "\",\"", "\"\n", "\r\n", "\u{FEFF}", ";", "\t", " ", ",,", "NA", "1,5", "\r",
  ]

  static func seeds(in folder: FuzzFolder) -> [[UInt8]] { TableSeeds.all.map { Array($0.utf8) } }

  static func check(_ input: [UInt8], in folder: FuzzFolder) throws {
    let path = try folder.write(input)
    let reading = try Outcome { try Reading(path: path) }
    guard let value = reading.value else { return }
    try requireSame(
      value.header + value.rows.flatMap { $0 },
      TableSeeds.withoutQuotes(input) ?? value.header + value.rows.flatMap { $0 },
      "cells, and those of a plain split")
    for (separator, lineEnd) in [(",", "\n"), ("\t", "\r\n"), (" ", "\n"), (" ; ", "\r\n")] {
      // A table of one column has no separator in its header; numbers with a decimal comma are
      // refused beside semicolons.
      guard separator != " ; " || !value.rows.joined().contains(where: { $0.contains(",") })
      else { continue }
      let text = value.text(separator: separator, lineEnd: lineEnd)
      let copy = try folder.write(text: text, to: "copy.csv")
      try requireSame(reading, try Outcome { try Reading(path: copy) }, "written again")
    }
  }
}
