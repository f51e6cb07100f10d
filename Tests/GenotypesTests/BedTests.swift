import BlockGzip
import Genotypes
import TestSupport
import Testing

/// PLINK 1 file sets.
@Suite struct BedTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(
    _ prefix: String, field: DosageField? = nil, selection: VariantSelection = VariantSelection()
  ) throws -> any GenotypeSource {
    try GenotypeInput.bfile(prefix).open(field: field, selection: selection)
  }

  @Test(arguments: [1, 2, 3, 4, 5, 63, 64, 257])
  func `a file set is the same as its VCF`(donors: Int) throws {
    let fixture = PlinkFixture(random: UInt64(donors), donors: donors, variants: 40)
    let prefix = try fixture.writeBed(to: folder)
    let text = try folder.write(fixture.vcfText, to: "text.vcf")
    var random = VCFTwinTests.Generator(state: 5)
    for selected in [
      Array(0..<donors), Array((0..<donors).shuffled(using: &random).prefix(donors / 2 + 1)),
    ] {
      let bed = try open(prefix)
      let vcf = try GenotypeFile.open(path: text, field: nil, selection: VariantSelection())
      #expect(bed.donorIDs == vcf.donorIDs)
      bed.select(donors: selected)
      vcf.select(donors: selected)
      #expect(try readAll(bed, batchSize: 7) == readAll(vcf, batchSize: 7))
      #expect(bed.counts == vcf.counts)
      #expect(bed.chromosomes == vcf.chromosomes)
      #expect(bed.effectAllele == "A1")
      #expect(bed.paths == [".bed", ".bim", ".fam"].map { prefix + $0 })
    }
  }

  @Test func `a selection leaves out the same as of VCF`() throws {
    let fixture = PlinkFixture(random: 3, donors: 21, variants: 40)
    let prefix = try fixture.writeBed(to: folder)
    let text = try folder.write(fixture.vcfText, to: "text.vcf")
    for selection in [
      VariantSelection(region: GenomicRegion(chromosome: "x", from: 150, to: 300)),
      VariantSelection(region: GenomicRegion(chromosome: "2")),
      VariantSelection(ids: ["v3", "v29", "X_160_A_G", "chr2_60_A_G"]),
    ] {
      let bed = try open(prefix, selection: selection)
      let vcf = try GenotypeFile.open(path: text, field: nil, selection: selection)
      #expect(try readAll(bed) == readAll(vcf))
      #expect(bed.counts == vcf.counts)
    }
  }

  @Test func `columns may be separated by spaces and lack centimorgans`() throws {
    var fixture = PlinkFixture([[0, 1], [nil, 2]])
    fixture.donors = ["a b".replacing(" ", with: "_"), "c"]
    let prefix = try fixture.writeBed(to: folder)
    _ = try folder.write("1  r1 10 G A\r\n 1 r2 \t 20 T  C\r\n", to: "set.bim")
    let source = try open(prefix)
    let variants = try readAll(source)
    #expect(variants.map(\.alleles) == ["A>G", "C>T"])
    #expect(variants.map(\.position) == [10, 20])
    #expect(variants.map(\.dosages) == [[0, 1], [nil, 2]])
    #expect(source.notes.count == 1)
  }

  @Test func `variants that lack the name of an allele are left out and counted`() throws {
    var fixture = PlinkFixture([[0, nil, 0], [2, 2, nil], [nil, nil, nil], [0, 1, 2]])
    fixture.sites[0].effect = "0"
    fixture.sites[1].reference = "0"
    fixture.sites[2].effect = "0"
    fixture.sites[2].reference = "0"
    let source = try open(fixture.writeBed(to: folder))
    #expect(try readAll(source).map(\.id) == ["v3"])
    #expect(source.counts.allelesWithoutDosage == 3)
    #expect(source.counts.records == 4)
  }

  /// Bytes of `name` put in place of the good ones, and what the message must hold.
  struct Refusal: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    var words: [String]
    var field: DosageField?
    var testDescription: String { words.joined(separator: " ") }

    init(_ name: String, _ text: String, _ words: [String]) {
      self.init(name, Array(text.utf8), words)
    }

    init(_ name: String, _ bytes: [UInt8], _ words: [String], field: DosageField? = nil) {
      self.name = name
      self.bytes = bytes
      self.words = words
      self.field = field
    }
  }

  static let refusals = [
    Refusal(
      "set.bed", [0x1F, 0x8B, 0x08, 0],
      ["not a PLINK 1 .bed file", "the bytes 1f 8b 08", "6c 1b 01"]),
    Refusal("set.bed", [], ["not a PLINK 1 .bed file", "an empty file"]),
    Refusal(
      "set.bed", [0x6C, 0x1B, 0, 1, 1],
      ["sample-major", "plink2 --bfile ", "set --make-bed --out NEW"]),
    Refusal("set.bed", [0x6C, 0x1B, 0x10], ["--pfile"]),
    Refusal(
      "set.bed", [0x6C, 0x1B, 1, 1, 1],
      [
        "size does not fit set.bim and set.fam", "found 5 bytes", "expected 7 bytes",
        "2 for each of 2 variants of 5 donors",
      ]),
    Refusal(
      "set.bed", [0x6C, 0x1B, 1, 1, 1, 1, 1, 1], ["found 8 bytes", "expected 7 bytes"]),
    Refusal(
      "set.bim", "1 a 0 10 G A\n1 b 0 20 G\n",
      ["set.bim:2:column 6", "too few columns", "5 columns", "6 columns"]),
    Refusal(
      "set.bim", "1 a 0 10 G A\n1 b c 0 20 G A\n",
      ["set.bim:2:column 7", "too many columns", "7 columns", "6 columns"]),
    Refusal(
      "set.bim", "1 a 0 10 G A\n1 b 0 ten G A\n",
      ["set.bim:2:position", "malformed position", "'ten'"]),
    Refusal(
      "set.bim", "0 a 0 0 G A\n1 b 0 10 G A\n",
      ["set.bim:1:position", "without a position", "--not-chr 0 --make-bed --out NEW"]),
    Refusal(
      "set.bim", "1 a 0 20 G A\n1 b 0 10 G A\n",
      ["set.bim:2:position", "10 after 20", "--make-pgen --sort-vars --out NEW"]),
    Refusal(
      "set.bim", "1 a 0 20 G A\n2 b 0 10 G A\n1 c 0 30 G A\n",
      ["size does not fit", "expected 9 bytes"]),
    Refusal(
      "set.bim", "1 a 0 20 G A\n1 a 0 20 G A\n", ["set.bim:2:A1", "duplicated site", "A>G"]),
    Refusal(
      "set.bim", "1 a 0 20 0 A\n1 b 0 30 G A\n",
      ["set.bim:1:A1", "allele without a name has carriers", "D1", "'0'"]),
    Refusal("set.bim", "", ["no variants in the file"]),
    Refusal("set.fam", "F D0 0 0 0 0\n", ["size does not fit", "2 variants of 1 donors"]),
    Refusal("set.fam", "F D0 0\n", ["set.fam:1:column 4", "3 columns", "5 columns"]),
    Refusal(
      "set.fam", "F D0 0 0 0 0\nG D1 0 0 0 0\nG D0 0 0 0 0\n",
      ["set.fam:3:column 2", "IID 'D0' in lines 1 and 3", "--update-ids"]),
    Refusal("set.fam", "F 0 0 0 0 0\n", ["set.fam:1:column 2", "donor without an id"]),
    Refusal("set.fam", "\n", ["no donors"]),
    Refusal("other", [], ["no dosages in a .bed file", "GT"], field: .ds),
  ]

  @Test(arguments: refusals)
  func `malformed files are refused by name`(refusal: Refusal) throws {
    let prefix = try PlinkFixture([[0, 1, 2, nil, 0], [2, 1, 0, 0, 1]]).writeBed(to: folder)
    _ = try folder.write(refusal.bytes, to: refusal.name)
    let error = try #require(throws: InputError.self) {
      _ = try readAll(open(prefix, field: refusal.field))
    }
    #expect(refusal.words.filter { !error.description.contains($0) } == [], "\(error)")
    #expect(error.kind == .malformed)
  }

  @Test func `a chromosome in two runs is refused`() throws {
    var fixture = PlinkFixture([[0, 1], [1, 1], [1, 2]])
    fixture.sites[1].chromosome = "2"
    let prefix = try fixture.writeBed(to: folder)
    let error = try #require(throws: InputError.self) { _ = try readAll(open(prefix)) }
    #expect(error.line == 3)
    #expect(error.what == "chromosome is split in two runs")
  }

  @Test(arguments: [".bed", ".bim", ".fam"])
  func `a missing file of the three is named`(name: String) throws {
    let prefix = try PlinkFixture([[0, 1]]).writeBed(to: folder)
    let missing = try TemporaryFolder()
    for other in [".bed", ".bim", ".fam"] where other != name {
      _ = try missing.write([1], to: "set" + other)
    }
    let error = try #require(throws: InputError.self) { _ = try open(missing.path("set")) }
    #expect(error.kind == .unreadable)
    #expect(error.path == missing.path("set") + name)
    let given = try #require(throws: InputError.self) { _ = try open(prefix + name) }
    #expect(given.kind == .unreadable)
    #expect(given.advice == "give the prefix without extension: --bfile \(prefix)")
  }

  @Test(
    .enabled(if: Plink2.path != nil, "plink2 is not here"), arguments: [7, 64, 101])
  func `files made by plink2 are the same as the VCF they came from`(donors: Int) throws {
    let fixture = PlinkFixture(random: 77, donors: donors, variants: 60)
    let text = try folder.write(fixture.vcfText, to: "text.vcf")
    try Plink2.run("--vcf text.vcf --make-bed vzs --allow-extra-chr --out NEW", in: folder)
    let bed = try open(folder.path("NEW"))
    let vcf = try GenotypeFile.open(path: text, field: nil, selection: VariantSelection())
    let (made, given) = (try readAll(bed), try readAll(vcf))
    #expect(made.map(\.dosages) == given.map(\.dosages))
    #expect(made.map(\.alleles) == given.map(\.alleles))
    #expect(made.map(\.position) == given.map(\.position))
  }
}
