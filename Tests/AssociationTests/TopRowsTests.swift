import BlockGzip
import Foundation
import TestSupport
import Testing

@testable import Association

@Suite struct TopRowsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func lines(of table: PairLookupTable, limit: Int) throws -> [String] {
    var top = try #require(TopRows(header: PairLookupTable.header, limit: limit))
    try table.forEach { bytes, _ in top.offer(bytes) }
    let path = folder.path("top.gz")
    let checksum = try top.write(to: path)
    #expect(try checksum == FileChecksum(path: path))
    let reader = try LineReader(path: path)
    var lines: [String] = []
    while let line = try reader.next() { lines.append(String(decoding: line, as: UTF8.self)) }
    return lines
  }

  @Test(arguments: [1, 7, 100, 5000], 1...3)
  func `the first rows are those of the sorted table`(limit: Int, seed: Int) throws {
    let table = PairLookupTable(count: 1500, genes: 4, seed: UInt64(seed))
    // Swift's sort is stable, so that ties stay in the table's order.
    let sorted = table.rows.filter { $0.log10P != nil }
      .sorted { ($0.log10P ?? 0) < ($1.log10P ?? 0) }
    let expected = [PairLookupTable.header] + sorted.prefix(limit).map(\.text)
    #expect(try lines(of: table, limit: limit) == expected)
  }

  /// With every row's p-value above or at the bound from the start, the quick refusal decides.
  @Test func `of equal p-values the first rows stay`() throws {
    var table = PairLookupTable(count: 300, genes: 3, seed: 9)
    var rows = table.rows
    for index in rows.indices { rows[index].pValue = index % 2 == 0 ? "0.05" : "0.1" }
    table = PairLookupTable(rows: rows)
    let expected = rows.enumerated().filter { $0.offset % 2 == 0 }.prefix(20).map(\.element.text)
    #expect(try lines(of: table, limit: 20).dropFirst() == expected[...])
  }

  @Test func `a header without p-values is none`() {
    #expect(TopRows(header: "#chrom\tpos\tstatus") == nil)
  }

  @Test func `a table without rows has a header alone`() throws {
    #expect(
      try lines(of: PairLookupTable(rows: []), limit: 5) == [PairLookupTable.header])
  }

  @Test(arguments: [
    ("1e-400", "2e-400"), ("9.99999e-401", "1e-400"), ("5e-324", "1e-300"),
    ("1e-300", "1.00001e-300"),
    ("9.9e-301", "1e-300"), ("0", "1e-100000"), ("0.0001", "1.00001e-04"), ("0.9", "1"),
  ])
  func `keys ascend with p-values`(smaller: String, larger: String) throws {
    let keys = try [smaller, larger].map { text in
      var copy = text
      return try #require(copy.withUTF8 { PValueKey.key(UnsafeRawBufferPointer($0)) })
    }
    #expect(keys[0] < keys[1])
  }

  @Test(arguments: ["NA", "", "nan", "e-400", "x"])
  func `what is no number has no key`(text: String) {
    var copy = text
    #expect(copy.withUTF8 { PValueKey.key(UnsafeRawBufferPointer($0)) } == nil)
  }

  /// The twin splits the row.
  @Test(arguments: [
    "", "\t", "a\tb", "\t\t\t\t\t\t\t\t\t\t\t\t", "abc\t\tdefghijkl\t1.5e-07\tmnopqrstuvwxyz\to\n",
    "0\u{8}\u{A}\u{89}\t\u{80}\t\u{7F}\t\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\t",
  ])
  func `fields are found from the end`(text: String) {
    let bytes = Array(text.utf8)
    let fields = bytes.split(separator: 9, omittingEmptySubsequences: false)
    for number in 1...(fields.count + 1) {
      let found = bytes.withUnsafeBytes { row in
        TabSearch.field(number, fromEndOf: row).map { Array(row[$0]) }
      }
      #expect(found == (number < fields.count ? Array(fields[fields.count - number]) : nil))
    }
  }
}
