import BlockGzip
import Foundation
import Tables
import Testing

@testable import Association

@Suite("Spooled runs")
struct RunMergerTests {
  @Test("merge into one sorted table, whatever the runs", arguments: 1...5)
  func merge(seed: Int) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var state = UInt64(seed)
    func random(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % below
    }
    let spool = try RunSpool(path: folder.appending(path: "rows.ckpt").path)
    var all: [PairRowKey] = []
    // Runs of very different length, some spanning several blocks, some empty, overlapping.
    for length in [0, 1, 5, 6000, 40, 3000, 0, 700] {
      var run = PairRun()
      for _ in 0..<length {
        let key = PairRowKey(
          chromosome: random(3), position: random(200), gene: random(20),
          alternate: ["A", "AC", "T"][random(3)], variant: random(1_000_000))
        all.append(key)
        run.add(key) { text in
          text.append(Self.line(key))
          text.appendNewline()
        }
      }
      run.sort()
      try spool.append(run)
    }
    let path = folder.appending(path: "out.gz").path
    let writer = try BlockGzipWriter(path: path)
    try RunMerger(spool: spool).merge(into: writer)
    try writer.finish()
    let reader = try LineReader(path: path)
    var lines: [String] = []
    while let line = try reader.next() { lines.append(String(decoding: line, as: UTF8.self)) }
    #expect(lines == all.sorted().map(Self.line))
    spool.remove()
    #expect(!FileManager.default.fileExists(atPath: spool.path))
  }

  static func line(_ key: PairRowKey) -> String {
    "\(key.chromosome)\t\(key.position)\t\(key.gene)\t\(key.alternate)\t\(key.variant)\t"
      + String(repeating: "x", count: key.variant % 97)
  }

  @Test("cannot be opened in a folder that is not there")
  func missingFolder() {
    #expect(throws: OutputError.self) { try RunSpool(path: "/nonexistent/rows.ckpt") }
  }
}
