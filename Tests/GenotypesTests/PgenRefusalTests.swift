import BlockGzip
import TestSupport
import Testing

@testable import Genotypes

/// PLINK 2 files that cannot be read, and what is said about them.
@Suite struct PgenRefusalTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func error(
    _ prefix: String, field: DosageField? = nil
  ) throws -> InputError {
    try #require(throws: InputError.self) {
      _ = try readAll(
        GenotypeInput.pfile(prefix).open(field: field, selection: VariantSelection()))
    }
  }

  private func check(_ error: InputError, _ words: [String]) {
    #expect(words.filter { !error.description.contains($0) } == [], "\(error)")
    #expect(error.kind == .malformed)
  }

  /// Two good records of five donors.
  private static let good = PgenFixture(
    donorCount: 5,
    records: [
      .init(type: 0, bytes: [0b0110_0100, 2]), .init(type: 2, bytes: [1, 4, 1]),
    ])

  @Test(
    arguments: [
      (
        [0x6C, 0x1B, 0x11],
        ["mode 0x11", "--make-pgen --out NEW", "--export vcf bgz vcf-dosage=DS"]
      ),
      ([0x6C, 0x1B, 0x20], ["mode 0x20", "plink2 --pfile "]),
      ([0x6C, 0x1B, 0x00], ["sample-major", "--make-pgen --out NEW"]),
      ([0x62, 0x67, 0x65], ["not a .pgen file", "the bytes 62 67 65"]),
      ([], ["not a .pgen file", "an empty file"]),
      ([0x6C, 0x1B, 0x10, 2, 0], ["truncated", "5 bytes"]),
    ] as [([UInt8], [String])])
  func `other content is named`(start: [UInt8], words: [String]) throws {
    check(try error(Self.good.write(to: folder, bytes: start)), words)
  }

  @Test(
    arguments: [
      (
        [UInt8](repeating: 0, count: 16) + "bgen".utf8,
        ["BGEN is not read", "plink2 --bgen ", "--make-pgen --out NEW"]
      ),
      ([0x6C, 0x1B, 1, 0], ["PLINK's .bed", "--bfile PREFIX"]),
      ([0x6C, 0x1B, 0x10, 0], ["PLINK's .pgen", "--pfile "]),
    ] as [([UInt8], [String])])
  func `other formats given as VCF are named`(start: [UInt8], words: [String]) throws {
    let path = try folder.write(start, to: "set.pgen")
    let error = try #require(throws: InputError.self) {
      _ = try GenotypeFile.open(path: path, field: nil, selection: VariantSelection())
    }
    check(error, words)
    #expect(words.last != "--pfile " || error.advice?.hasSuffix(folder.path("set")) == true)
  }

  @Test func `tables that do not fit the header are refused`() throws {
    let prefix = try Self.good.write(to: folder)
    _ = try folder.write("#IID\nD0\n", to: "set.psam")
    check(try error(prefix), ["number of donors", "set.psam", "5 donors", "expected 1"])
    _ = try Self.good.write(to: folder)
    _ = try folder.write("#CHROM POS ID REF ALT\n1 1 a T C\n", to: "set.pvar")
    check(try error(prefix), ["number of variants", "set.pvar", "2 variants", "expected 1"])
    _ = try Self.good.write(to: folder)
    _ = try folder.write("#CHROM POS ID REF ALT\n1 1 a T C,G\n1 2 b T C\n", to: "set.pvar")
    check(try error(prefix), ["set.pgen:1:", "2 alleles", "expected 3"])
    _ = try folder.write("#CHROM POS ID REF\n1 1 a T\n", to: "set.pvar")
    check(try error(prefix), ["set.pvar:1:ALT", "#CHROM, POS, ID, REF and ALT"])
    _ = try folder.write("#FID SEX\n", to: "set.psam")
    check(try error(prefix), ["set.psam:1:column 2", "'SEX'", "'IID'"])
  }

  @Test func `a cut file is refused when it is opened`() throws {
    let bytes = Self.good.pgenBytes()
    for cut in 3..<bytes.count {
      let prefix = try Self.good.write(to: folder, bytes: Array(bytes.prefix(cut)))
      #expect(throws: InputError.self) {
        _ = try GenotypeInput.pfile(prefix).open(field: nil, selection: VariantSelection())
      }
    }
    check(try error(Self.good.write(to: folder, bytes: bytes + [0])), ["size does not fit"])
  }

  @Test(arguments: [
    (PgenFixture.Record(type: 0, bytes: [0]), "ends inside"),
    (.init(type: 0, bytes: [0, 0, 0]), "bytes behind the end"),
    (.init(type: 5, bytes: [0]), "unknown way"),
    (.init(type: 1, bytes: [4, 0, 0]), "unknown way"),
    (.init(type: 2, bytes: [6, 0, 0, 0, 1, 1, 1, 1, 1]), "list of donors"),
    (.init(type: 2, bytes: [2, 0, 1, 0]), "list of donors"),
    (.init(type: 2, bytes: [2, 0, 1, 5]), "list of donors"),
    (.init(type: 4, bytes: [1, 5, 1]), "list of donors"),
    (.init(type: 4, bytes: [0x80, 0x80, 0x80, 0x80, 0x80, 0x80]), "list of donors"),
    (.init(type: 0x20, bytes: [0, 0, 1, 3, 1, 0x80]), "a dosage above 2"),
    (.init(type: 0x40, bytes: [0, 0, 1, 2]), "ends inside"),
    (.init(type: 8, bytes: [4, 0, 0x33], alternateCount: 2), "allele numbers"),
    (.init(type: 8, bytes: [4, 0, 0xF1, 1, 1, 3], alternateCount: 4), "allele numbers"),
    (.init(type: 8, bytes: [4, 0, 0xFF]), "allele numbers"),
  ])
  func `a damaged record is named by its number`(
    record: PgenFixture.Record, found: String
  ) throws {
    var fixture = Self.good
    fixture.records[1] = record
    let error = try error(fixture.write(to: folder))
    check(error, [found, "set.pgen:2"])
  }

  @Test func `differences without a base are refused`() throws {
    var fixture = Self.good
    fixture.records[0].type = 2
    fixture.records[0].bytes = [0]
    check(try error(fixture.write(to: folder)), ["set.pgen:1", "a record that is not there"])
  }

  @Test func `dosages of several ALT alleles are refused, their calls are read`() throws {
    var fixture = Self.good
    fixture.records[1] = .init(type: 0x20, bytes: [4, 0, 1, 3, 1, 0], alternateCount: 2)
    let prefix = try fixture.write(to: folder)
    check(try error(prefix), ["set.pgen:2", "dosages of several ALT", "--field GT"])
    let source = try GenotypeInput.pfile(prefix).open(field: .gt, selection: VariantSelection())
    #expect(try readAll(source).map(\.dosages).dropFirst() == [[0, 1, 0, 0, 0], [0, 0, 0, 0, 0]])
  }

  @Test func `damaged bytes are an error or other genotypes, never a crash`() throws {
    var made = PgenRandomRecords(donorCount: 70, seed: 4)
    let records = (0..<30).map { made.next(isFirst: $0 == 0).record }
    let fixture = PgenFixture(donorCount: 70, records: records)
    let bytes = fixture.pgenBytes()
    let prefix = try fixture.write(to: folder)
    var random = VCFTwinTests.Generator(state: 9)
    var refused = 0
    for _ in 0..<400 {
      var damaged = bytes
      damaged[Int.random(in: 3..<bytes.count, using: &random)] = UInt8.random(
        in: 0...255, using: &random)
      _ = try folder.write(damaged, to: "set.pgen")
      do {
        _ = try readAll(
          GenotypeInput.pfile(prefix).open(field: nil, selection: VariantSelection()))
      } catch is InputError { refused += 1 }
    }
    #expect(refused > 20)
  }
}
