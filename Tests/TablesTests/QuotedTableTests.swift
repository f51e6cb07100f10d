import BlockGzip
import Tables
import TestSupport
import Testing

@Suite struct QuotedTableTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func table(_ text: String) throws -> DelimitedTable {
    try DelimitedTable(path: folder.write(text), dialect: .quoted, allowsUnnamedFirstColumn: true)
  }

  @Test(arguments: [
    ("comma", "a,b,c\n1,,x\n"),
    ("tab before comma", "a\tb\tc\n1\t\tx\n"),
    ("semicolon", "a;b;c\n1;;x\n"),
    ("space", "a b c\n1 \"\"  x \n"),
    ("CRLF and byte-order mark", "\u{FEFF}a,b,c\r\n1,,x\r\n\r\n"),
    ("quotes around all", "\"a\",\"b\",\"c\"\n\"1\",\"\",\"x\"\n"),
    ("byte-order mark before a quote", "\u{FEFF}\"a\",\"b\",\"c\"\n\"1\",\"\",\"x\""),
    ("spaces around", "a , \"b\" , c\n 1,  ,x \n"),
    ("quotes and tabs", "\"a\"\t\"b\"\tc\n\"1\"\t\t\"x\"\n"),
    ("quotes and spaces", "\"a\"   \"b\" \"c\" \n \"1\" \"\" \"x\"\n"),
  ])
  func `the header line decides what separates`(name: String, text: String) throws {
    let table = try table(text)
    #expect(table.header == ["a", "b", "c"], "\(name)")
    #expect(table.rows == [["1", "", "x"]], "\(name)")
    #expect(table.lineNumbers == [2])
  }

  @Test func `separators and quotes within quotes are text`() throws {
    let table = try table(
      "\"x, y\",\"a\tb;c\"\n\"Smith, J.\",\"say \"\"no\"\"\"\n5\" pipe,\"\"\"\"\n")
    #expect(table.header == ["x, y", "a\tb;c"])
    #expect(table.rows == [["Smith, J.", "say \"no\""], ["5\" pipe", "\""]])
  }

  @Test func `line ends within quotes are text and rows keep their first line's number`() throws {
    let table = try table("\"weight\n(kg)\",b\r\n\"one\r\n\r\ntwo\",1\r\n3,\"x\n\"\n4,5")
    #expect(table.header == ["weight\n(kg)", "b"])
    #expect(table.rows == [["one\r\n\r\ntwo", "1"], ["3", "x\n"], ["4", "5"]])
    #expect(table.lineNumbers == [3, 6, 8])
  }

  @Test func `row names have a first column without a name`() throws {
    let table = try table("\"\",\"a\"\n\"1\",2\n")
    #expect(table.header == ["", "a"])
    let path = try folder.write("\"\",\"a\"\n\"1\",2\n")
    #expect(throws: InputError.self) { try DelimitedTable(path: path, dialect: .quoted) }
  }

  @Test func `quotes are characters in plain tables`() throws {
    let table = try DelimitedTable(path: folder.write("\"a\"\tb,c\n\"1\t2\n"))
    #expect(table.header == ["\"a\"", "b,c"])
    #expect(table.rows == [["\"1", "2"]])
  }

  @Test(arguments: [
    ("", 1, nil, "no header line", "an empty file"),
    ("\na,b\n", 1, nil, "no header line", "an empty line"),
    ("a,b\n1\n", 2, "b", "row has too few fields", "1 fields"),
    ("a,b\n1,2\n1,2,3\n", 3, "column 3", "row has too many fields", "3 fields"),
    (
      "a,b\n1,2\n1", 3, "b", "row has too few fields",
      "1 fields in a last line without its line end"
    ),
    ("a,b\n\n1,2\n", 2, nil, "empty line between rows", "no fields"),
    ("a,\n1,2\n", 1, "column 2", "column without a name", "an empty header"),
    ("a,b,a\n", 1, "column 3", "duplicate column name", "'a', which is column 1 too"),
    ("a,b\n1,\"2\n3,4\n", 2, "b", "quote without its end", "the end of the file within quotes"),
    ("\"a,b\n1,2\n", 1, "column 1", "quote without its end", "the end of the file within quotes"),
    ("a,b\n1,\"2\"3\n", 2, "b", "text behind a closing quote", "'3' behind \"2\""),
    ("a,b\n\"x\n\"y,1\n", 3, "a", "text behind a closing quote", "'y' behind \"x\n\""),
    ("a,b\n\"a\\\"b\",1\n", 2, "a", "text behind a closing quote", "'b\"' behind \"a\\\""),
    ("a b\n1 \"2\"3\n", 2, "b", "text behind a closing quote", "'3' behind \"2\""),
    (
      "a,b\r1,2\r", 1, "column 2", "carriage return within a line",
      "a carriage return without a line feed"
    ),
    ("a b\n1\t2 3\n", 2, "a", "tab in a table that is separated by spaces", "a tab"),
    ("a;b\n1;2,5\n", 2, "b", "decimal comma", "'2,5'"),
  ])
  func `a malformed table is refused`(
    text: String, line: Int, column: String?, what: String, found: String
  ) throws {
    let path = try folder.write(text)
    let error = try #require(
      #expect(throws: InputError.self) { try DelimitedTable(path: path, dialect: .quoted) })
    #expect(error.kind == .malformed)
    #expect(error.path == path)
    #expect(error.line == line)
    #expect(error.column == column)
    #expect(error.what == what)
    #expect(error.found == found)
    #expect(error.expected != nil && error.advice != nil)
  }

  @Test func `text that is not UTF-8 is refused before two labels become one`() throws {
    let path = try folder.write(Array("a,b\n1,".utf8) + [0xE9, 0x0A])
    let error = #expect(throws: InputError.self) {
      try DelimitedTable(path: path, dialect: .quoted)
    }
    #expect(error?.what == "text is not UTF-8")
    #expect(error?.line == 2 && error?.column == "b")
  }

  @Test(arguments: [
    ("a b\n1 2 3\n", "name that column in the header too"),
    ("a;b,c;d\n1,2\n1,2,3\n", "semicolons, of which commas were taken"),
  ])
  func `advice names the likely reason of a ragged row`(text: String, advice: String) throws {
    let path = try folder.write(text)
    let error = #expect(throws: InputError.self) {
      try DelimitedTable(path: path, dialect: .quoted)
    }
    #expect(error?.advice?.contains(advice) == true)
  }

  @Test func `gzip is read`() throws {
    let path = folder.path("table.csv.gz")
    let writer = try BlockGzipWriter(path: path)
    try writer.write("a,b\n\"1\n\",2\n")
    try writer.finish()
    #expect(try DelimitedTable(path: path, dialect: .quoted).rows == [["1\n", "2"]])
  }
}
