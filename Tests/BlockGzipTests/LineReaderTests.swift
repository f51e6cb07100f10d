import BlockGzip
import Foundation
import TestSupport
import Testing

@Suite struct LineReaderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func lines(_ path: String) throws -> [String] {
    let reader = try LineReader(path: path)
    var lines: [String] = []
    while let line = try reader.next() { lines.append(String(decoding: line, as: UTF8.self)) }
    #expect(reader.lineNumber == lines.count)
    return lines
  }

  /// A BGZF file of many blocks: 60 kB a block of text that hardly compresses.
  private func blockFile(_ name: String = "blocks.gz") throws -> (path: String, lines: [String]) {
    var generator = SystemRandomNumberGenerator()
    let lines = (0..<20_000).map { "\($0)\t\(generator.next())" }
    let path = folder.path(name)
    let writer = try BlockGzipWriter(path: path)
    for line in lines { try writer.write(line + "\n") }
    try writer.finish()
    return (path, lines)
  }

  @Test func `plain text is read line by line`() throws {
    #expect(try lines(folder.write("a\nbc\n\nd\n")) == ["a", "bc", "", "d"])
  }

  @Test func `an empty file has no lines`() throws {
    #expect(try lines(folder.write("")) == [])
  }

  @Test func `a last line without its line end is returned and remembered`() throws {
    let reader = try LineReader(path: folder.write("a\nb"))
    _ = try reader.next()
    #expect(!reader.lastLineIsUnterminated)
    #expect(try reader.next().map { String(decoding: $0, as: UTF8.self) } == "b")
    #expect(reader.lastLineIsUnterminated)
    #expect(try reader.next() == nil)
  }

  @Test func `lines longer than the buffer are whole`() throws {
    let long = String(repeating: "x", count: 1_000_000)
    #expect(try lines(folder.write("a\n\(long)\nb\n")) == ["a", long, "b"])
  }

  @Test func `a gzip file of several members is read whole`() throws {
    let bytes = gzipMember(Array("a\nb".utf8)) + gzipMember(Array("c\nd\n".utf8))
    #expect(try lines(folder.write(bytes)) == ["a", "bc", "d"])
  }

  @Test func `a gzip file cut anywhere is refused`() throws {
    let bytes = gzipMember(Array("first line\nsecond line\n".utf8))
    for count in 20..<bytes.count {
      let path = try folder.write(bytes.prefix(count), to: "cut\(count)")
      let error = #expect(throws: InputError.self) { try lines(path) }
      #expect(error?.kind == .malformed)
      #expect(error?.what == "damaged or truncated gzip file")
    }
  }

  @Test func `a flipped bit in a gzip file is refused`() throws {
    var bytes = gzipMember(Array("first line\nsecond line\n".utf8))
    bytes[20] ^= 1
    let path = try folder.write(bytes)
    let error = #expect(throws: InputError.self) { try lines(path) }
    #expect(error?.expected == "complete gzip members with the right CRC32")
  }

  @Test func `what follows a gzip member must be another member`() throws {
    var bytes = gzipMember(Array("a\n".utf8)) + gzipMember(Array("b\n".utf8))
    bytes[gzipMember(Array("a\n".utf8)).count] ^= 4
    let path = try folder.write(bytes)
    let error = #expect(throws: InputError.self) { try lines(path) }
    #expect(error?.kind == .malformed)
  }

  @Test func `what is written as BGZF is read back`() throws {
    let (path, written) = try blockFile()
    #expect(try lines(path) == written)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(Array(bytes[12..<14]) == Array("BC".utf8))
  }

  @Test func `equal content gives equal BGZF bytes however it is written`() throws {
    let text = String(repeating: "some text\n", count: 30_000)
    let whole = try BlockGzipWriter(path: folder.path("whole.gz"))
    try whole.write(text)
    try whole.finish()
    let pieces = try BlockGzipWriter(path: folder.path("pieces.gz"))
    for line in text.split(separator: "\n") { try pieces.write(line + "\n") }
    try pieces.finish()
    #expect(
      FileManager.default.contentsEqual(
        atPath: folder.path("whole.gz"), andPath: folder.path("pieces.gz")))
  }

  @Test func `a BGZF file without its end block is refused unless that is allowed`() throws {
    let (path, written) = try blockFile()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let cut = try folder.write(bytes.dropLast(28), to: "cut.gz")
    let error = #expect(throws: InputError.self) { try lines(cut) }
    #expect(error?.what == "BGZF file is truncated")
    #expect(error?.found?.hasSuffix(" lines") == true)
    #expect(error?.expected == "BGZF's empty end-of-file block")
    let reader = try LineReader(path: cut, requiresEndMarker: false)
    var count = 0
    while try reader.next() != nil { count += 1 }
    #expect(count == written.count)
  }

  @Test(arguments: [100, 40_000, 100_000])
  func `a BGZF file cut inside a block is refused`(lost: Int) throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: blockFile().path))
    let cut = try folder.write(bytes.dropLast(lost), to: "cut.gz")
    let error = #expect(throws: InputError.self) { try lines(cut) }
    #expect(error?.kind == .malformed)
    #expect(error?.found?.contains("at byte") == true)
  }

  @Test(arguments: [0.3, 0.6, 0.9])
  func `a flipped bit in a BGZF file is refused`(place: Double) throws {
    var bytes = try Data(contentsOf: URL(fileURLWithPath: blockFile().path))
    bytes[Int(Double(bytes.count) * place)] ^= 0x10
    let path = try folder.write(bytes, to: "flipped.gz")
    let error = #expect(throws: InputError.self) { try lines(path) }
    #expect(error?.kind == .malformed)
  }

  @Test func `a NUL byte is refused with its line`() throws {
    let path = try folder.write("a\nb\0c\n")
    let error = #expect(throws: InputError.self) { try lines(path) }
    #expect(error?.line == 2)
    #expect(error?.what == "NUL byte in a text file")
  }

  @Test func `a byte-order mark and carriage returns are dropped and remembered`() throws {
    let reader = try LineReader(path: folder.write("\u{FEFF}a\r\nb\r\n"))
    #expect(try reader.next().map { String(decoding: $0, as: UTF8.self) } == "a")
    #expect(try reader.next().map { String(decoding: $0, as: UTF8.self) } == "b")
    #expect(reader.sawByteOrderMark)
    #expect(reader.sawCarriageReturn)
  }

  @Test(arguments: [String.Encoding.utf16LittleEndian, .utf16BigEndian])
  func `UTF-16 is refused by name`(encoding: String.Encoding) throws {
    let text = try #require("\u{FEFF}a\tb\n".data(using: encoding))
    let path = try folder.write(text)
    let error = #expect(throws: InputError.self) { try lines(path) }
    #expect(error?.what == "text is UTF-16")
    #expect(error?.expected == "UTF-8")
  }

  @Test func `a missing file and a folder are unreadable`() throws {
    for path in [folder.path("nowhere"), folder.url.path] {
      let error = #expect(throws: InputError.self) { _ = try LineReader(path: path) }
      #expect(error?.kind == .unreadable)
      #expect(error?.path == path)
    }
  }

  @Test func `the start of the content can be asked for`() throws {
    let reader = try LineReader(path: folder.write("BCF\u{2}\n"))
    #expect(try reader.starts(with: "BCF".utf8))
    #expect(try !reader.starts(with: "PLINK, which is longer than the file".utf8))
    #expect(try reader.next()?.count == 4)
  }
}
