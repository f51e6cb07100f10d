import BlockGzip
import Foundation
import Genotypes
import Testing

/// Where the data sets for tests lie; tests that use one are skipped where it is absent.
enum TestData {
  static let url =
    ProcessInfo.processInfo.environment["SLOPEQTL_TEST_DATA"].map { URL(fileURLWithPath: $0) }
    ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("../shared/data").standardized

  /// Whether a file or folder of the data is there.
  static func has(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: path(name))
  }

  static func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}

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
}
