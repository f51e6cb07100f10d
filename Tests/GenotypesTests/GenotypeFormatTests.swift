import BlockGzip
import CHTSlib
import Foundation
import Genotypes
import TestSupport
import Testing

/// The same data through every format.
@Suite struct GenotypeFormatTests {
  private let folder: TemporaryFolder
  private static let donors = (0..<17).map { "D\($0)" }

  init() throws { folder = try TemporaryFolder() }

  /// Reads both files with the same donors and expects the same of them.
  private func expectSame(
    _ left: any GenotypeSource, _ right: any GenotypeSource, seed: UInt64
  ) throws {
    #expect(left.donorIDs == right.donorIDs)
    var random = VCFTwinTests.Generator(state: seed)
    let order = left.donorIDs.indices.shuffled(using: &random)
    let selected = Array(order.prefix(max(1, left.donorIDs.count * 2 / 3)))
    left.select(donors: selected)
    right.select(donors: selected)
    let size = Int.random(in: 1...50, using: &random)
    #expect(try readAll(left, batchSize: size) == readAll(right, batchSize: size))
    #expect(left.counts == right.counts)
    #expect(left.fieldDescription == right.fieldDescription)
    #expect(left.chromosomes == right.chromosomes)
  }

  @Test(arguments: 1...12 as ClosedRange<UInt64>, ["Float", "String"])
  func `random records are the same as text and as BCF`(seed: UInt64, type: String) throws {
    let text = VCFTwinTests.randomText(seed: seed, donors: Self.donors)
    let left = try GenotypeFile.open(
      path: folder.write(text), field: nil, selection: VariantSelection())
    let right = try GenotypeFile.open(
      path: folder.bcf(text, dosageType: type), field: nil, selection: VariantSelection())
    #expect(left is VCFTextSource && right is BCFSource)
    try expectSame(left, right, seed: seed)
  }

  @Test(arguments: [
    VariantSelection(region: GenomicRegion(chromosome: "chr22", from: 900, to: 4000)),
    VariantSelection(ids: ["rs1", "rs7", "rs30", "rs122", "rs123", "22_51_A_G"]),
  ])
  func `a selection leaves out the same`(selection: VariantSelection) throws {
    let text = VCFTwinTests.randomText(seed: 3, donors: Self.donors)
    let left = try GenotypeFile.open(
      path: folder.write(text), field: nil, selection: selection)
    let right = try GenotypeFile.open(path: folder.bcf(text), field: nil, selection: selection)
    try expectSame(left, right, seed: 3)
  }

  @Test(
    .enabled(if: BCFTools.path != nil, "bcftools is not here"),
    arguments: 21...24 as ClosedRange<UInt64>, ["b", "u"])
  func `files made by bcftools are the same as their text`(seed: UInt64, type: String) throws {
    let text = declared(VCFTwinTests.randomText(seed: seed, donors: Self.donors))
    let vcf = try folder.write(text, to: "text.vcf")
    try BCFTools.view(vcf, to: folder.path("file.bcf"), type: type)
    let left = try GenotypeFile.open(path: vcf, field: nil, selection: VariantSelection())
    let right = try GenotypeFile.open(
      path: folder.path("file.bcf"), field: nil, selection: VariantSelection())
    #expect(right is BCFSource)
    try expectSame(left, right, seed: seed)
  }

  /// Dosages from 0 to 2 of 200 variants, a little rounding beyond it and missing values included.
  private func randomDosages(seed: UInt64) -> [[String]] {
    var random = VCFTwinTests.Generator(state: seed)
    return (0..<200).map { _ in
      let digits: Double = [1, 10, 1000, 1e6].randomElement(using: &random) ?? 1
      return Self.donors.map { _ in
        if Int.random(in: 0..<15, using: &random) == 0 { return "NA" }
        if Int.random(in: 0..<50, using: &random) == 0 { return "2.004" }
        let value = (Double.random(in: 0...2, using: &random) * digits).rounded() / digits
        return value == value.rounded() ? "\(Int(value))" : "\(value)"
      }
    }
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>, [false, true])
  func `a dosage table is the same as text and BCF`(seed: UInt64, compressed: Bool) throws {
    let dosages = randomDosages(seed: seed)
    let records = dosages.enumerated().map { index, row in
      "1 \(index * 3 + 5) \(index % 4 == 0 ? "." : "v\(index)") A G . . . DS "
        + row.map { $0 == "NA" ? "." : $0 }.joined(separator: " ")
    }
    let rows = dosages.enumerated().map { index, row in
      "1\t\(index * 3 + 5)\t\(index % 4 == 0 ? "." : "v\(index)")\tA\tG\t"
        + row.map { $0 == "NA" && index % 2 == 0 ? "" : $0 }.joined(separator: "\t")
    }
    let header = "#chrom\tpos\tvariant_id\tref\talt\t" + Self.donors.joined(separator: "\t")
    let table = ([header] + rows).joined(separator: "\n") + "\n"
    var path = folder.path("table.tsv.gz")
    if compressed {
      let writer = try BlockGzipWriter(path: path)
      try writer.write(table)
      try writer.finish()
    } else {
      path = try folder.write(table)
    }
    let text = vcf(donors: Self.donors, records)
    let vcfPath = try folder.write(text, to: "text.vcf")
    let bcfPath = try folder.bcf(text)
    func open(_ path: String) throws -> any GenotypeSource {
      try GenotypeFile.open(path: path, field: nil, selection: VariantSelection())
    }
    let expected = try readAll(open(vcfPath))
    let source = try DosageTableSource(path: path, selection: VariantSelection())
    #expect(source.donorIDs == Self.donors)
    #expect(try readAll(source) == expected)
    #expect(try readAll(open(bcfPath)) == expected)
    let counted = try open(vcfPath)
    _ = try readAll(counted)
    #expect(source.counts == counted.counts)
    #expect(source.counts.clampedDosages > 0)
  }

  @Test(arguments: ["wb", "wb0", "wbu", "gzip"])
  func `compression is found by content`(mode: String) throws {
    let text = vcf(["1 10 a A G . . . GT 0|0 0|1 1|1", "1 11 b A G . . . GT 1 ./. 0/1"])
    var path = try folder.bcf(text, mode: mode == "gzip" ? "wbu" : mode)
    if mode == "gzip" {
      let plain = try Data(contentsOf: URL(fileURLWithPath: path))
      path = folder.path("gzip.bcf")
      let file = bgzf_open(path, "wg")
      #expect(plain.withUnsafeBytes { bgzf_write(file, $0.baseAddress, $0.count) } == plain.count)
      #expect(bgzf_close(file) == 0)
    }
    let source = try GenotypeFile.open(path: path, field: nil, selection: VariantSelection())
    #expect(source is BCFSource)
    #expect(source.fieldDescription == "GT (called genotype)")
    #expect(try readAll(source).map(\.dosages) == [[0, 1, 2], [1, nil, 1]])
    #expect(source.counts.haploidCalls == 1)
    #expect(source.counts.records == 2)
  }
}
