import BlockGzip
import Foundation
import TestSupport
import Testing

@testable import Genotypes

/// Several files as one.
@Suite struct GenotypeSeriesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(
    _ names: [String], selection: VariantSelection = VariantSelection()
  ) throws -> any GenotypeSource {
    try GenotypeInput.vcf(names).open(field: nil, selection: selection)
  }

  private static let records = [
    "1 10 a A G . . . GT 0|0 0|1 1|1", "1 20 b A G,T . . . GT 0|2 2|1 1",
    "2 5 c A G . . . DS 0 1.5 2.001", "X 7 . C <DEL>,T . . . GT 0/2 ./. 1",
  ]

  @Test(arguments: [1, 2, 100])
  func `files by chromosome are read as the whole`(size: Int) throws {
    let whole = try open([folder.write(vcf(Self.records), to: "whole.vcf")])
    let parts = try open([
      folder.write(vcf(Array(Self.records[...1])), to: "1.vcf"),
      folder.bcf(vcf([Self.records[2]])),
      folder.write(vcf([Self.records[3]]), to: "X.vcf"),
    ])
    #expect(parts.fieldDescription == UsedFields.mixture)
    let selected = [2, 0]
    whole.select(donors: selected)
    parts.select(donors: selected)
    #expect(try readAll(parts, batchSize: size) == readAll(whole, batchSize: size))
    #expect(parts.counts == whole.counts)
    #expect(parts.chromosomes == whole.chromosomes)
    #expect(parts.fieldDescription == whole.fieldDescription)
    #expect(parts.paths.count == 3)
    #expect(parts.path.hasSuffix("1.vcf and 2 more"))
  }

  @Test func `donors may stand in another order`() throws {
    let first = try folder.write(
      vcf(donors: ["A", "B", "C"], ["1 10 a A G . . . GT 0|0 0|1 1|1"]), to: "first")
    let second = try folder.write(
      vcf(donors: ["C", "A", "B"], ["2 10 a A G . . . GT 0|0 0|1 1|1"]), to: "second")
    let source = try open([first, second])
    #expect(source.donorIDs == ["A", "B", "C"])
    source.select(donors: [2, 0])
    #expect(try readAll(source).map(\.dosages) == [[2, 0], [0, 1]])
  }

  @Test func `notes are those of all files`() throws {
    let text = vcf(["1 10 a A G . . . GT 0|0 0|1 1|1"])
    let first = try folder.write(text.replacing("\n", with: "\r\n"), to: "first")
    let second = try folder.write(
      "\u{FEFF}" + vcf(["2 10 a A G . . . GT 0|0 0|1 1|1"]), to: "second")
    let source = try open([first, second])
    _ = try readAll(source)
    #expect(source.notes.count == 2)
    #expect(source.notes.last?.hasPrefix(second) == true)
  }

  @Test func `other donors are refused by name`() throws {
    let first = try folder.write(vcf(["1 10 a A G . . . GT 0|0 0|1 1|1"]), to: "first")
    let second = try folder.write(
      vcf(donors: ["D1", "E1", "D3", "E2"], ["2 10 a A G . . . GT 0|0 0|1 1|1 0|0"]), to: "second")
    let error = #expect(throws: InputError.self) { try open([first, second]) }
    #expect(error?.what == "donors are not those of the first genotype file")
    #expect(error?.path == second)
    #expect(
      error?.found
        == "no column of D2 (1 in all) and columns of E1, E2 (2 in all) beyond them")
    #expect(error?.expected == "the 3 donors of \(first), in any order")
    #expect(error?.kind == .malformed)
  }

  @Test(arguments: ["1", "chr1"])
  func `a chromosome in two files is split`(name: String) throws {
    let first = try folder.write(vcf(["1 10 a A G . . . GT 0|0 0|1 1|1"]), to: "first")
    let second = try folder.write(
      vcf(["2 10 a", "\(name) 20 a"].map { "\($0) A G . . . GT 0|0 0|1 1|1" }), to: "second")
    for other in [second, try folder.bcf(String(contentsOfFile: second, encoding: .utf8))] {
      let source = try open([first, other])
      let error = #expect(throws: InputError.self) { try readAll(source) }
      #expect(error?.what == "chromosome is split in two runs")
      #expect(error?.path == other)
      #expect(error?.line == (other == second ? 4 : 2))
      #expect(error?.column == "CHROM")
      #expect(error?.found == "'\(name)' again after the file \(first)")
    }
  }

  @Test func `a region is looked for in every file`() throws {
    let names = try ["1", "2", "3"].map {
      try folder.write(vcf(["\($0) 10 v\($0) A G . . . GT 0|0 0|1 1|1"]), to: $0)
    }
    let source = try open(
      names, selection: VariantSelection(region: GenomicRegion(chromosome: "chr2")))
    #expect(try readAll(source).map(\.id) == ["v2"])
    #expect(source.counts.deselected == 2)
  }

  @Test func `a pattern names its files in natural order`() throws {
    let names = ["10", "2", "Y", "MT", "1", "X", "HLA", "GL1"]
    for name in names { _ = try folder.write("", to: "p[x]*\(name).vcf.gz") }
    for other in ["p[x]*.vcf.gz", "p[x]*3.vcf", "pxx3.vcf.gz", "p[x]*1.vcf.gz.tbi"] {
      _ = try folder.write("", to: other)
    }
    let prefix = folder.path("p[x]*")
    #expect(
      try ChromosomeFiles.paths(prefix + "{chrom}.vcf.gz")
        == ["1", "2", "10", "X", "Y", "MT", "GL1", "HLA"].map { "\(prefix)\($0).vcf.gz" })
    #expect(try ChromosomeFiles.paths(prefix) == [prefix])
    let twice = try folder.write("", to: "7-7")
    _ = try folder.write("", to: "7-8")
    #expect(try ChromosomeFiles.paths(folder.path("{chrom}-{chrom}")) == [twice])
  }

  @Test func `a pattern that fits no file is refused`() throws {
    let pattern = folder.path("chr{chrom}.vcf.gz")
    let error = #expect(throws: InputError.self) { try open([pattern]) }
    #expect(error?.kind == .unreadable)
    #expect(error?.path == pattern)
    #expect(error?.what == "no file fits the pattern")
  }
}
