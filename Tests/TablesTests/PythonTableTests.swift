import Foundation
import Tables
import TestSupport
import Testing

private let python = ["/usr/bin/python3", "/usr/local/bin/python3"]
  .first { FileManager.default.isExecutableFile(atPath: $0) }

/// Tables as Python's `csv` module reads them, an independent reader.
@Suite(.enabled(if: python != nil, "python3 is not installed"))
struct PythonTableTests {
  /// Header and rows by Python's `csv`.
  private func records(of path: String) throws -> [[String]] {
    let process = Process()
    process.executableURL = try URL(fileURLWithPath: #require(python))
    process.arguments = [
      "-c",
      "import csv, json, sys; "
        + "print(json.dumps(list(csv.reader(open(sys.argv[1], newline='', encoding='utf-8')))))",
      path,
    ]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try JSONDecoder().decode([[String]].self, from: bytes)
  }

  @Test(.enabled(if: TestData.has("classics"), "the data are not here"))
  func `the classic data sets have the cells that Python reads`() throws {
    let folder = TestData.url.appendingPathComponent("classics")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".csv") }.sorted()
    #expect(!names.isEmpty)
    for name in names {
      let path = folder.appendingPathComponent(name).path
      let table = try DelimitedTable(path: path, dialect: .quoted)
      #expect(try [table.header] + table.rows == records(of: path), "\(name)")
      #expect(table.lineNumbers == Array(2..<(table.rows.count + 2)), "\(name)")
    }
  }

  @Test func `quotes, separators and line ends have the meaning they have in Python`() throws {
    let folder = try TemporaryFolder()
    // Python takes spaces for a part of the field; none stands at a field's ends here.
    let path = try folder.write(
      "\"\",\"a, b\",\"c\"\"d\"\r\n"
        + "\"1\",x\"y,\"line\nbreak\"\r\n2,\"\",\"\r\n\"\r\n\"3\",\"\"\"\",é\r\n")
    let table = try DelimitedTable(
      path: path, dialect: .quoted, allowsUnnamedFirstColumn: true)
    #expect(try [table.header] + table.rows == records(of: path))
  }
}
