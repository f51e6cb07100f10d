import BlockGzip
import Foundation
import Tables
import TestSupport
import Testing

@testable import Association

@Suite("Spooled runs")
struct RunMergerTests {
  /// A row as the twin sees it: the key's parts as they were given.
  struct Row {
    var chromosome: Int
    var position: Int
    var gene: Int
    var alternate: String
    var number: Int

    var key: PairRowKey {
      PairRowKey(
        variant: VariantKey(
          chromosome: chromosome, position: position, alternate: alternate, number: number),
        gene: gene)
    }

    /// The order by its definition.
    static func precedes(_ left: Row, _ right: Row) -> Bool {
      let a = (left.chromosome, left.position, left.gene)
      let b = (right.chromosome, right.position, right.gene)
      if a != b { return a < b }
      if left.alternate != right.alternate {
        return left.alternate.utf8.lexicographicallyPrecedes(right.alternate.utf8)
      }
      return left.number < right.number
    }

    var line: String {
      "\(chromosome)\t\(position + 1)\t\(gene)\t\(alternate)\t\(number)\t"
        + String(repeating: "x", count: number % 97)
    }
  }

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// ALTs that differ within, at and behind the eighth byte, and that are prefixes of others.
  private static let alternates = [
    "A", "AC", "T", "<DEL>", "ACGTACGT", "ACGTACGTA", "ACGTACGTC", "ACGTACGTAC", "ACGTACG",
    "ACGTACGTACGTACGTACGTA", "é",
  ]

  /// Runs of very different length, some spanning several blocks, some empty, overlapping.
  private static func runs(seed: Int) -> [[Row]] {
    var state = UInt64(seed)
    func random(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % below
    }
    return [0, 1, 5, 12_000, 40, 3000, 0, 700].map { length in
      (0..<length).map { _ in
        Row(
          chromosome: random(3), position: random(200), gene: random(20),
          alternate: alternates[random(alternates.count)], number: random(1_000_000))
      }
    }
  }

  /// A journal with one chunk of these runs.
  private func journal(_ runs: [[Row]], sorted: Bool) throws -> ScanJournal {
    var sortedRuns: [PairRun] = []
    for rows in runs {
      var run = PairRun()
      for row in sorted ? rows.sorted(by: Row.precedes) : rows {
        run.add(row.key.variant, gene: row.key.gene) { text in
          text.append(row.line)
          text.appendNewline()
        }
      }
      #expect(!sorted || run.isSorted)
      run.sort()
      sortedRuns.append(run)
    }
    let journal = try ScanJournal(
      LockedFile(path: folder.path("rows.ckpt")), identity: PlanIdentity(settings: [:]), shard: nil,
      startsOver: false)
    try journal.append(JournalChunks.record(index: 0), rows: sortedRuns)
    return journal
  }

  private func merger(
    _ journal: ScanJournal, replacements: ReplacementRows = ReplacementRows()
  ) -> RunMerger {
    RunMerger(runs: journal.runs, in: journal.file, replacements: replacements)
  }

  private func lines(_ merger: RunMerger) throws -> [String] {
    var output = StagedOutput(prefix: folder.path("out"))
    let writer = try PairTableWriter(
      output: &output, header: PairColumns().header, isTrans: false)
    var merger = merger
    try merger.merge(into: writer)
    _ = try writer.finish { "\($0)" }
    _ = try output.commit()
    let reader = try LineReader(path: folder.path("out.pairs.tsv.gz"))
    _ = try reader.next()
    var lines: [String] = []
    while let line = try reader.next() { lines.append(String(decoding: line, as: UTF8.self)) }
    return lines
  }

  @Test("merge into one sorted table, whatever the runs", arguments: 1...5, [false, true])
  func merge(seed: Int, sorted: Bool) throws {
    let runs = Self.runs(seed: seed)
    let journal = try journal(runs, sorted: sorted)
    let expected = runs.joined().sorted(by: Row.precedes).map(\.line)
    #expect(try lines(merger(journal)) == expected)
    journal.file.remove()
    #expect(!FileManager.default.fileExists(atPath: journal.file.path))
  }

  @Test("order by keys as by the parts of the keys")
  func keys() {
    let rows = Self.runs(seed: 7).joined().prefix(3000)
    for (left, right) in zip(rows, rows.dropFirst()) {
      var near = right
      near.chromosome = left.chromosome
      near.position = left.position
      near.gene = left.gene
      #expect((left.key < right.key) == Row.precedes(left, right))
      #expect((left.key < near.key) == Row.precedes(left, near))
    }
  }

  @Test("take replacements for the rows they name, and only for those")
  func replacements() throws {
    let runs = Self.runs(seed: 11)
    var replacements = ReplacementRows()
    let all = Array(runs.joined())
    let chosen = stride(from: 3, to: all.count, by: 701).map { all[$0] }
    // Named rows that are not there: near others, before the first and behind the last.
    var absent = chosen[0]
    absent.number = 2_000_000
    for row in chosen
      + [
        absent, Row(chromosome: 0, position: 0, gene: 99, alternate: "A", number: 1),
        Row(chromosome: 9, position: 0, gene: 0, alternate: "A", number: 1),
      ]
    {
      replacements.add(row.key) { $0.append("\(row.chromosome)\t\(row.position + 1)\tnew\n") }
    }
    func identity(_ row: Row) -> [Int] { [row.chromosome, row.position, row.gene, row.number] }
    let named = Set(chosen.map(identity))
    let expected = all.sorted(by: Row.precedes).map { row in
      named.contains(identity(row)) ? "\(row.chromosome)\t\(row.position + 1)\tnew" : row.line
    }
    let journal = try journal(runs, sorted: false)
    #expect(try lines(merger(journal, replacements: replacements)) == expected)
    #expect(expected.filter { $0.hasSuffix("new") }.count == chosen.count)
  }

  @Test("have the checksum of their sorted text", arguments: [false, true])
  func checksum(sorted: Bool) {
    let rows = Self.runs(seed: 5)[3]
    var run = PairRun()
    for row in sorted ? rows.sorted(by: Row.precedes) : rows {
      run.add(row.key.variant, gene: row.key.gene) { $0.append(row.line) }
    }
    #expect(run.isSorted == sorted)
    run.sort()
    var text = PairRun()
    text.add(rows[0].key.variant, gene: rows[0].key.gene) {
      $0.append(rows.sorted(by: Row.precedes).map(\.line).joined())
    }
    #expect(run.checksum == text.checksum)
    let plain = rows.sorted(by: Row.precedes).map(\.line).joined()
    #expect(run.checksum.value == Self.bitwiseChecksum(plain.utf8))
  }

  /// CRC-32 by its definition, a bit at a time.
  private static func bitwiseChecksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(~0 as UInt32) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in
        sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1
      }
    }
  }

  @Test("are refused where the file was cut")
  func cutFile() throws {
    let journal = try journal(Self.runs(seed: 2), sorted: false)
    #expect(truncate(journal.file.path, 40_000) == 0)
    #expect(throws: ScanFailure.self) { try lines(merger(journal)) }
  }

  @Test("cannot be opened in a folder that is not there")
  func missingFolder() {
    #expect(throws: OutputError.self) { try LockedFile(path: "/nonexistent/rows.ckpt") }
  }
}
