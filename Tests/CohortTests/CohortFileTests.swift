import BlockGzip
import Cohort
import TestSupport
import Testing

@Suite struct CohortFileTests {
  private let folder: TemporaryFolder
  private static let samples: Set = ["S1", "S2"]

  init() throws { folder = try TemporaryFolder() }

  @Test func `a table of four leading columns is read`() throws {
    let path = try folder.write(tabbed(["#chr start end id S2 S1", "chr1 9 20 G -1.5e2 NA"]))
    let matrix = try ExpressionMatrix(path: path, sheetSamples: Self.samples)
    #expect(matrix.sampleIDs == ["S2", "S1"])
    #expect(matrix.genes == [Gene(id: "G", chromosome: "chr1", start: 9, end: 20)])
    #expect(matrix.values[0] == -150)
    #expect(matrix.values[1].isNaN)
  }

  @Test func `a table of six leading columns has strands`() throws {
    let path = try folder.write(
      tabbed(["c a b gene len dir S2 S1", "1 9 20 G x - 1 2", "1 5 6 H x + 3 4", "1 5 6 I x . 5 6"])
    )
    let matrix = try ExpressionMatrix(path: path, sheetSamples: Self.samples, keeping: ["S1"])
    #expect(matrix.genes.map(\.strand) == [.reverse, .forward, .unknown])
    #expect(matrix.sampleIDs == ["S1"])
    #expect(matrix.values == [2, 4, 6])
  }

  static let good = "#chr start end id S1 S2"

  @Test(
    arguments: [
      ([], 1, nil, "the file is empty", "no lines"),
      ([good], 1, nil, "expression file without genes", "a header line only"),
      (
        ["#chr start end id x S1 S2"], 1, "column 6", "unknown layout of the leading columns",
        "5 columns before 'S1', the first sample of the sheet: #chr, start, end, id, x"
      ),
      (["#chr start end id S1 S1"], 1, "S1", "duplicate sample", "'S1' in columns 5 and 6"),
      ([good, "1 0 1 G 1"], 2, "S2", "row has too few columns", "5 columns"),
      ([good, "1 0 1 G 1 2 3"], 2, "column 7", "row has too many columns", "7 columns"),
      (
        [good, "1 0 1 G 1 2", "1 0 1 G 1 2"], 3, "id", "duplicate gene",
        "'G', which is on line 2 too"
      ),
      ([good, "1 0 1 G 1 low"], 2, "S2", "expression value is not a number", "'low'"),
      ([good, "1 0 1 G inf 2"], 2, "S1", "expression value is not a number", "'inf'"),
      ([good, "1 0 1 G nan 2"], 2, "S1", "expression value is not a number", "'nan'"),
      ([good, "1 0 1 G 1,5 2"], 2, "S1", "expression value is not a number", "'1,5'"),
      ([good, "1 0 1 G _ 2"], 2, "S1", "expression value is not a number", "''"),
      ([good, "1 -1 1 G 1 2"], 2, "start", "malformed coordinate", "'-1'"),
      ([good, "1 5 4 G 1 2"], 2, "end", "malformed coordinate", "'4'"),
      ([good, "1 5 x G 1 2"], 2, "end", "malformed coordinate", "'x'"),
      ([good, "_ 5 6 G 1 2"], 2, "#chr", "gene without a chromosome", "an empty field"),
      ([good, "1 5 6 _ 1 2"], 2, "id", "gene without an id", "an empty field"),
      (["#chr start end id x s S1", "1 5 6 G 1 2 3"], 2, "s", "malformed strand", "'2'"),
      ([good, "_", "1 0 1 G 1 2"], 2, nil, "empty line between rows", "no columns"),
    ] as [([String], Int, String?, String, String)])
  func `malformed expression is refused`(
    rows: [String], line: Int, column: String?, what: String, found: String
  ) throws {
    let path = try folder.write(tabbed(rows))
    let error = try #require(
      #expect(throws: InputError.self) {
        try ExpressionMatrix(path: path, sheetSamples: Self.samples)
      })
    check(error, path: path, line: line, column: column, what: what, found: found)
  }

  @Test func `expression separated by spaces is refused`() throws {
    let path = try folder.write("#chr start end id S1 S2\n")
    let error = #expect(throws: InputError.self) {
      try ExpressionMatrix(path: path, sheetSamples: Self.samples)
    }
    #expect(error?.what == "header is separated by spaces")
    #expect(error?.expected == "tabs")
  }

  @Test func `UTF-16 expression is refused`() throws {
    let bytes: [UInt8] = [0xFF, 0xFE, 0x23, 0, 0x0A, 0]
    let path = try folder.write(bytes)
    let error = #expect(throws: InputError.self) {
      try ExpressionMatrix(path: path, sheetSamples: Self.samples)
    }
    #expect(error?.what == "text is UTF-16")
  }

  static let sheet = "sample_id donor_id time"

  @Test(
    arguments: [
      ([], 1, nil, "no header line", "an empty file"),
      ([sheet], 1, nil, "sample sheet without samples", "a header line only"),
      (
        ["sample_id time", "S1 0"], 1, nil, "sample sheet lacks a column",
        "the columns sample_id, time"
      ),
      (
        ["id donor_id time", "S1 A 0"], 1, nil, "sample sheet lacks a column",
        "the columns id, donor_id, time"
      ),
      (
        ["sample donor age", "S1 A 0"], 1, nil, "sample sheet lacks a column",
        "the columns sample, donor, age"
      ),
      (
        [sheet, "S1 A 0", "S1 A 1"], 3, "sample_id", "duplicate sample id",
        "'S1', which is on line 2 too"
      ),
      ([sheet, "NA A 0"], 2, "sample_id", "row without a sample id", "'NA'"),
      ([sheet, "S1 A early"], 2, "time", "time is not a number", "'early'"),
      ([sheet, "S1 A 1,5"], 2, "time", "time is not a number", "'1,5'"),
      ([sheet, "S1 A inf"], 2, "time", "time is not a number", "'inf'"),
      ([sheet, "S1 A"], 2, "time", "row has too few fields", "2 fields"),
      (
        ["sample_id donor_id time time"], 1, "column 4", "duplicate column name",
        "'time', which is column 3 too"
      ),
    ] as [([String], Int, String?, String, String)])
  func `a malformed sample sheet is refused`(
    rows: [String], line: Int, column: String?, what: String, found: String
  ) throws {
    let path = try folder.write(tabbed(rows))
    let error = try #require(#expect(throws: InputError.self) { try SampleSheet(path: path) })
    check(error, path: path, line: line, column: column, what: what, found: found)
  }

  @Test func `a time column of ids is refused`() throws {
    let path = try folder.write(tabbed([Self.sheet, "S1 A 0"]))
    let error = #expect(throws: InputError.self) {
      try SampleSheet(path: path, timeColumn: "donor_id")
    }
    #expect(error?.what == "time column holds ids")
  }

  @Test(arguments: [
    (["id S1 S2", "a 1 2", "b x y"], CovariateTable.Level.sample, true),
    (["id a b", "S1 1 x", "S2 2 y"], .sample, false),
    (["_ A B", "a 1 2", "b x y"], .donor, true),
    (["donor a b", "A 1 x", "B 2 y"], .donor, false),
  ])
  func `either orientation of covariates is found`(
    rows: [String], level: CovariateTable.Level, idsAreColumns: Bool
  ) throws {
    let table = try CovariateTable(
      path: folder.write(tabbed(rows)), sampleIDs: Self.samples, donorIDs: ["A", "B"])
    #expect(table.level == level)
    #expect(table.idsAreColumns == idsAreColumns)
    #expect(table.ids == (level == .sample ? ["S1", "S2"] : ["A", "B"]))
    #expect(table.columns == ["a": ["1", "2"], "b": ["x", "y"]])
    #expect(table.line(covariate: 0, id: 1) == (idsAreColumns ? 2 : 3))
  }

  @Test func `covariates separated by spaces are read`() throws {
    let path = try folder.write("SampleID S1 S2\npc1 -13.1 2\n")
    let table = try CovariateTable(path: path, sampleIDs: Self.samples, donorIDs: [])
    #expect(table.columns == ["pc1": ["-13.1", "2"]])
  }

  @Test(arguments: [
    (["id S1 S2", "a 1 2", "a 1 2"], 3, "duplicate covariate", "'a', which is on line 2 too"),
    (["id a", "S1 1", "S1 2"], 3, "duplicate id", "'S1', which is on line 2 too"),
    (["id S1 S1", "a 1 2"], 1, "duplicate column name", "'S1', which is column 2 too"),
    (["id S1 S2", "_ 1 2"], 2, "row without a name", "an empty field"),
    (["id S1 S2"], 1, "no covariates in the file", "ids only"),
    (["id S1 S2", "a 1"], 2, "row has too few fields", "2 fields"),
  ])
  func `malformed covariates are refused`(
    rows: [String], line: Int, what: String, found: String
  ) throws {
    let path = try folder.write(tabbed(rows))
    let error = try #require(
      #expect(throws: InputError.self) {
        try CovariateTable(path: path, sampleIDs: Self.samples, donorIDs: [])
      })
    check(error, path: path, line: line, column: error.column, what: what, found: found)
  }

  private func check(
    _ error: InputError, path: String, line: Int, column: String?, what: String, found: String
  ) {
    #expect(error.kind == .malformed)
    #expect(error.path == path)
    #expect(error.line == line)
    #expect(error.column == column)
    #expect(error.what == what)
    #expect(error.found == found)
    #expect(error.expected != nil && error.advice != nil)
  }
}
