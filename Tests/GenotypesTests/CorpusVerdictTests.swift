import BlockGzip
import Foundation
import Genotypes
import TestSupport
import Testing

/// The specification's corpus against the stored list of what is made of each file.
@Suite struct CorpusVerdictTests {
  private static let list = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("reference/vcf_corpus/verdicts.tsv").path

  /// What the sources say of a file; nil where they read it.
  private func refusal(_ path: String) -> InputError? {
    do throws(InputError) {
      let source = try GenotypeFile.open(
        path: path, field: nil, selection: VariantSelection())
      while try source.nextBatch(maximumVariants: 64) != nil {}
      return nil
    } catch { return error }
  }

  @Test(.enabled(if: TestData.has("vcf_corpus"), "data sets are not here: vcf_corpus"))
  func `every file of the corpus is read or refused as listed`() throws {
    let rows = try String(contentsOfFile: Self.list, encoding: .utf8).split(separator: "\n")
      .dropFirst().map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    #expect(rows.count == 683)
    for row in rows {
      let path = TestData.path("vcf_corpus/" + row[0])
      let error = refusal(path)
      #expect((error == nil) == (row[2] == "accepted"), "\(row[0]): \(error?.description ?? "")")
      #expect((error?.what ?? "") == row[3], "\(row[0])")
      if let error {
        #expect(error.kind == .malformed && error.path == path, "\(row[0])")
        #expect(error.expected != nil && error.advice != nil, "\(row[0]): \(error)")
      }
      // Whatever is not as its folder says has its reason.
      #expect((row[1] == "passed") == (row[2] == "accepted") || !row[4].isEmpty, "\(row[0])")
    }
  }
}
