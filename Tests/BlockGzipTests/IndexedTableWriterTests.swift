import BlockGzip
import Foundation
import TestSupport
import Testing

@Suite struct IndexedTableWriterTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Rows on chromosomes 0, 1, … at growing positions.
  private static func rows(
    _ counts: [Int], step: Int, length: Int
  ) -> [(chromosome: Int, position: Int, text: String)] {
    counts.enumerated().flatMap { chromosome, count in
      (0..<count).map { index in
        // Some share a position; the first is the telomere's 0.
        let position = index / 3 * step
        let head = "chr\(chromosome)\t\(position)\t"
        let filling = String(repeating: "\(index % 10)", count: max(0, length - head.count - 1))
        return (chromosome, position, head + filling + "\n")
      }
    }
  }

  /// 240 divides the 65,280 bytes of a block, so that rows end where blocks do.
  @Test(arguments: [
    ([], 1, 0), ([1], 1, 0), ([5, 7], 100, 20), ([20_000, 3000, 1], 7, 240),
    ([9000, 9000], 40_000, 97), ([400, 0, 272], 1_000_000, 240), ([3, 40], 5000, 70_000),
  ])
  func `the index is that of the finished file`(counts: [Int], step: Int, length: Int) throws {
    for header in ["#chrom\tpos\n", "", "#" + String(repeating: "h", count: 65_278) + "\n"] {
      let path = folder.path("table.gz")
      let writer = try IndexedTableWriter(path: path, indexPath: path + ".tbi", header: header)
      let rows = Self.rows(counts, step: step, length: length)
      var text = header
      for row in rows {
        text += row.text
        var copy = row.text
        try copy.withUTF8 {
          try writer.write(
            UnsafeRawBufferPointer($0), chromosome: row.chromosome, position: row.position)
        }
      }
      try writer.finish { "chr\($0)" }
      try TabixIndex.build(path: path, indexPath: path + ".twin", layout: .positions)
      #expect(try rawContent(path + ".tbi") == rawContent(path + ".twin"))
      let plain = try FastBlockGzipWriter(path: folder.path("plain.gz"))
      try plain.write(text)
      try plain.finish()
      #expect(
        FileManager.default.contents(atPath: path)
          == FileManager.default.contents(atPath: folder.path("plain.gz")))
    }
  }

  /// The decompressed bytes of an index.
  private func rawContent(_ path: String) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["bgzip", "-dc", path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0 && !data.isEmpty)
    return data
  }

  @Test(arguments: [
    [(0, 5), (0, 4)], [(0, 1 << 30)], [(0, 5), (1, 5), (0, 6)],
  ])
  func `rows that tabix cannot index are refused`(places: [(Int, Int)]) throws {
    let path = folder.path("table.gz")
    let error = #expect(throws: OutputError.self) {
      let writer = try IndexedTableWriter(path: path, indexPath: path + ".tbi", header: "")
      for (chromosome, position) in places {
        var text = "\(chromosome)\t\(position)\n"
        try text.withUTF8 {
          try writer.write(UnsafeRawBufferPointer($0), chromosome: chromosome, position: position)
        }
      }
      try writer.finish { "\($0)" }
    }
    #expect(error?.path == path + ".tbi")
  }
}
