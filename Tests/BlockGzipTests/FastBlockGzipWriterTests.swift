import BlockGzip
import Foundation
import TestSupport
import Testing

@Suite struct FastBlockGzipWriterTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Bytes of a full block before compression.
  private static let block = 0xff00

  /// Bytes that do not compress (random), that do (runs, table), or both in turn (mixed).
  enum Content: CaseIterable { case random, zeros, runs, table, mixed }

  private static func bytes(_ content: Content, count: Int) -> [UInt8] {
    var state: UInt64 = 1
    func random() -> UInt64 {
      // Knuth's MMIX generator; the low bits are poor.
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    switch content {
    case .random: return (0..<count).map { _ in UInt8(truncatingIfNeeded: random()) }
    case .zeros: return [UInt8](repeating: 0, count: count)
    case .runs: return (0..<count).map { UInt8(truncatingIfNeeded: $0 / 1000) }
    case .table:
      var text: [UInt8] = []
      while text.count < count {
        text += "chr1\t\(random() % 1000)\tA\tG\t0.\(random())\tok\n".utf8
      }
      return Array(text.prefix(count))
    case .mixed:
      return (0..<count).map { $0 / 3000 % 2 == 0 ? 7 : UInt8(truncatingIfNeeded: random()) }
    }
  }

  private func write(_ pieces: [ArraySlice<UInt8>], to name: String) throws -> [UInt8] {
    let path = folder.path(name)
    let writer = try FastBlockGzipWriter(path: path)
    for piece in pieces { try piece.withUnsafeBytes { try writer.write($0) } }
    try writer.finish()
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// The blocks of a file by their headers: each one's bytes and the length in its footer.
  private func blocks(_ file: [UInt8]) throws -> [(bytes: ArraySlice<UInt8>, length: Int)] {
    var blocks: [(ArraySlice<UInt8>, Int)] = []
    var start = 0
    while start < file.count {
      try #require(start + 28 <= file.count)
      #expect(
        Array(file[start..<(start + 16)])
          == [31, 139, 8, 4, 0, 0, 0, 0, 0, 255, 6, 0, 66, 67, 2, 0])
      let end = start + Int(file[start + 16]) + Int(file[start + 17]) << 8 + 1
      try #require(end <= file.count)
      let length = file[(end - 4)..<end].reversed().reduce(0) { $0 << 8 | Int($1) }
      blocks.append((file[start..<end], length))
      start = end
    }
    return blocks
  }

  /// What a command writes to standard output; it must succeed.
  private func output(_ command: String...) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return [UInt8](data)
  }

  @Test(arguments: Content.allCases)
  func `bgzip and gzip read back what is written`(content: Content) throws {
    let block = Self.block
    for count in [
      0, 1, 2, 100, 4095, 32_768, block - 1, block, block + 1, 65_536, 2 * block, 3_500_001,
    ] {
      let bytes = Self.bytes(content, count: count)
      let file = try write([bytes[...]], to: "table.gz")
      let path = folder.path("table.gz")
      #expect(try output("bgzip", "-t", path).isEmpty)
      #expect(try output("bgzip", "-dc", path) == bytes)
      #expect(try output("gzip", "-dc", path) == bytes)
      let blocks = try blocks(file)
      let full = [Int](repeating: block, count: count / block)
      #expect(blocks.map(\.length) == full + (count % block > 0 ? [count % block] : []) + [0])
      // The empty block that the SAM format specification prints in full.
      #expect(
        Array(blocks[blocks.count - 1].bytes) == [
          31, 139, 8, 4, 0, 0, 0, 0, 0, 255, 6, 0, 66, 67, 2, 0, 27, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0,
          0,
        ])
      // Stored, a payload below 2^16 bytes takes 5 more, beside 18 of header and 8 of footer.
      for block in blocks { #expect(block.bytes.count <= block.length + 31) }
    }
  }

  @Test(arguments: Content.allCases)
  func `a block depends on its payload alone`(content: Content) throws {
    let block = Self.block
    let bytes = Self.bytes(content, count: 3 * block)
    let whole = try write([bytes[...]], to: "whole.gz")
    let blocks = try blocks(whole)
    for index in 0..<3 {
      let alone = try write([bytes[(index * block)..<((index + 1) * block)]], to: "alone.gz")
      #expect(blocks[index].bytes.elementsEqual(alone.dropLast(28)))
    }
    let cuts = [0, 1, 240, 65_279, 65_281, 65_281, 130_561, bytes.count]
    let pieces = zip(cuts, cuts.dropFirst()).map { bytes[$0..<$1] }
    #expect(try write(pieces, to: "pieces.gz") == whole)
  }

  @Test func `a table that cannot be created or written is an error`() throws {
    let missing = #expect(throws: OutputError.self) {
      _ = try FastBlockGzipWriter(path: folder.path("nowhere/table.gz"))
    }
    #expect(missing?.kind == .cannotCreate)
    let full = #expect(throws: OutputError.self) {
      let writer = try FastBlockGzipWriter(path: "/dev/full")
      try writer.write("text")
      try writer.finish()
    }
    #expect(full?.kind == .writeFailed)
  }
}
