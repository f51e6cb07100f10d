import BlockGzip
import Foundation
import TestSupport
import Testing

@testable import Association

@Suite("A journal of impossible numbers behind right checksums")
struct JournalDamageTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path("scan.ckpt") }
  private static let identity = PlanIdentity(settings: ["maf": "0.05", "window": "1000"])

  init() throws { folder = try TemporaryFolder() }

  private func open() throws -> ScanJournal {
    try ScanJournal(
      LockedFile(path: path), identity: Self.identity, shard: nil, startsOver: false)
  }

  /// A run as a record tells of it.
  private static let run: StoredRun = {
    let key = VariantKey(chromosome: 0, position: 1, alternate: "A", number: 0)
    return StoredRun(
      offset: 0, blocks: 1, first: StoredRow(key, gene: 0, textLength: 1), firstTail: [])
  }()

  @Test("gives no record")
  func impossibleNumbers() throws {
    let record = JournalChunks.record(index: 0)
    var run = Self.run
    run.offset = .max
    let encoded = record.encode(runs: [run]).bytes.withUnsafeBytes { Array($0) }
    _ = try open()
    let start = try Data(contentsOf: URL(fileURLWithPath: path))
    // The count of runs stands before the run, the count of summaries at the end.
    let counts = [encoded.count - 8, record.encode(runs: []).bytes.count - 16]
    var damaged = [encoded]
    for place in counts {
      var bytes = encoded
      bytes.replaceSubrange(place..<(place + 8), with: [UInt8](repeating: 0xFF, count: 8))
      damaged.append(bytes)
    }
    for bytes in damaged {
      let payload = bytes + withUnsafeBytes(of: bytes.count) { Array($0) }
      try (start + Self.frame(payload)).write(to: URL(fileURLWithPath: path))
      let journal = try open()
      try #require(journal.chunkCount == 1)
      #expect(try journal.takeUp(0) { _ in true } == nil)
    }
  }

  @Test("is refused where they are those of the first frame")
  func impossibleHeader() throws {
    var payload = BinaryEncoder()
    payload.append("none")
    payload.append(-1)
    let bytes = payload.bytes.withUnsafeBytes { Array($0) }
    for file in [Self.frame(bytes), Self.frame([], length: .max) + [0]] {
      try Data(file).write(to: URL(fileURLWithPath: path))
      let refusal = #expect(throws: OutputError.self) { _ = try open() }
      #expect(refusal?.kind == .occupied)
    }
  }

  @Test("has damaged rows where a block is longer than the file")
  func longBlock() throws {
    try Data(repeating: 0xFF, count: 64).write(to: URL(fileURLWithPath: path))
    let file = try LockedFile(path: path)
    let failure = #expect(throws: OutputError.self) { _ = try RunReader(Self.run, in: file) }
    #expect(failure?.reason == "the unfinished rows are damaged")
  }

  /// A frame of this plan with the right checksums.
  private static func frame(_ payload: [UInt8], length: Int? = nil) -> [UInt8] {
    let id = identity.id
    return JournalFrame(
      plan: (UInt64(id.prefix(16), radix: 16) ?? 0, UInt64(id.suffix(16), radix: 16) ?? 0),
      length: length ?? payload.count, checksum: payload.withUnsafeBytes { Crc32($0).value }
    ).bytes + payload
  }
}
