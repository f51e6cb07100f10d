import BlockGzip
import Foundation
import TestSupport
import Testing

@testable import Association

@Suite("The journal of a scan")
struct ScanJournalTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path("scan.ckpt") }
  private static let identity = PlanIdentity(settings: ["maf": "0.05", "window": "1000"])

  init() throws { folder = try TemporaryFolder() }

  private func open(
    _ identity: PlanIdentity = identity, shard: Shard? = nil, startsOver: Bool = false
  ) throws -> ScanJournal {
    try ScanJournal(
      LockedFile(path: path), identity: identity, shard: shard, startsOver: startsOver)
  }

  /// Rows of one chunk.
  private static func rows(_ index: Int) -> [PairRun] {
    JournalChunks.rows(index, lengths: [3, 40 * index])
  }

  private func write(chunks: Int) throws {
    let journal = try open()
    for index in 0..<chunks {
      try journal.append(JournalChunks.record(index: index, genes: [2, 5]), rows: Self.rows(index))
    }
  }

  /// Every row that a journal's runs hold, run behind run.
  private static func texts(_ journal: ScanJournal) throws -> [String] {
    try journal.runs.flatMap { run in
      var reader = try RunReader(run, in: journal.file)
      var texts: [String] = []
      repeat {
        try reader.withText { texts.append(String(decoding: $0, as: UTF8.self)) }
      } while try reader.advance()
      return texts
    }
  }

  private static func expectedTexts(chunks: Int) -> [String] {
    (0..<chunks).flatMap { index in
      [3, 40 * index].flatMap { (0..<$0).map { "row \($0) of chunk \(index)\n" } }
    }
  }

  /// What a record holds, as text: the parts are compared by what they print.
  private static func text(_ record: ChunkRecord) -> [String] {
    [
      "\(record.identity)", "\(record.counts)", "\(record.histogram.counts)",
      "\(record.textChecksum)",
    ]
      + record.summaries.sorted { $0.key < $1.key }.map {
        "\($0.key) \($0.value.pairs) \($0.value.combination) \($0.value.lead)"
      }
  }

  @Test("gives back records and rows as they were, and goes on behind them")
  func roundTrip() throws {
    try write(chunks: 3)
    let journal = try open()
    #expect(journal.chunkCount == 3)
    for index in 0..<3 {
      let record = try #require(try journal.takeUp(index) { $0.index == index })
      #expect(
        Self.text(record) == Self.text(JournalChunks.record(index: index, genes: [2, 5])))
    }
    try journal.append(JournalChunks.record(index: 3), rows: Self.rows(3))
    #expect(try Self.texts(journal) == Self.expectedTexts(chunks: 4))
  }

  @Test("keeps every whole chunk wherever the file was cut")
  func everyCut() throws {
    var ends: [Int] = []
    for chunks in 0...3 {
      try? FileManager.default.removeItem(atPath: path)
      try write(chunks: chunks)
      ends.append(try Data(contentsOf: URL(fileURLWithPath: path)).count)
    }
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for length in stride(from: 0, through: whole.count, by: 7) {
      try whole.prefix(length).write(to: URL(fileURLWithPath: path))
      let journal = try open()
      let expected = max(0, ends.filter { $0 <= length }.count - 1)
      #expect(journal.chunkCount == expected, "cut at \(length) of \(whole.count)")
      let left = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(left == whole.prefix(ends[expected]), "cut at \(length)")
    }
  }

  @Test("takes nothing from a chunk with a flipped bit, nor from those behind it")
  func everyFlip() throws {
    try write(chunks: 1)
    let first = try Data(contentsOf: URL(fileURLWithPath: path)).count
    try? FileManager.default.removeItem(atPath: path)
    try write(chunks: 2)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for place in stride(from: first, to: whole.count, by: 11) {
      var damaged = whole
      damaged[place] ^= 1 << UInt8(place % 8)
      try damaged.write(to: URL(fileURLWithPath: path))
      #expect(try open().chunkCount == 1, "bit of byte \(place)")
    }
  }

  @Test("keeps results of genes behind the chunks, and forgets them where chunks change")
  func genes() throws {
    try write(chunks: 2)
    let chunksAlone = try Data(contentsOf: URL(fileURLWithPath: path))
    do {
      let journal = try open()
      for gene in [9, 4] { try journal.append(JournalChunks.result, gene: gene) }
      #expect(try Set(journal.geneResults().keys) == [4, 9])
    }
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(whole.starts(with: chunksAlone))
    do {
      let journal = try open()
      #expect(journal.chunkCount == 2 && journal.geneCount == 2)
      let results = try journal.geneResults()
      #expect(results.keys.sorted() == [4, 9])
      for result in results.values {
        // NaN is not equal to itself.
        #expect("\(result)" == "\(JournalChunks.result)")
      }
      // Cutting no chunk off leaves them.
      try journal.cut(to: 2)
      #expect(journal.geneCount == 2)
    }
    // A torn result is cut off alone.
    try whole.dropLast(1).write(to: URL(fileURLWithPath: path))
    #expect(try open().geneCount == 1)
    try whole.write(to: URL(fileURLWithPath: path))
    try open().cut(to: 1)
    #expect(try open().chunkCount == 1 && open().geneCount == 0)
    try whole.write(to: URL(fileURLWithPath: path))
    try open().append(JournalChunks.record(index: 2), rows: Self.rows(2))
    #expect(try open().chunkCount == 3 && open().geneCount == 0)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)).starts(with: chunksAlone))
  }

  @Test("is refused to another plan and another shard, and says in what they differ")
  func otherPlan() throws {
    try write(chunks: 1)
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    let other = PlanIdentity(settings: ["maf": "0.01", "window": "1000"])
    let refusal = #expect(throws: OutputError.self) { _ = try open(other) }
    #expect(refusal?.reason.contains("maf 0.05 there, 0.01 here") == true)
    #expect(refusal?.kind == .occupied)
    let shard = #expect(throws: OutputError.self) { _ = try open(shard: Shard(index: 2, count: 3)) }
    #expect(shard?.reason.contains("shard none there, 2/3 here") == true)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    #expect(try open(other, startsOver: true).chunkCount == 0)
  }

  @Test("is not written over a file of something else")
  func foreignFile() throws {
    for text in ["short", String(repeating: "somebody's only copy\n", count: 50)] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      let refusal = #expect(throws: OutputError.self) { _ = try open() }
      #expect(refusal?.kind == .occupied)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(text.utf8))
    }
  }

  @Test("forgets the chunks that a run does not meet again")
  func cutting() throws {
    try write(chunks: 3)
    let journal = try open()
    #expect(try journal.takeUp(0) { _ in true } != nil)
    #expect(try journal.takeUp(1) { _ in false } == nil)
    try journal.cut(to: 1)
    #expect(journal.chunkCount == 1)
    try journal.append(JournalChunks.record(index: 1), rows: Self.rows(1))
    #expect(try Self.texts(journal) == Self.expectedTexts(chunks: 2))
  }

  @Test("is free once it is closed, even while a copy of its descriptor is open elsewhere")
  func lockOfCopies() throws {
    var journal: ScanJournal? = try open()
    // As a process has it between fork and exec.
    let copy = dup(try #require(journal).file.descriptor)
    defer { close(copy) }
    journal = nil
    #expect(try open().chunkCount == 0)
  }

  @Test("is held by one process at a time")
  func lock() throws {
    let journal = try open()
    let refusal = #expect(throws: OutputError.self) { _ = try LockedFile(path: path) }
    #expect(refusal?.kind == .busy)
    withExtendedLifetime(journal) {}
  }
}
