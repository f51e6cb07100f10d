import BlockGzip
import Results
import TestSupport
import Testing

@Suite struct ResultTableTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `rows are read by the names of their columns`() throws {
    let path = try folder.write("#chrom\tpos\tp\nchr1\t12\t0.25\nchr2\t7\tNA\n")
    let table = try ResultTable(path: path)
    #expect(table.columns.names == ["chrom", "pos", "p"])
    let (chromosome, position) = (
      try table.columns.require("chrom"), try table.columns.require("pos")
    )
    let p = try table.columns.require("p")
    #expect(try table.advance())
    #expect(table.text(chromosome) == "chr1")
    #expect(try table.integer(position) == 12)
    #expect(try table.number(p) == 0.25)
    #expect(try table.advance())
    #expect(try table.number(p).isNaN)
    #expect(try !table.advance())
  }

  @Test func `a row of another number of fields is refused with its line`() throws {
    let path = try folder.write("a\tb\n1\t2\n1\n")
    let table = try ResultTable(path: path)
    #expect(try table.advance())
    let error = #expect(throws: InputError.self) { try table.advance() }
    #expect(error?.line == 3)
    #expect(error?.found == "1")
  }

  @Test func `a column that is not there is refused with those that are`() throws {
    let table = try ResultTable(path: try folder.write("a\tb\n"))
    let error = #expect(throws: InputError.self) { try table.columns.require("c") }
    #expect(error?.found == "a b")
  }

  @Test func `a field that is no number is refused with its column`() throws {
    let table = try ResultTable(path: try folder.write("a\tb\n1\tx\n"))
    #expect(try table.advance())
    let error = #expect(throws: InputError.self) { try table.number(1) }
    #expect(error?.column == "b")
    #expect(error?.line == 2)
  }

  @Test(arguments: ["-1", "9223372036854775807", "x"])
  func `a position that sums overflow with is refused`(text: String) throws {
    let table = try ResultTable(path: try folder.write("pos\n0\n\(text)\n"))
    #expect(try table.advance() && table.position(0) == 0)
    #expect(try table.advance())
    let error = #expect(throws: InputError.self) { try table.position(0) }
    #expect(error?.line == 3)
  }

  @Test func `an empty file is no table`() throws {
    let path = try folder.write("")
    #expect(throws: InputError.self) { try ResultTable(path: path) }
  }
}
