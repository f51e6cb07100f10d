import BlockGzip
import Genotypes
import TestSupport
import Testing

@Suite struct VCFTextSourceTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func source(
    _ text: String, field: DosageField? = nil, selection: VariantSelection = VariantSelection()
  ) throws -> VCFTextSource {
    try VCFTextSource(path: folder.write(text), field: field, selection: selection)
  }

  @Test func `genotypes are read with their variants`() throws {
    let source = try source(
      vcf([
        "chr1 10 rs1 A G . . . GT 0|0 0|1 1|1", "chr1 20 . C T,TA . . . GT:DP 1/2:3 2/2:4 ./.:.",
        "chr2 5 rs3 G C . . . GT 0/0 ./. 1/0",
      ]))
    #expect(source.donorIDs == ["D1", "D2", "D3"])
    #expect(source.fieldDescription == "GT (called genotype)")
    #expect(
      try readAll(source) == [
        ReadVariant(
          chromosome: "chr1", position: 10, id: "rs1", alleles: "A>G", dosages: [0, 1, 2]),
        ReadVariant(
          chromosome: "chr1", position: 20, id: "chr1_20_C_T", alleles: "C>T",
          dosages: [1, 0, nil]),
        ReadVariant(
          chromosome: "chr1", position: 20, id: "chr1_20_C_TA", alleles: "C>TA",
          dosages: [1, 2, nil]),
        ReadVariant(
          chromosome: "chr2", position: 5, id: "rs3", alleles: "G>C", dosages: [0, nil, 1]),
      ])
    #expect(source.chromosomes == ["chr1", "chr2"])
    #expect(source.counts.records == 3)
  }

  @Test(arguments: [
    ("0|1", 1 as Float?), ("1/1", 2), ("0", 0), ("1", 1), (".", nil), ("./1", nil), ("1|.", nil),
    (".|.", nil), ("/0/1", 1), ("|1", 1), ("0/1:9", 1),
  ])
  func `calls of every ploidy are read`(call: String, dosage: Float?) throws {
    let source = try source(vcf(["1 10 a A G . . . GT:DP \(call) 1|1 0|0"]))
    #expect(try readAll(source).first?.dosages == [dosage, 2, 0])
    #expect(source.counts.haploidCalls == (["0", "1", "|1"].contains(call) ? 1 : 0))
  }

  @Test func `dosages are taken where present, else genotypes`() throws {
    let source = try source(
      vcf([
        "1 10 a A G . . . GT:DS 0|1:0.98 1|1:1.75 0|0:.", "1 11 b A G . . . GT 0|1 1|1 0|0",
        "1 12 c A G,T . . . DS 0.5,1.25 .,2 1,1",
      ]))
    #expect(source.fieldDescription == "DS (dosage)")
    #expect(
      try readAll(source).map(\.dosages) == [
        [0.98, 1.75, nil], [1, 2, 0], [0.5, nil, 1], [1.25, 2, 1],
      ])
    #expect(source.fieldDescription == "DS where the record has it, else GT")
  }

  @Test func `the field asked for is read`() throws {
    let text = vcf(["1 10 a A G . . . GT:DS 0|1:0.98 1|1:1.75 0|0:0"])
    #expect(try readAll(source(text, field: .gt)).first?.dosages == [1, 2, 0])
    #expect(try readAll(source(text, field: .ds)).first?.dosages == [0.98, 1.75, 0])
  }

  @Test func `rounding beyond the range is clamped and counted`() throws {
    let source = try source(
      vcf(["1 10 a A G . . . GT:DS 0|0:-0.002 1|1:2.001 1:1.01", "1 11 b A G . . . DS 2 1 -0"]))
    #expect(try readAll(source).map(\.dosages) == [[0, 2, 1], [2, 1, 0]])
    #expect(source.counts.clampedDosages == 3)
    #expect(source.counts.haploidCalls == 1)
  }

  @Test func `alleles without a dosage are skipped and counted`() throws {
    let source = try source(
      vcf([
        "1 10 a A . . . . GT 0|0 0|0 0|0", "1 11 b A *,G . . . GT 0|2 1|2 0|1",
        "1 12 c A <DEL> . . . GT 0|1 0|0 0|0", "1 13 d A <DEL> . . . DS 0.5 1 0",
      ]))
    let variants = try readAll(source)
    #expect(variants.map(\.alleles) == ["A>G", "A><DEL>"])
    #expect(variants.map(\.dosages) == [[1, 1, 0], [0.5, 1, 0]])
    #expect(source.counts.allelesWithoutDosage == 3)
  }

  @Test func `subfields dropped at the end of a column are missing`() throws {
    let source = try source(vcf(["1 10 a A G . . . DP:GT:DS 3:0|1 .:1|1:2 7"]))
    #expect(try readAll(source).first?.dosages == [nil, 2, nil])
  }

  @Test(arguments: [1, 2, 3, 100])
  func `batches of any size hold the same variants`(size: Int) throws {
    let text = vcf([
      "1 10 a A C,G,T . . . GT 0|1 2|3 3|3", "1 11 b A C,G . . . GT 0|1 2|1 0",
      "2 1 c A C . . . GT 0 1 0",
    ])
    let whole = try source(text)
    let pieces = try source(text)
    #expect(try readAll(pieces, batchSize: size) == readAll(whole))
    #expect(pieces.counts == whole.counts)
    #expect(whole.counts.haploidCalls == 4)
  }

  @Test func `donors come in the order selected`() throws {
    let source = try source(
      vcf(["1 10 a A G . . . GT 0|0 0|1 1|1", "1 11 a A G,T . . . GT 0|0 0|1 2|1"]))
    source.select(donors: [2, 0])
    #expect(try readAll(source).map(\.dosages) == [[2, 0], [1, 0], [1, 0]])
  }

  @Test(arguments: [
    (GenomicRegion(chromosome: "chr1", from: 11, to: 12), ["b", "c"]),
    (GenomicRegion(chromosome: "1", from: 12), ["c", "d"]),
    (GenomicRegion(chromosome: "1", to: 11), ["a", "b"]),
    (GenomicRegion(chromosome: "chr2"), ["e"]), (GenomicRegion(chromosome: "3"), []),
  ])
  func `a region is inclusive and matched without chr`(
    region: GenomicRegion, ids: [String]
  ) throws {
    let records = ["1 10 a", "1 11 b", "1 12 c", "1 13 d", "2 11 e"].map {
      "\($0) A G . . . GT 0|0 0|1 1|1"
    }
    let source = try source(vcf(records), selection: VariantSelection(region: region))
    #expect(try readAll(source).map(\.id) == ids)
    #expect(source.counts.records == 5)
    #expect(source.counts.deselected == 5 - ids.count)
  }

  @Test func `variants are selected by id, made ids included`() throws {
    let ids: Set = ["b", "1_12_A_T", "a variant with a long name", "nowhere"]
    let source = try source(
      vcf([
        "1 10 a A G . . . GT 0|0 0|1 1|1", "1 11 b A G . . . GT 0|0 0|1 1|1",
        "1 12 . A G,T . . . GT 0|0 0|2 1|1",
      ]), selection: VariantSelection(ids: ids))
    let variants = try readAll(source)
    #expect(variants.map(\.id) == ["b", "1_12_A_T"])
    #expect(variants.last?.dosages == [0, 1, 0])
    #expect(source.counts.deselected == 2)
  }

  @Test func `line ends of Windows and a byte-order mark are read`() throws {
    let text = vcf(["1 10 a A G . . . GT 0|0 0|1 1|1"])
    let source = try source("\u{FEFF}" + text.replacing("\n", with: "\r\n") + "\r\n")
    #expect(try readAll(source).map(\.dosages) == [[0, 1, 2]])
    #expect(source.notes.count == 2)
  }

  @Test func `a last line without its line end is read when it is whole`() throws {
    let source = try source(String(vcf(["1 10 a A G . . . GT 0|0 0|1 1|1"]).dropLast()))
    #expect(try readAll(source).map(\.dosages) == [[0, 1, 2]])
  }

  @Test func `probes of one site are told apart by their ids`() throws {
    let source = try source(
      vcf(["1 10 a", "1 10 b", "1 10 c"].map { "\($0) A G . . . GT 0|0 0|1 1|1" }))
    #expect(try readAll(source).map(\.id) == ["a", "b", "c"])
    #expect(source.counts.sharedSites == 2)
  }

  @Test func `one allele twice at a site is a duplicate where an id is missing`() throws {
    let source = try source(
      vcf(["1 10 a", "1 10 ."].map { "\($0) A G . . . GT 0|0 0|1 1|1" }))
    let error = #expect(throws: InputError.self) { try readAll(source) }
    #expect(error?.what == "duplicated site")
  }

  @Test func `compressed text is read`() throws {
    let path = folder.path("compressed.vcf.gz")
    let writer = try BlockGzipWriter(path: path)
    try writer.write(vcf(["1 10 a A G . . . GT 0|0 0|1 1|1"]))
    try writer.finish()
    let source = try VCFTextSource(path: path, field: nil, selection: VariantSelection())
    #expect(try readAll(source).map(\.dosages) == [[0, 1, 2]])
  }
}
