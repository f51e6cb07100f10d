import BlockGzip
import Genotypes
import TestSupport
import Testing

@Suite struct VCFRefusalTests {
  /// A malformed file and what its message must hold.
  struct Refusal: Sendable, CustomTestStringConvertible {
    var text: String
    var line: Int?
    var column: String?
    var what: String
    var found: String
    var expected: String
    var testDescription: String { "\(what): \(found)" }

    init(
      _ text: String, _ line: Int?, _ column: String?, _ what: String, found: String,
      expected: String
    ) {
      self.text = text
      self.line = line
      self.column = column
      self.what = what
      self.found = found
      self.expected = expected
    }

    /// A file of one record more than a good one.
    init(
      record: String, _ column: String?, _ what: String, found: String, expected: String
    ) {
      self.init(
        vcf(["1 10 a A G . . . GT 0|0 0|1 1|1", record]), 4, column, what, found: found,
        expected: expected)
    }
  }

  static let headers = [
    Refusal("", 1, nil, "the file is empty", found: "no lines", expected: "a VCF file"),
    Refusal(
      "##fileformat=VCFv4.2\n", 1, nil, "no #CHROM header line", found: "the end of the file",
      expected: "a line that starts with '#CHROM' after the '##' lines"),
    Refusal(
      "1\t10\ta\tA\tG\n", 1, nil, "no #CHROM header line",
      found: "a line that does not start with '#'",
      expected: "a line that starts with '#CHROM' after the '##' lines"),
    Refusal(
      "#CHROM POS ID REF\n", 1, nil, "header is separated by spaces", found: "spaces",
      expected: "tabs"),
    Refusal(
      "#CHROM\tPOS\tREF\n", 1, "column 3", "malformed #CHROM header line", found: "'REF'",
      expected: "'ID'"),
    Refusal(
      vcf(donors: [], []), 2, nil, "header without donors", found: "9 columns",
      expected: "the 9 columns #CHROM to FORMAT and one column per donor"),
    Refusal(
      vcf(donors: ["D1", "D2", "D1"], []), 2, "D1", "duplicate donor",
      found: "'D1' in columns 10 and 12", expected: "different donor ids"),
    Refusal(
      vcf(donors: ["D1", ""], []), 2, "column 11", "donor without an id", found: "an empty name",
      expected: "a donor id"),
    Refusal(
      vcf([]), 2, nil, "no records after the header", found: "the end of the file",
      expected: "variant records"),
    Refusal(
      "BCF\u{2}\u{2}\0\0\0", nil, nil, "the file is BCF", found: "BCF's magic bytes",
      expected: "VCF text"),
  ]

  static let records = [
    Refusal(
      record: "1 9 b A G . . . GT 0|0 0|1 1|1", "POS", "positions are not sorted",
      found: "9 after 10", expected: "ascending positions within a chromosome"),
    Refusal(
      vcf(
        ["1 10 a", "2 10 b", "1 11 c"].map { "\($0) A G . . . GT 0|0 0|1 1|1" }), 5, "CHROM",
      "chromosome is split in two runs", found: "'1' again after '2'",
      expected: "all records of a chromosome together"),
    Refusal(
      vcf([]) + "\t10\ta\tA\tG\t.\t.\t.\tGT\t0|0\t0|1\t1|1\n", 3, "CHROM",
      "record without a chromosome", found: "an empty field", expected: "a chromosome name"),
    Refusal(
      record: "1 10 a A T,G . . . GT 0|0 0|1 1|1", "ALT", "duplicated site",
      found: "1:10 A>G a second time",
      expected: "every REF and ALT once at a position, or ids that tell them apart"),
    Refusal(
      record: "1 11 b A T,T . . . GT 0|0 0|1 1|1", "ALT", "duplicated site",
      found: "1:11 A>T a second time",
      expected: "every REF and ALT once at a position, or ids that tell them apart"),
    Refusal(
      record: "1 11 b A G . . . GT 0|0 0|2 1|1", "D2", "allele index beyond ALT",
      found: "'0|2'", expected: "allele numbers 0 to 1"),
    Refusal(
      record: "1 11 b A G . . . GT 0|0 0|1 1-1", "D3", "malformed genotype", found: "'1-1'",
      expected: "GT of one or two alleles such as 0/1, 1|1, 0 or ./."),
    Refusal(
      record: "1 11 b A G . . . GT 0/0/1 0|1 1|1", "D1", "malformed genotype", found: "'0/0/1'",
      expected: "GT of one or two alleles such as 0/1, 1|1, 0 or ./."),
    Refusal(
      record: "1 x b A G . . . GT 0|0 0|1 1|1", "POS", "malformed position", found: "'x'",
      expected: "a positive integer"),
    Refusal(
      record: "1 0 b A G . . . GT 0|0 0|1 1|1", "POS", "malformed position", found: "'0'",
      expected: "a positive integer"),
    Refusal(
      record: "1 11 b A G . . . GT 0|0 0|1", "column 12", "record has too few columns",
      found: "11 columns", expected: "12 tab-separated columns, as in the header"),
    Refusal(
      record: "1 11 b A G", "column 6", "record has too few columns", found: "5 columns",
      expected: "12 tab-separated columns, as in the header"),
    Refusal(
      record: "1 11 b A G . . . GT 0|0 0|1 1|1 0|0", "column 13", "record has too many columns",
      found: "13 columns", expected: "12 tab-separated columns, as in the header"),
    Refusal(
      record: "1 11 b A G . . . GT:DS 0|0:0 0|1:abc 1|1:2", "D2", "malformed dosage",
      found: "'abc'", expected: "DS as a finite number or '.'"),
    Refusal(
      record: "1 11 b A G . . . DS nan 1 2", "D1", "malformed dosage", found: "'nan'",
      expected: "DS as a finite number or '.'"),
    Refusal(
      record: "1 11 b A G . . . DS 0 inf 2", "D2", "malformed dosage", found: "'inf'",
      expected: "DS as a finite number or '.'"),
    Refusal(
      record: "1 11 b A G . . . DS 0 1 2.7", "D3", "dosage out of range", found: "'2.7'",
      expected: "DS from 0 to 2 (0.01 beyond is taken for rounding)"),
    Refusal(
      record: "1 11 b A G . . . DS 0 -0.5 2", "D2", "dosage out of range", found: "'-0.5'",
      expected: "DS from 0 to 2 (0.01 beyond is taken for rounding)"),
    Refusal(
      record: "1 11 b A G . . . GT:DS 0|0:0 1:1.5 1|1:2", "D2", "dosage out of range",
      found: "'1.5'", expected: "DS from 0 to 1 (0.01 beyond is taken for rounding)"),
    Refusal(
      record: "1 11 b A G,T . . . DS 0,1 1 2,0", "D2", "wrong number of dosages",
      found: "'1' (1 values)", expected: "2, one DS value per ALT"),
    Refusal(
      record: "1 11 b A G . . . DS 0,1 1 2", "D1", "wrong number of dosages",
      found: "'0,1' (2 values)", expected: "1, one DS value per ALT"),
    Refusal(
      record: "1 11 b A G . . . DP:AD 1:2 1:2 1:2", "FORMAT", "no usable FORMAT field",
      found: "the fields DP, AD", expected: "GT or DS"),
    Refusal(
      record: "c,r 11 b A G . . . GT 0|0 0|1 1|1", "CHROM", "malformed chromosome",
      found: "'c,r'", expected: "a name without spaces, commas, quotes and single brackets"),
    Refusal(
      record: "<2 11 b A G . . . GT 0|0 0|1 1|1", "CHROM", "malformed chromosome", found: "'<2'",
      expected: "a name without spaces, commas, quotes and single brackets"),
    Refusal(
      record: "1 11 b A,C G . . . GT 0|0 0|1 1|1", "REF", "malformed allele", found: "'A,C'",
      expected: "a sequence of A, C, G, T and N"),
    Refusal(
      record: "1 11 b . G . . . GT 0|0 0|1 1|1", "REF", "malformed allele", found: "'.'",
      expected: "a sequence of A, C, G, T and N"),
    Refusal(
      record: "1 11 b A R . . . GT 0|0 0|1 1|1", "ALT", "malformed allele", found: "'R'",
      expected: "sequences of A, C, G, T and N, '*', a symbol such as <DEL>, or a breakend"),
    Refusal(
      record: "1 11 b A G,[1:100[ . . . GT 0|0 0|1 1|1", "ALT", "malformed allele",
      found: "'[1:100['",
      expected: "sequences of A, C, G, T and N, '*', a symbol such as <DEL>, or a breakend"),
    Refusal(
      record: "1 11 b A G . . . GT::DP 0|0 0|1 1|1", "FORMAT", "malformed FORMAT",
      found: "'' as a field",
      expected: "different fields of letters, digits, '_' and '.', with colons between"),
    Refusal(
      record: "1 11 b A G . . . GT:DP:DP 0|0 0|1 1|1", "FORMAT", "malformed FORMAT",
      found: "'DP' twice",
      expected: "different fields of letters, digits, '_' and '.', with colons between"),
    Refusal(
      record: "1 11 b A G . . . GT:DP 0|0:1 0|1:2:3 1|1:4", "D2",
      "column has more subfields than FORMAT", found: "'0|1:2:3'",
      expected: "at most 2, with colons between"),
    Refusal(
      record: "1 11 b A G, . . . GT 0|0 0|1 1|1", "ALT", "empty allele", found: "'G,'",
      expected: "alleles separated by commas, or '.'"),
    Refusal(
      record: "#CHROM POS", nil, "header line among the records",
      found: "a line that starts with '#'", expected: "a record"),
    Refusal(
      vcf([]) + "1 10 a A G . . . GT 0|0 0|1 1|1\n", 3, nil, "record is separated by spaces",
      found: "spaces", expected: "tabs"),
    Refusal(
      vcf([]) + "\n" + "1\t10\n", 3, nil, "record has too few columns",
      found: "1 columns", expected: "12 tab-separated columns, as in the header"),
    Refusal(
      vcf(["1 10 a A G . . . GT 0|0 0|1 1|1"]) + "\n1\t10\n", 4, nil,
      "empty line between records", found: "no columns", expected: "a record"),
    Refusal(
      vcf(["1 10 a A G . . . GT 0|0 0|1 1|1"]) + "1\t11\tb\tA\tG\t.\t.\t.\tGT\t0|0\t0|1", 4,
      "column 12", "record has too few columns",
      found: "11 columns in a last line without its line end",
      expected: "12 tab-separated columns, as in the header"),
  ]

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: headers + records)
  func `malformed text is refused with its place`(refusal: Refusal) throws {
    let path = try folder.write(refusal.text)
    let error = try #require(
      #expect(throws: InputError.self) {
        let source = try VCFTextSource(path: path, field: nil, selection: VariantSelection())
        while try source.nextBatch(maximumVariants: 10) != nil {}
      })
    #expect(error.kind == .malformed)
    #expect(error.path == path)
    #expect(error.line == refusal.line)
    if let column = refusal.column { #expect(error.column == column) }
    #expect(error.what == refusal.what)
    #expect(error.found == refusal.found)
    #expect(error.expected == refusal.expected)
    #expect(error.advice != nil)
  }

  @Test func `a region does not hide a malformed record outside it`() throws {
    let path = try folder.write(
      vcf(["1 10 a A G . . . GT 0|0 0|1 1|1", "2 10 a A G . . . GT 0|0 0|1"]))
    let source = try VCFTextSource(
      path: path, field: nil,
      selection: VariantSelection(region: GenomicRegion(chromosome: "1")))
    let error = #expect(throws: InputError.self) { try readAll(source) }
    #expect(error?.line == 4)
    #expect(error?.what == "record has too few columns")
  }

  @Test func `a field that the file lacks is refused`() throws {
    let path = try folder.write(vcf(["1 10 a A G . . . GT:DP 0|0 0|1 1|1"]))
    let error = #expect(throws: InputError.self) {
      _ = try VCFTextSource(path: path, field: .ds, selection: VariantSelection())
    }
    #expect(error?.line == 3)
    #expect(error?.found == "the fields GT, DP")
    #expect(error?.expected == "DS, as asked for")
  }

  @Test func `a cut last genotype is said to be cut`() throws {
    let path = try folder.write(String(vcf(["1 10 a A G . . . GT 0|0 0|1 1|1"]).dropLast(2)))
    let source = try VCFTextSource(path: path, field: nil, selection: VariantSelection())
    let error = #expect(throws: InputError.self) { try readAll(source) }
    #expect(error?.column == "D3")
    #expect(error?.advice == "the file looks cut off; copy it again")
  }

  @Test func `a missing file is unreadable`() throws {
    let error = #expect(throws: InputError.self) {
      _ = try VCFTextSource(
        path: folder.path("nowhere"), field: nil, selection: VariantSelection())
    }
    #expect(error?.kind == .unreadable)
  }
}
