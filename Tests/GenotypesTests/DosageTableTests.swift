import BlockGzip
import Genotypes
import TestSupport
import Testing

@Suite struct DosageTableTests {
  /// A malformed table and what its message must hold.
  struct Refusal: Sendable, CustomTestStringConvertible {
    var text: String
    var line: Int
    var column: String?
    var what: String
    var found: String
    var expected: String
    var testDescription: String { "\(what): \(found)" }

    init(
      _ text: String, _ line: Int, _ column: String?, _ what: String, found: String,
      expected: String
    ) {
      self.text = text
      self.line = line
      self.column = column
      self.what = what
      self.found = found
      self.expected = expected
    }

    /// A table of one row more than a good one.
    init(row: String, _ column: String?, _ what: String, found: String, expected: String) {
      self.init(
        table(["1 10 a A G 0 1 2", row]), 3, column, what, found: found, expected: expected)
    }
  }

  /// A table of rows given as columns separated by spaces; `_` is an empty field.
  static func table(donors: [String] = ["D1", "D2", "D3"], _ rows: [String]) -> String {
    let header = ["chrom", "pos", "variant_id", "ref", "alt"] + donors
    let lines = rows.map {
      $0.split(separator: " ").map { $0 == "_" ? "" : String($0) }.joined(separator: "\t")
    }
    return ([header.joined(separator: "\t")] + lines).joined(separator: "\n") + "\n"
  }

  private static let number = "a number from 0 to 2, NA or an empty field"
  private static let range = "a dosage from 0 to 2 (0.01 beyond is taken for rounding)"
  private static let columns = "8 tab-separated columns, as in the header"
  private static let unique =
    "every REF and ALT once at a position, or ids that tell them apart"

  static let refusals = [
    Refusal("", 1, nil, "the file is empty", found: "no lines", expected: "a dosage table"),
    Refusal(
      "chrom pos variant_id ref alt D1\n", 1, nil, "header is separated by spaces",
      found: "spaces", expected: "tabs"),
    Refusal(
      "chrom\tpos\tref\talt\tD1\n", 1, "column 3", "malformed header line", found: "'ref'",
      expected: "'variant_id'"),
    Refusal(
      "chrom\tpos\n", 1, "column 3", "malformed header line", found: "2 columns",
      expected: "'variant_id'"),
    Refusal(
      table(donors: [], []), 1, nil, "header without donors", found: "5 columns",
      expected: "the 5 columns chrom to alt and one column per donor"),
    Refusal(
      table(donors: ["D1", "D2", "D1"], []), 1, "D1", "duplicate donor",
      found: "'D1' in columns 6 and 8", expected: "different donor ids"),
    Refusal(
      table(donors: ["D1", ""], []), 1, "column 7", "donor without an id",
      found: "an empty name", expected: "a donor id"),
    Refusal(
      table([]), 1, nil, "no rows after the header", found: "the end of the file",
      expected: "a row per variant"),
    Refusal(
      row: "1 9 b A G 0 1 2", "pos", "positions are not sorted", found: "9 after 10",
      expected: "ascending positions within a chromosome"),
    Refusal(
      table(["1 10 a A G 0 1 2", "2 10 a A G 0 1 2", "1 11 a A G 0 1 2"]), 4, "chrom",
      "chromosome is split in two runs", found: "'1' again after '2'",
      expected: "all records of a chromosome together"),
    Refusal(
      row: "_ 11 b A G 0 1 2", "chrom", "record without a chromosome", found: "an empty field",
      expected: "a chromosome name"),
    Refusal(
      table(["_ 11 b A G 0 1 2"]), 2, "chrom", "record without a chromosome",
      found: "an empty field", expected: "a chromosome name"),
    Refusal(
      row: "1 10 a A G 0 1 2", "alt", "duplicated site", found: "1:10 A>G a second time",
      expected: unique),
    Refusal(
      row: "1 x b A G 0 1 2", "pos", "malformed position", found: "'x'",
      expected: "a positive integer"),
    Refusal(
      row: "1 0 b A G 0 1 2", "pos", "malformed position", found: "'0'",
      expected: "a positive integer"),
    Refusal(
      row: "1 11 b A _ 0 1 2", "alt", "empty allele", found: "''",
      expected: "an allele, or '.' where it is not known"),
    Refusal(
      row: "1 11 b _ G 0 1 2", "ref", "empty allele", found: "'G'",
      expected: "an allele, or '.' where it is not known"),
    Refusal(
      row: "1 11 b A G 0 1", "column 8", "record has too few columns", found: "7 columns",
      expected: columns),
    Refusal(
      row: "1 11", "column 3", "record has too few columns", found: "2 columns",
      expected: columns),
    Refusal(
      row: "1 11 b A G 0 1 2 1", "column 9", "record has too many columns", found: "9 columns",
      expected: columns),
    Refusal(
      row: "1 11 b A G 0 high 2", "D2", "malformed dosage", found: "'high'", expected: number),
    Refusal(row: "1 11 b A G 0 . 2", "D2", "malformed dosage", found: "'.'", expected: number),
    Refusal(row: "1 11 b A G nan 1 2", "D1", "malformed dosage", found: "'nan'", expected: number),
    Refusal(row: "1 11 b A G 0 1 inf", "D3", "malformed dosage", found: "'inf'", expected: number),
    Refusal(row: "1 11 b A G 0 1 3", "D3", "dosage out of range", found: "'3'", expected: range),
    Refusal(
      row: "1 11 b A G -0.5 1 2", "D1", "dosage out of range", found: "'-0.5'", expected: range),
    Refusal(
      table([]) + "1 10 a A G 0 1 2\n", 2, nil, "row is separated by spaces", found: "spaces",
      expected: "tabs"),
    Refusal(
      table(["1 10 a A G 0 1 2"]) + "\n1\t11\n", 3, nil, "empty line between rows",
      found: "no columns", expected: "a row"),
    Refusal(
      table(["1 10 a A G 0 1 2"]) + "1\t11\tb\tA\tG\t0", 3, "column 7",
      "record has too few columns", found: "6 columns in a last line without its line end",
      expected: columns),
  ]

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func source(
    _ text: String, selection: VariantSelection = VariantSelection()
  ) throws -> DosageTableSource {
    try DosageTableSource(path: folder.write(text), selection: selection)
  }

  @Test(arguments: refusals)
  func `malformed tables are refused with their place`(refusal: Refusal) throws {
    let path = try folder.write(refusal.text)
    let error = try #require(
      #expect(throws: InputError.self) {
        let source = try DosageTableSource(path: path, selection: VariantSelection())
        while try source.nextBatch(maximumVariants: 10) != nil {}
      })
    #expect(error.kind == .malformed)
    #expect(error.path == path)
    #expect(error.line == refusal.line)
    #expect(error.column == refusal.column)
    #expect(error.what == refusal.what)
    #expect(error.found == refusal.found)
    #expect(error.expected == refusal.expected)
    #expect(error.advice != nil)
  }

  @Test func `a table is read with its variants`() throws {
    let text = Self.table([
      "1 10 a A G 0 0.5 2", "1 10 b A G NA _ 1e-1", "1 12 . A . 2.004 -0.01 -0",
      "X 4 d A <DEL> 0 1 2",
    ])
    let source = try source("\u{FEFF}#" + text.replacing("\n", with: "\r\n"))
    #expect(source.donorIDs == ["D1", "D2", "D3"])
    source.select(donors: [2, 0])
    let variants = try readAll(source, batchSize: 2)
    #expect(variants.map(\.id) == ["a", "b", "1_12_A_.", "d"])
    #expect(variants.map(\.chromosome) == ["1", "1", "1", "X"])
    #expect(variants.map(\.alleles) == ["A>G", "A>G", "A>.", "A><DEL>"])
    #expect(variants.map(\.dosages) == [[2, 0], [0.1, nil], [0, 2], [2, 0]])
    #expect(source.counts.records == 4)
    #expect(source.counts.sharedSites == 1)
    #expect(source.counts.clampedDosages == 1)
    #expect(source.notes.count == 2)
    #expect(source.fieldDescription == "a dosage table")
  }

  @Test func `a selection leaves rows out but checks them`() throws {
    let rows = ["1 10 a A G 0 1 2", "1 11 b A G 0 1 2", "2 11 c A G 0 1 2"]
    let region = VariantSelection(region: GenomicRegion(chromosome: "chr1", from: 11))
    let regional = try source(Self.table(rows), selection: region)
    #expect(try readAll(regional).map(\.id) == ["b"])
    #expect(regional.counts.deselected == 2)
    let named = try source(Self.table(rows), selection: VariantSelection(ids: ["c"]))
    #expect(try readAll(named).map(\.id) == ["c"])
    let ragged = try source(Self.table(rows + ["2 12 d A G 0"]), selection: region)
    let error = #expect(throws: InputError.self) { try readAll(ragged) }
    #expect(error?.line == 5)
  }

  @Test func `a missing table is unreadable`() throws {
    let error = #expect(throws: InputError.self) {
      _ = try DosageTableSource(path: folder.path("nowhere"), selection: VariantSelection())
    }
    #expect(error?.kind == .unreadable)
  }
}
