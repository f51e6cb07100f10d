import BlockGzip
import Foundation
import TestSupport
import Testing

@Suite struct TabixIndexTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func compressed(_ text: String) throws -> String {
    let path = folder.path("table.gz")
    let writer = try BlockGzipWriter(path: path)
    try writer.write(text)
    try writer.finish()
    return path
  }

  @Test(arguments: [
    (TabixIndex.Layout.positions, "#chrom\tpos\n1\t5\n1\t9\n2\t3\n"),
    (.bed, "#chr\tstart\tend\n1\t5\t6\n1\t9\t10\n2\t3\t4\n"),
    (.vcf, "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\n1\t5\t.\tA\tC\n2\t3\t.\tA\tC\n"),
  ])
  func `an index of a sorted table is built`(layout: TabixIndex.Layout, text: String) throws {
    let path = try compressed(text)
    try TabixIndex.build(path: path, indexPath: path + ".tbi", layout: layout)
    let reader = try LineReader(path: path + ".tbi")
    #expect(try reader.starts(with: "TBI\u{1}".utf8))
  }

  @Test func `an unsorted table is not indexed`() throws {
    let path = try compressed("#chrom\tpos\n1\t5\n2\t9\n1\t3\n")
    let error = #expect(throws: OutputError.self) {
      try TabixIndex.build(path: path, indexPath: path + ".tbi", layout: .positions)
    }
    #expect(error?.path == path + ".tbi")
  }

  @Test func `a table in a folder that is not there cannot be created`() throws {
    let path = folder.path("nowhere/table.gz")
    let error = #expect(throws: OutputError.self) { _ = try BlockGzipWriter(path: path) }
    #expect(error?.kind == .cannotCreate)
  }
}
