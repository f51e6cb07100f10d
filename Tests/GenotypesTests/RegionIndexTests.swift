import BlockGzip
import CHTSlib
import Foundation
import TestSupport
import Testing

@testable import Genotypes

/// Regions by an index against reading through.
@Suite struct RegionIndexTests {
  enum Kind: String, CaseIterable {
    case vcfTBI, vcfCSI, bcfCSI

    var isBCF: Bool { self == .bcfCSI }
    var ending: String { self == .vcfTBI ? ".tbi" : ".csi" }
  }

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Records on three chromosomes, far apart and crowded, over several blocks of compression.
  static func text(names: [String] = ["chr2", "chr1", "X"], seed: UInt64 = 1) -> String {
    var random = VCFTwinTests.Generator(state: seed)
    let donors = (0..<30).map { "D\($0)" }
    var records: [String] = []
    for name in names {
      var position = Int.random(in: 1...90_000, using: &random)
      for index in 0..<700 {
        let alternate = index % 40 == 0 ? "G,T" : "G"
        let calls = donors.map { _ in "\(Int.random(in: 0...1, using: &random))|0" }
        // A deletion that reaches far beyond its position.
        let reference = index % 100 == 7 ? String(repeating: "A", count: 500) : "A"
        records.append(
          "\(name) \(position) v\(index) \(reference) \(alternate) . . . GT "
            + calls.joined(separator: " "))
        position += Int.random(in: 0..<8, using: &random) == 0 ? 40_000 : 11
      }
    }
    return vcf(donors: donors, records).replacing(
      "##fileformat=VCFv4.2\n",
      with: "##fileformat=VCFv4.2\n" + Set(names).sorted().map { "##contig=<ID=\($0)>\n" }.joined()
        + "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n")
  }

  /// Writes the text compressed, with its index where one is wanted.
  private func write(
    _ text: String, _ kind: Kind, to name: String, indexed: Bool = true
  ) throws -> String {
    var path = folder.path(name + ".vcf.gz")
    let writer = try BlockGzipWriter(path: path)
    try writer.write(text)
    try writer.finish()
    if kind.isBCF {
      let source = path
      path = folder.path(name + ".bcf")
      try convert(source, toBCF: path)
    }
    if indexed { try index(path, kind) }
    return path
  }

  private func index(_ path: String, _ kind: Kind) throws {
    switch kind {
    case .vcfTBI: try TabixIndex.build(path: path, indexPath: path + ".tbi", layout: .vcf)
    case .vcfCSI:
      var layout = tbx_conf_t(
        preset: TBX_VCF, sc: 1, bc: 2, ec: 0, meta_char: Int32(UInt8(ascii: "#")), line_skip: 0)
      #expect(tbx_index_build3(path, path + ".csi", 14, 0, &layout) == 0)
    case .bcfCSI: #expect(bcf_index_build3(path, path + ".csi", 14, 0) == 0)
    }
  }

  private func open(
    _ path: String, _ regions: [GenomicRegion]?
  ) throws -> any GenotypeSource {
    try GenotypeFile.open(
      path: path, field: nil, selection: VariantSelection(regions: regions))
  }

  @Test(arguments: Kind.allCases)
  func `regions by the index are those of reading through`(kind: Kind) throws {
    let text = Self.text()
    let indexed = try write(text, kind, to: "indexed")
    let plain = try write(text, kind, to: "plain", indexed: false)
    let all = try readAll(open(plain, nil))
    let first = try #require(all.first)
    let last = try #require(all.last)
    let middle = try #require(all.filter { $0.chromosome == "chr1" }.dropFirst(350).first)
    let regions: [[GenomicRegion]] = [
      [GenomicRegion(chromosome: "chr2")],
      [GenomicRegion(chromosome: "2", to: first.position)],
      [GenomicRegion(chromosome: "chr2", from: first.position, to: first.position + 5_000)],
      [GenomicRegion(chromosome: "chrX", from: last.position)],
      [GenomicRegion(chromosome: "X", from: last.position - 50_000, to: Int.max)],
      [GenomicRegion(chromosome: "1", from: middle.position, to: middle.position)],
      [GenomicRegion(chromosome: "chr1", from: middle.position - 300, to: middle.position + 300)],
      [GenomicRegion(chromosome: "chr1", from: middle.position + 1, to: middle.position + 5)],
      [GenomicRegion(chromosome: "X", from: last.position + 1)],
      [GenomicRegion(chromosome: "X", from: 1_000_000_000)],
      [GenomicRegion(chromosome: "3")], [],
      [
        GenomicRegion(chromosome: "X", from: last.position - 90_000),
        GenomicRegion(chromosome: "chr2", from: 200_000, to: 300_000),
        GenomicRegion(chromosome: "2", from: 250_000, to: 2_000_000),
        GenomicRegion(chromosome: "4"), GenomicRegion(chromosome: "1", to: middle.position),
      ],
    ]
    for region in regions {
      let source = try open(indexed, region)
      let through = try open(plain, region)
      let found = try readAll(source, batchSize: 37)
      #expect(try found == readAll(through, batchSize: 37), "\(region)")
      #expect(source.chromosomes == ["chr2", "chr1", "X"])
      #expect(
        source.notes == [
          "\(indexed) is read by its index: records outside the regions are not checked"
        ])
      #expect(through.notes == ["\(plain) has no index and is read through to find the regions"])
      #expect(source.warnings.isEmpty)
      #expect(through.counts.records == 2100)
    }
    let few = try open(indexed, regions[6])
    #expect(try readAll(few).count >= 2)
    #expect(few.counts.records < 1000)
    #expect(try open(indexed, nil).notes.isEmpty)
  }

  @Test(arguments: Kind.allCases)
  func `an index older than its file is used with a warning`(kind: Kind) throws {
    let path = try write(Self.text(), kind, to: "old")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: path + kind.ending)
    let source = try open(path, [GenomicRegion(chromosome: "X")])
    #expect(try readAll(source).count == 718)
    #expect(source.warnings.count == 1)
    #expect(source.warnings.first?.contains("\(path)\(kind.ending) is older than \(path)") == true)
  }

  @Test(arguments: Kind.allCases, [0, 10, 100, 300])
  func `a damaged index is refused`(kind: Kind, kept: Int) throws {
    let path = try write(Self.text(), kind, to: "damaged")
    let whole = try Data(contentsOf: URL(fileURLWithPath: path + kind.ending))
    try whole.prefix(kept).write(to: URL(fileURLWithPath: path + kind.ending))
    let error = #expect(throws: InputError.self) {
      try readAll(open(path, [GenomicRegion(chromosome: "X")]))
    }
    #expect(error?.kind == .malformed)
    #expect(error?.what == "the index cannot be read")
    #expect(error?.path == path + kind.ending)
    #expect(error?.advice == "make it again or remove it")
  }

  @Test(arguments: Kind.allCases)
  func `an index of other content is refused`(kind: Kind) throws {
    let path = try write(Self.text(), kind, to: "file")
    let other = try write(
      Self.text(names: kind.isBCF ? ["chr1", "X", "chr2"] : ["chr7", "X", "chr8"], seed: 2), kind,
      to: "other")
    try FileManager.default.removeItem(atPath: path + kind.ending)
    try FileManager.default.copyItem(atPath: other + kind.ending, toPath: path + kind.ending)
    let error = #expect(throws: InputError.self) {
      try readAll(open(path, [GenomicRegion(chromosome: "X")]))
    }
    #expect(error?.kind == .malformed)
    #expect(error?.line == nil)
    #expect(error?.advice?.contains("the index") == true, "\(String(describing: error))")
  }

  @Test func `an index of another format is refused`() throws {
    let path = try write(Self.text(), .vcfTBI, to: "file", indexed: false)
    var layout = tbx_conf_t(
      preset: TBX_UCSC, sc: 1, bc: 2, ec: 3, meta_char: Int32(UInt8(ascii: "#")), line_skip: 0)
    let bed = folder.path("table.bed.gz")
    let writer = try BlockGzipWriter(path: bed)
    try writer.write("X\t1\t2\n")
    try writer.finish()
    #expect(tbx_index_build3(bed, path + ".tbi", 0, 0, &layout) == 0)
    let error = #expect(throws: InputError.self) {
      try open(path, [GenomicRegion(chromosome: "X")])
    }
    #expect(error?.what == "the index is not that of a VCF file")
  }

  @Test(arguments: Kind.allCases)
  func `a malformed record in a region is refused with its place`(kind: Kind) throws {
    var lines = Self.text().split(separator: "\n").map(String.init)
    let index = lines.count - 5
    lines[index] = lines[index].replacing("\t0|0\t", with: "\t0|7\t")
    let path = try write(lines.joined(separator: "\n") + "\n", kind, to: "file")
    let error = #expect(throws: InputError.self) {
      try readAll(open(path, [GenomicRegion(chromosome: "X")]))
    }
    #expect(error?.what == "allele index beyond ALT")
    #expect(error?.line == nil)
    #expect(error?.found?.hasPrefix("'0|7', after X:") == true)
    #expect(try readAll(open(path, [GenomicRegion(chromosome: "1")])).count == 718)
  }

  @Test(arguments: Kind.allCases)
  func `a truncated file is refused though the region is whole`(kind: Kind) throws {
    let path = try write(Self.text(), kind, to: "file")
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    try whole.dropLast(28).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: InputError.self) {
      try readAll(open(path, [GenomicRegion(chromosome: "chr2")]))
    }
    #expect(error?.what == "BGZF file is truncated")
  }

  @Test func `files of a series are read by their indexes`() throws {
    let first = try write(Self.text(names: ["1", "2"]), .vcfTBI, to: "first")
    let second = try write(Self.text(names: ["3", "4"], seed: 3), .bcfCSI, to: "second")
    let regions = [
      GenomicRegion(chromosome: "2", to: 500_000), GenomicRegion(chromosome: "chr4", to: 500_000),
    ]
    let series = try GenotypeInput.vcf([first, second]).open(
      field: nil, selection: VariantSelection(regions: regions))
    let parts = try [first, second].flatMap { try readAll(open($0, regions)) }
    #expect(try readAll(series) == parts)
    #expect(Set(parts.map(\.chromosome)) == ["2", "4"])
    #expect(series.chromosomes == ["1", "2", "3", "4"])
    #expect(series.counts.records < 2800)
    let third = try write(Self.text(names: ["5", "chr1"]), .vcfTBI, to: "third")
    let split = try GenotypeInput.vcf([first, third]).open(
      field: nil, selection: VariantSelection(regions: regions))
    let error = #expect(throws: InputError.self) { try readAll(split) }
    #expect(error?.what == "chromosome is split in two runs")
    #expect(error?.path == third)
  }
}
