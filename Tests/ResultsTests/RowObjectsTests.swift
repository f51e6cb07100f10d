import BlockGzip
import Foundation
import Tables
import Testing

@testable import Results

@Suite struct RowObjectsTests {
  private func json(_ header: String, _ rows: [String]) throws -> String {
    var objects = RowObjects(columns: TableColumns(header: header, path: "table"))
    var text = TextBuffer()
    for var row in rows { row.withUTF8 { objects.append(UnsafeRawBufferPointer($0), to: &text) } }
    objects.appendEnd(to: &text)
    let result = text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    _ = try JSONSerialization.jsonObject(with: Data(result.utf8))
    return result
  }

  @Test func `rows are objects with the columns' names`() throws {
    let text = try json(
      "#chrom\tpos\tvariant_id\tpval_gi\tstatus", ["22\t5\tNA\t1.5e-400\tok", "X\t6\t17\tNA\tok"])
    #expect(
      text == """
        [
        {"chrom":"22","pos":5,"variant_id":"NA","pval_gi":1.5e-400,"status":"ok"},
        {"chrom":"X","pos":6,"variant_id":"17","pval_gi":null,"status":"ok"}
        ]

        """)
  }

  @Test func `no rows are an empty array`() throws {
    #expect(try json("a\tb", []) == "[]\n")
  }

  @Test func `strings are escaped`() throws {
    #expect(
      try json("alt\tdf_gi", ["\"\\\u{1}é<\tInf"]).contains(
        #"{"alt":"\"\\\u0001é<","df_gi":"Inf"}"#))
  }

  @Test(arguments: [
    ("0", true), ("-0.5", true), ("1e-05", true), ("12.5E+7", true), ("01", false), ("-", false),
    ("", false), ("1.", false), (".5", false), ("1e", false), ("Inf", false), ("1 ", false),
    ("+1", false), ("0x1", false), ("-01.5", false), ("00", false),
  ])
  func `numbers are those of JSON's grammar`(text: String, isNumber: Bool) {
    var copy = text
    #expect(copy.withUTF8 { RowObjects.isNumber(UnsafeRawBufferPointer($0)) } == isNumber)
  }
}
