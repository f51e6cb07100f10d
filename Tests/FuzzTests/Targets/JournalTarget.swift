import BlockGzip
import Tables

@testable import Association

/// Journals of scans.
///
/// The first byte of an input tells what the rest is: a whole file, or what stands behind checksums
/// that are right, which random changes would never get past.
enum JournalTarget: FuzzTarget {
  private enum Form: UInt8, CaseIterable {
    /// The file as it is.
    case file
    /// The payload of the first frame.
    case header
    /// Payloads of chunks, each behind its length in two bytes.
    case frames
    /// Records of chunks without rows, each behind its length in two bytes.
    case records
  }

  static let name = "journal"
  static let words = ["SQTL", "none", "maf", "\u{01}\0\0\0\0\0\0\0", "\0\0\0\0\0\0\0\0"]
  private static let identity = PlanIdentity(settings: ["maf": "0.05", "window": "1000"])

  static func seeds(in folder: FuzzFolder) throws -> [[UInt8]] {
    let path = "\(folder.path)/seed.ckpt"
    let empty = try journalHead(in: folder)
    do {
      let journal = try open(path)
      for index in 0..<2 {
        try journal.append(
          JournalChunks.record(index: index, genes: index == 0 ? [] : [3]), rows: rows(index))
      }
      try journal.append(JournalChunks.result, gene: 3)
    }
    let file = try folder.read(path)
    var seeds = [[Form.file.rawValue] + empty, [Form.file.rawValue] + file]
    seeds.append([Form.header.rawValue] + empty.dropFirst(JournalFrame.headBytes))
    var frames = [Form.frames.rawValue]
    var records = [Form.records.rawValue]
    var rest = file[empty.count...]
    while let frame = JournalFrame(Array(rest.prefix(JournalFrame.headBytes))) {
      let payload = rest.dropFirst(JournalFrame.headBytes).prefix(frame.length)
      frames += lengthBytes(payload.count) + payload
      let record = payload.dropFirst(8).prefix(payload.dropFirst(8).count)
      // The records of genes end in a length with its bits turned over: they come as frames alone.
      let length = payload.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      if length >= 0, length <= record.count {
        records += lengthBytes(length) + record.prefix(length)
      }
      rest = rest.dropFirst(JournalFrame.headBytes + frame.length)
    }
    return seeds + [frames, records]
  }

  static func check(_ input: [UInt8], in folder: FuzzFolder) throws {
    let path = try folder.write(try file(of: input, in: folder), to: "scan.ckpt")
    var before: [UInt8] = []
    var chunks = 0
    var genes = 0
    do {
      let journal = try open(path)
      chunks = journal.chunkCount
      before = try folder.read(path)
      genes = journal.geneCount
      try require(
        frameCount(before) == chunks + genes + 1,
        "\(chunks) chunks and \(genes) genes in \(before.count) bytes")
      for (gene, result) in try journal.geneResults() {
        let bytes = result.encode(gene: gene).bytes.withUnsafeBytes { Array($0) }
        let (copied, copy) = try GeneLevelResult.decode(bytes)
        try require(
          copy.encode(gene: copied).bytes.withUnsafeBytes { $0.elementsEqual(bytes) },
          "the result coded again")
      }
      for index in 0..<chunks { try takeUp(index, of: journal) }
      try require(try folder.read(path) == before, "reading changed the journal")
      for run in journal.runs { try read(run, in: journal.file) }
      try journal.append(JournalChunks.record(index: chunks), rows: rows(0))
    } catch let error as OutputError {
      try require(error.kind == .occupied, "\(error)")
      return
    }
    let journal = try open(path)
    try require(journal.chunkCount == chunks + 1, "\(journal.chunkCount) chunks after \(chunks)")
    // A chunk that comes later takes the place of the results of genes.
    try require(
      try genes > 0 || folder.read(path).starts(with: before), "earlier chunks have changed")
  }

  private static func open(_ path: String) throws(OutputError) -> ScanJournal {
    try ScanJournal(
      try LockedFile(path: path), identity: identity, shard: nil, startsOver: false)
  }

  /// Takes a chunk up; what was decoded must be the same after coding and decoding.
  private static func takeUp(_ index: Int, of journal: ScanJournal) throws {
    let earlier = journal.runs.count
    guard let record = try journal.takeUp(index, accept: { _ in true }) else { return }
    let runs = Array(journal.runs[earlier...])
    let bytes = record.encode(runs: runs).bytes.withUnsafeBytes { Array($0) }
    let (copy, copiedRuns) = try ChunkRecord.decode(bytes)
    try require(
      copy.encode(runs: copiedRuns).bytes.withUnsafeBytes { $0.elementsEqual(bytes) },
      "the record coded again")
  }

  /// Reads a run's rows, which may turn out to be damaged.
  private static func read(_ run: StoredRun, in file: LockedFile) throws {
    do throws(OutputError) {
      var reader = try RunReader(run, in: file)
      var bytes = 0
      repeat {
        try reader.withText { bytes += $0.count + reader.tail.count }
      } while try reader
        .advance()
    } catch {
      try require(error.kind == .writeFailed, "\(error)")
    }
  }

  // MARK: Frames

  /// Whole frames of a file that holds nothing else; nil where it does.
  private static func frameCount(_ file: [UInt8]) -> Int? {
    var rest = file[...]
    var count = 0
    while !rest.isEmpty {
      guard let frame = JournalFrame(Array(rest.prefix(JournalFrame.headBytes))) else { return nil }
      let payload = rest.dropFirst(JournalFrame.headBytes).prefix(frame.length)
      guard payload.count == frame.length,
        payload.withUnsafeBytes({ Crc32($0).value }) == frame.checksum
      else { return nil }
      rest = rest.dropFirst(JournalFrame.headBytes + frame.length)
      count += 1
    }
    return count
  }

  private static func file(of input: [UInt8], in folder: FuzzFolder) throws -> [UInt8] {
    guard let first = input.first else { return [] }
    let rest = input.dropFirst()
    switch Form(rawValue: first % UInt8(Form.allCases.count)) {
    case .header: return frame(rest)
    case .frames: return try journalHead(in: folder) + pieces(rest).flatMap { frame($0) }
    case .records:
      return try journalHead(in: folder)
        + pieces(rest).flatMap { record in
          frame(record + withUnsafeBytes(of: record.count) { Array($0) })
        }
    default: return Array(rest)
    }
  }

  /// The first frame of a journal of this plan.
  private static func journalHead(in folder: FuzzFolder) throws -> [UInt8] {
    let path = "\(folder.path)/head.ckpt"
    _ = try open(path)
    return try folder.read(path)
  }

  /// A frame with the right plan and checksums.
  private static func frame(_ payload: some Collection<UInt8>) -> [UInt8] {
    let bytes = Array(payload)
    let plan = (
      UInt64(identity.id.prefix(16), radix: 16) ?? 0, UInt64(identity.id.suffix(16), radix: 16) ?? 0
    )
    let checksum = bytes.withUnsafeBytes { Crc32($0).value }
    return JournalFrame(plan: plan, length: bytes.count, checksum: checksum).bytes + bytes
  }

  private static func pieces(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var pieces: [ArraySlice<UInt8>] = []
    var rest = bytes
    while rest.count >= 2 {
      let length = Int(rest[rest.startIndex]) | Int(rest[rest.startIndex + 1]) << 8
      pieces.append(rest.dropFirst(2).prefix(length))
      rest = rest.dropFirst(2 + length)
    }
    return pieces
  }

  private static func lengthBytes(_ length: Int) -> [UInt8] {
    [UInt8(truncatingIfNeeded: length), UInt8(truncatingIfNeeded: length >> 8)]
  }

  private static func rows(_ index: Int) -> [PairRun] {
    JournalChunks.rows(index, lengths: [1, 2 * index])
  }
}
