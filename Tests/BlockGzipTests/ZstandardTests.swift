import BlockGzip
import CZstandard
import TestSupport
import Testing

/// Text in Zstandard frames.
@Suite struct ZstandardTests {
  private let folder: TemporaryFolder
  private static let lines = (0..<200_000).map { "line \($0 &* 2_654_435_761 % 1_000_003)" }

  init() throws { folder = try TemporaryFolder() }

  private func compressed(_ text: some StringProtocol) -> [UInt8] {
    let bytes = Array(text.utf8)
    return [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) {
      $1 = ZSTD_compress($0.baseAddress, $0.count, bytes, bytes.count, 3)
    }
  }

  private func read(_ bytes: [UInt8]) throws -> [String] {
    let reader = try LineReader(path: folder.write(bytes))
    var lines: [String] = []
    while let line = try reader.next() { lines.append(String(decoding: line, as: UTF8.self)) }
    return lines
  }

  @Test func `one frame and several give the lines that were compressed`() throws {
    let text = Self.lines.map { $0 + "\n" }.joined()
    #expect(try read(compressed(text)) == Self.lines)
    let middle = text.index(text.startIndex, offsetBy: text.count / 2)
    // A frame to be skipped stands before, as parallel compressors write it.
    let skipped: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
    #expect(
      try read(skipped + compressed(text[..<middle]) + compressed(text[middle...])) == Self.lines)
    #expect(try read(compressed("")) == [])
  }

  @Test(arguments: [5, 100, 1000])
  func `a cut or damaged file is refused`(position: Int) throws {
    let bytes = compressed(Self.lines.map { $0 + "\n" }.joined())
    let cut = try #require(throws: InputError.self) {
      _ = try read(Array(bytes.dropLast(position)))
    }
    #expect(cut.what == "damaged or truncated Zstandard file")
    #expect(cut.found?.contains("the end of the file at byte") == true)
    #expect(throws: InputError.self) {
      _ = try read(Array(bytes.prefix(position)) + Array(repeating: 0xFF, count: 500_000))
    }
  }
}
