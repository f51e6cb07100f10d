import Foundation
import Testing

/// A table with a header line, as the program and the reference scripts write them.
struct ResultTable {
  /// One row; cells by column name.
  struct Row {
    let cells: [String: String]

    /// The text of a cell; empty where there is no such column.
    subscript(_ column: String) -> String { cells[column] ?? "" }

    /// The number in a cell; NaN for `NA` and for everything that is no number.
    func number(_ column: String) -> Double { Double(self[column]) ?? .nan }

    /// Gene and variant.
    var pair: String { self["phenotype_id"] + " " + self["variant_id"] }
  }

  let header: [String]
  let rows: [Row]
  /// The lines after the header as they stand in the file.
  let lines: [String]

  init(path: String) throws {
    let all = try ScratchFolder.lines(path: path)
    header = all.first.map(Self.fields) ?? []
    lines = Array(all.dropFirst())
    let names = header
    rows = lines.map { line in
      Row(cells: Dictionary(zip(names, Self.fields(line))) { first, _ in first })
    }
  }

  /// Rows by gene and variant.
  var byPair: [String: Row] { Dictionary(rows.map { ($0.pair, $0) }) { first, _ in first } }

  /// Gene and lead variant of every gene that has one, from a table of genes.
  static func leads(in folder: ScratchFolder, prefix: String = "scan") throws -> Set<String> {
    let genes = try ResultTable(path: folder.path("\(prefix).genes.tsv.gz"))
    return Set(genes.rows.filter { $0["variant_id"] != "NA" }.map(\.pair))
  }

  /// Rows must keep the promise of 50 donors and more against exact fits of the same pairs.
  ///
  /// - Returns: how many are not those fits.
  func expectPromise(of exact: [String: Row]) throws -> Int {
    var approximate = 0
    for row in rows {
      let other = try #require(exact[row.pair])
      #expect(row["status"] == other["status"], "\(row.pair)")
      let distance = abs(row.number("stat_gi") - other.number("stat_gi"))
      #expect(distance <= 5e-4, "t of \(row.pair)")
      #expect(
        abs(row.number("deviance") - other.number("deviance")) <= 2e-3, "deviance of \(row.pair)")
      if distance > 1e-8 { approximate += 1 }
      // Fits that start elsewhere stop within 5e-11 of the optimum.
      if ReferenceComparison.isExact(row) { #expect(distance <= 5e-6) }
    }
    return approximate
  }

  /// This table must have every row of another one, as it is but for some pairs, which one scan may
  /// have fitted exactly and the other not.
  func expectRepeats(of other: ResultTable, besides exempt: Set<String>) {
    let own = Set(lines)
    let byPair = byPair
    for (row, line) in zip(other.rows, other.lines) where !own.contains(line) {
      #expect(exempt.contains(row.pair), "\(row.pair) has other numbers")
      guard let found = byPair[row.pair] else {
        Issue.record("no row for \(row.pair)")
        continue
      }
      // The promise for rows that are not exact.
      let distance = abs(found.number("stat_gi") - row.number("stat_gi"))
      #expect(distance <= (row.number("n_donors") < 50 ? 2e-3 : 5e-4), "\(row.pair)")
    }
  }

  /// One of the parts between the colons of a sample's column of a VCF file.
  static func subfield(_ index: Int, of cell: String) -> String {
    String(cell.split(separator: ":", omittingEmptySubsequences: false)[index])
  }

  /// The tab-separated fields of a line.
  static func fields(_ line: String) -> [String] {
    line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
  }
}
