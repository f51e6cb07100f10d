import BlockGzip
import Foundation
import Genotypes
import TestSupport
import Testing

@Suite struct RealDataTests {
  @Test(.enabled(if: TestData.has("vcf_corpus"), "data sets are not here: vcf_corpus"))
  func `every file of the specification's corpus is read or refused`() throws {
    let files =
      FileManager.default.enumerator(atPath: TestData.path("vcf_corpus"))?
      .compactMap { $0 as? String }.filter { $0.hasSuffix(".vcf") } ?? []
    #expect(files.count == 683)
    var readFiles = 0
    for file in files {
      do throws(InputError) {
        let source = try VCFTextSource(
          path: TestData.path("vcf_corpus/" + file), field: nil, selection: VariantSelection())
        while try source.nextBatch(maximumVariants: 64) != nil {}
        readFiles += 1
      } catch { #expect(error.path != nil && !error.what.isEmpty) }
    }
    #expect(readFiles > 0)
  }

  @Test(
    .enabled(if: TestData.has("timecourse_chr22"), "data sets are not here: timecourse_chr22"))
  func `the time course's genotypes are read whole`() throws {
    let source = try VCFTextSource(
      path: TestData.path("timecourse_chr22/genotypes.vcf.gz"), field: nil,
      selection: VariantSelection())
    #expect(source.donorIDs.count == 100)
    var variants = 0
    while let batch = try source.nextBatch(maximumVariants: 1024) {
      variants += batch.variants.count
      for (index, variant) in batch.variants.enumerated() where variant.id == "22_51082446" {
        #expect(batch.column(index).allSatisfy { $0 == 1 })
      }
    }
    #expect(variants == 85_485)
    #expect(source.chromosomes == ["chr22"])
  }

  @Test(
    .enabled(if: TestData.has("mouse_f2_growth"), "data sets are not here: mouse_f2_growth"))
  func `the mouse cross's dosage table equals its VCF`() throws {
    let table = try DosageTableSource(
      path: TestData.path("mouse_f2_growth/dosages.tsv.gz"), selection: VariantSelection())
    let vcf = try GenotypeFile.open(
      path: TestData.path("mouse_f2_growth/genotypes.vcf.gz"), field: .ds,
      selection: VariantSelection())
    #expect(table.donorIDs == vcf.donorIDs)
    // The table names the parents where the VCF has bases.
    let left = try readAll(table).map { ($0.chromosome, $0.position, $0.id, $0.dosages) }
    let right = try readAll(vcf).map { ($0.chromosome, $0.position, $0.id, $0.dosages) }
    #expect(left.count == right.count && left.count > 1000)
    #expect(zip(left, right).allSatisfy { $0 == $1 })
  }

  @Test(
    .enabled(if: TestData.has("timecourse_chr22"), "data sets are not here: timecourse_chr22"))
  func `the time course's genotypes are the same as BCF`() throws {
    let folder = try TemporaryFolder()
    let path = TestData.path("timecourse_chr22/genotypes.vcf.gz")
    let converted = folder.path("genotypes.bcf")
    try convert(path, toBCF: converted)
    let text = try GenotypeFile.open(path: path, field: nil, selection: VariantSelection())
    let bcf = try GenotypeFile.open(path: converted, field: nil, selection: VariantSelection())
    #expect(bcf is BCFSource)
    #expect(text.donorIDs == bcf.donorIDs)
    while let left = try text.nextBatch(maximumVariants: 4096) {
      let right = try bcf.nextBatch(maximumVariants: 4096)
      #expect(left.variants == right?.variants)
      // Bit patterns, because a missing dosage is not equal to itself.
      #expect(left.dosages.map(\.bitPattern) == right?.dosages.map(\.bitPattern))
    }
    #expect(try bcf.nextBatch(maximumVariants: 1) == nil)
    #expect(text.counts == bcf.counts)
  }
}
