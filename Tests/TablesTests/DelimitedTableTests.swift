import BlockGzip
import Tables
import TestSupport
import Testing

@Suite struct DelimitedTableTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `tab-separated cells are read with their lines`() throws {
    let table = try DelimitedTable(path: folder.write("id\ta b\tc\r\n1\t\tx\r\n2\ty z\tw\r\n\r\n"))
    #expect(table.header == ["id", "a b", "c"])
    #expect(table.rows == [["1", "", "x"], ["2", "y z", "w"]])
    #expect(table.lineNumbers == [2, 3])
    #expect(table.column(named: "c") == 2)
    #expect(table.column(named: "d") == nil)
  }

  @Test func `runs of spaces separate where the header has no tab`() throws {
    let table = try DelimitedTable(path: folder.write("id  a   b \n 1 2 3\n"))
    #expect(table.header == ["id", "a", "b"])
    #expect(table.rows == [["1", "2", "3"]])
  }

  @Test func `an unnamed first column is accepted where row names are expected`() throws {
    let path = try folder.write("\ta\tb\nx\t1\t2\n")
    #expect(throws: InputError.self) { try DelimitedTable(path: path) }
    #expect(
      try DelimitedTable(path: path, allowsUnnamedFirstColumn: true).header == ["", "a", "b"])
  }

  @Test(arguments: [
    ("", 1, nil, "no header line", "an empty file"),
    ("\na\tb\n", 1, nil, "no header line", "an empty line"),
    ("a\tb\n1\n", 2, "b", "row has too few fields", "1 fields"),
    ("a\tb\n1\t2\n1\t2\t3\n", 3, "column 3", "row has too many fields", "3 fields"),
    (
      "a\tb\n1\t2\n1", 3, "b", "row has too few fields",
      "1 fields in a last line without its line end"
    ),
    ("a\tb\n\n1\t2\n", 2, nil, "empty line between rows", "no fields"),
    ("  \n  \n", 1, nil, "no header line", "a line of spaces"),
    ("a b\n1\t2 3\n", 2, nil, "tab in a table that is separated by spaces", "a tab"),
    ("a\t\n1\t2\n", 1, "column 2", "column without a name", "an empty header"),
    ("a\tb\ta\n", 1, "column 3", "duplicate column name", "'a', which is column 1 too"),
  ])
  func `a malformed table is refused`(
    text: String, line: Int, column: String?, what: String, found: String
  ) throws {
    let path = try folder.write(text)
    let error = try #require(
      #expect(throws: InputError.self) { try DelimitedTable(path: path) })
    #expect(error.kind == .malformed)
    #expect(error.path == path)
    #expect(error.line == line)
    #expect(error.column == column)
    #expect(error.what == what)
    #expect(error.found == found)
    #expect(error.expected != nil && error.advice != nil)
  }

  @Test func `fields are cut from bytes again and again`() {
    var fields = Fields(separator: .tab)
    for (line, expected) in [("a\t\tb", ["a", "", "b"]), ("", [""]), ("\t", ["", ""])] {
      var text = line
      text.withUTF8 { bytes in
        let line = UnsafeRawBufferPointer(bytes)
        fields.split(line)
        #expect(fields.strings(of: line) == expected)
      }
    }
  }
}
