import BlockGzip
import Tables

/// The finished chunks of a scan in one file beside the output: their rows until these are merged,
/// and what a run needs that goes on where this one ended.
///
/// The file is a sequence of frames, each with its plan and checksums (`JournalFrame`). The first
/// one tells what the scan is of. A chunk's frame holds its runs of rows, its record and the length
/// of that; its head is written last. What was not wholly written before a run ended fails its
/// checksum and is cut off. Behind all chunks come the results of genes, a frame each, in any order; the
/// length that ends theirs has all its bits turned over.
final class ScanJournal {
  /// A chunk's frame on disk.
  private struct StoredChunk {
    /// Where the rows begin.
    var start: Int
    /// Where the record lies, behind the rows.
    var record: Range<Int>
    var end: Int
  }

  let file: LockedFile
  private let plan: (UInt64, UInt64)
  private var chunks: [StoredChunk] = []
  /// Where the results of genes lie.
  private var geneRecords: [Range<Int>] = []
  /// Where the next frame goes.
  private var end = 0
  /// Of all chunks taken up or appended.
  private(set) var runs: [StoredRun] = []
  /// Memory for the frame in work.
  private var buffer = FramePayload.buffer()
  private var lastSynchronized = ContinuousClock.now

  /// Between two calls that force the journal to disk: what a power cut may cost.
  private static let synchronizationInterval = Duration.seconds(10)
  private static let pieceBytes = 1 << 20

  /// Whole chunks of an earlier run, to be taken up or cut off before the first is appended.
  var chunkCount: Int { chunks.count }
  /// Results of genes in the file.
  var geneCount: Int { geneRecords.count }
  /// Whether the file holds any finished chunk.
  private(set) var hasChunks = false

  /// Opens the journal that a file holds, or starts one in an empty file.
  ///
  /// - Parameter startsOver: whether what the file holds is thrown away.
  /// - Throws: `OutputError`: `occupied` where it holds another scan's chunks.
  init(
    _ file: LockedFile, identity: PlanIdentity, shard: Shard?, startsOver: Bool
  ) throws(OutputError) {
    self.file = file
    plan = Self.numbers(identity.id)
    if startsOver { try file.resize(to: 0) }
    if let (frame, payload) = try Self.readFrame(of: file, at: 0) {
      let (shardText, settings) = try Self.header(payload, path: file.path)
      guard frame.plan == plan, shardText == Self.text(of: shard) else {
        let difference =
          frame.plan == plan
          ? "shard \(shardText) there, \(Self.text(of: shard)) here"
          : identity.difference(from: settings)
        throw OutputError(
          .occupied, path: file.path,
          reason:
            "holds the unfinished work of a scan with other inputs or options; \(difference); "
            + "finish that scan with its own command, choose another --out, or start over with --force"
        )
      }
      end = JournalFrame.headBytes + payload.count
      try recover()
    } else {
      guard try Self.isOwnStump(file) else {
        throw OutputError(
          .occupied, path: file.path,
          reason:
            "is not the unfinished work of a scan; move it away, choose another --out, or start "
            + "over with --force")
      }
      try file.resize(to: 0)
      try appendHeader(identity, shard: shard)
    }
  }

  /// Deletes the file.
  func remove() { file.remove() }

  /// Forgets the chunks from `count` on.
  func cut(to count: Int) throws(OutputError) {
    guard count < chunks.count else { return }
    end = chunks[count].start - JournalFrame.headBytes
    chunks.removeLast(chunks.count - count)
    geneRecords = []
    try file.resize(to: end)
    hasChunks = !chunks.isEmpty
  }

  // MARK: Genes

  /// Appends a gene's result from the second pass.
  func append(_ result: GeneLevelResult, gene: Int) throws(OutputError) {
    let record = result.encode(gene: gene).bytes
    var payload = BinaryEncoder()
    payload.append(bytes: record)
    payload.append(~record.count)
    let bytes = payload.bytes.withUnsafeBytes { Array($0) }
    let start = end + JournalFrame.headBytes
    try write(bytes, at: start)
    let checksum = bytes.withUnsafeBytes { Crc32($0).value }
    try write(JournalFrame(plan: plan, length: bytes.count, checksum: checksum).bytes, at: end)
    end = start + bytes.count
    geneRecords.append(start..<(start + record.count))
    if ContinuousClock.now - lastSynchronized > Self.synchronizationInterval { try synchronize() }
  }

  /// The results of genes that the journal holds.
  func geneResults() throws(OutputError) -> [Int: GeneLevelResult] {
    var results: [Int: GeneLevelResult] = [:]
    for record in geneRecords {
      let bytes = try file.read(count: record.count, at: record.lowerBound)
      guard let (gene, result) = try? GeneLevelResult.decode(bytes) else { continue }
      results[gene] = result
    }
    return results
  }

  // MARK: Reading

  /// Takes up a chunk of an earlier run; its rows are among `runs` from now on.
  ///
  /// - Parameter accept: whether this run has the same chunk.
  /// - Returns: nil, with nothing taken up, where it has not or the record cannot be read.
  func takeUp(
    _ index: Int, accept: (ChunkRecord.Identity) -> Bool
  ) throws(OutputError) -> ChunkRecord? {
    let chunk = chunks[index]
    let bytes = try file.read(count: chunk.record.count, at: chunk.record.lowerBound)
    let rows = 0...(chunk.record.lowerBound - chunk.start)
    guard let (record, stored) = try? ChunkRecord.decode(bytes), accept(record.identity),
      stored.allSatisfy({ rows.contains($0.offset) })
    else { return nil }
    runs += stored.map { run in
      var run = run
      run.offset += chunk.start
      return run
    }
    return record
  }

  /// Finds the whole frames and cuts off what follows them.
  private func recover() throws(OutputError) {
    let size = try file.size()
    while let frame = try Self.head(of: file, at: end, plan: plan) {
      let start = end + JournalFrame.headBytes
      guard frame.length >= 8, frame.length <= size - start,
        try checksum(start..<(start + frame.length)) == frame.checksum
      else { break }
      let last = start + frame.length - 8
      let bytes = try file.read(count: 8, at: last)
      let length = bytes.withUnsafeBytes { $0.loadUnaligned(as: Int.self) }
      let isGene = length < 0
      let size = isGene ? ~length : length
      // A gene's frame holds its record alone.
      guard isGene ? size == frame.length - 8 : size <= frame.length - 8,
        isGene || geneRecords.isEmpty
      else { break }
      end = start + frame.length
      let record = (last - size)..<last
      if isGene {
        geneRecords.append(record)
      } else {
        chunks.append(StoredChunk(start: start, record: record, end: end))
      }
    }
    if end < size { try file.resize(to: end) }
    hasChunks = !chunks.isEmpty
  }

  private func checksum(_ range: Range<Int>) throws(OutputError) -> UInt32 {
    var checksum = Crc32()
    var offset = range.lowerBound
    while offset < range.upperBound {
      let piece = try file.read(
        count: min(Self.pieceBytes, range.upperBound - offset), at: offset)
      guard !piece.isEmpty else { break }
      piece.withUnsafeBytes { checksum.update($0) }
      offset += piece.count
    }
    return checksum.value
  }

  private static func head(
    of file: LockedFile, at offset: Int, plan: (UInt64, UInt64)
  ) throws(OutputError) -> JournalFrame? {
    let bytes = try file.read(count: JournalFrame.headBytes, at: offset)
    guard let frame = JournalFrame(bytes), frame.plan == plan else { return nil }
    return frame
  }

  /// The first frame with its payload; nil where it is not whole.
  private static func readFrame(
    of file: LockedFile, at offset: Int
  ) throws(OutputError) -> (JournalFrame, [UInt8])? {
    let head = try file.read(count: JournalFrame.headBytes, at: offset)
    guard let frame = JournalFrame(head), frame.length <= pieceBytes else { return nil }
    let payload = try file.read(count: frame.length, at: offset + JournalFrame.headBytes)
    guard payload.count == frame.length,
      payload.withUnsafeBytes({ Crc32($0).value }) == frame.checksum
    else { return nil }
    return (frame, payload)
  }

  /// Whether the file is empty or holds part of a first frame: no work is lost with it.
  private static func isOwnStump(_ file: LockedFile) throws(OutputError) -> Bool {
    let start = try file.read(count: JournalFrame.headBytes, at: 0)
    guard start.count == JournalFrame.headBytes else {
      return JournalFrame.headStarts(with: start)
    }
    guard let frame = JournalFrame(start) else { return false }
    return try file.size() <= JournalFrame.headBytes + frame.length
  }

  // MARK: Writing

  /// Appends a finished chunk; its rows are among `runs` from now on.
  ///
  /// Results of genes, which come behind all chunks, are forgotten.
  func append(_ record: ChunkRecord, rows: [PairRun]) throws(OutputError) {
    if let first = geneRecords.map(\.lowerBound).min() {
      end = first - JournalFrame.headBytes
      geneRecords = []
      try file.resize(to: end)
    }
    let start = end + JournalFrame.headBytes
    var payload = FramePayload(in: file, at: start, buffer: buffer)
    // Not held twice, so that it is written to and not copied.
    buffer = TextBuffer()
    var stored: [StoredRun] = []
    for run in rows { if let place = try payload.append(run) { stored.append(place) } }
    let encoded = record.encode(runs: stored).bytes
    try payload.append(encoded)
    var length = BinaryEncoder()
    length.append(encoded.count)
    try payload.append(length.bytes)
    buffer = try payload.finish()
    let frame = JournalFrame(
      plan: plan, length: payload.count, checksum: payload.checksum.value)
    try write(frame.bytes, at: end)
    end = start + payload.count
    hasChunks = true
    runs += stored.map { run in
      var run = run
      run.offset += start
      return run
    }
    if ContinuousClock.now - lastSynchronized > Self.synchronizationInterval {
      try synchronize()
    }
  }

  private func write(_ bytes: [UInt8], at offset: Int) throws(OutputError) {
    let written: Result<Void, OutputError> = bytes.withUnsafeBytes { bytes in
      do throws(OutputError) { return .success(try file.write(bytes, at: offset)) } catch {
        return .failure(error)
      }
    }
    try written.get()
  }

  /// Forces the chunks appended so far to disk.
  func synchronize() throws(OutputError) {
    try file.synchronize()
    lastSynchronized = ContinuousClock.now
  }

  private func appendHeader(_ identity: PlanIdentity, shard: Shard?) throws(OutputError) {
    var payload = BinaryEncoder()
    payload.append(Self.text(of: shard))
    payload.append(identity.settings.count)
    for (name, value) in identity.settings.sorted(by: { $0.key < $1.key }) {
      payload.append(name)
      payload.append(value)
    }
    let checksum = payload.bytes.withUnsafeBytes { Crc32($0).value }
    let frame = JournalFrame(plan: plan, length: payload.bytes.count, checksum: checksum)
    let bytes = frame.bytes + payload.bytes.withUnsafeBytes { Array($0) }
    try write(bytes, at: 0)
    end = bytes.count
  }

  /// What the first frame tells: shard and settings.
  private static func header(
    _ payload: [UInt8], path: String
  ) throws(OutputError) -> (String, [String: String]) {
    do throws(JournalDamage) {
      var decoder = BinaryDecoder(payload)
      let shard = try decoder.text()
      var settings: [String: String] = [:]
      for _ in 0..<(try decoder.count()) {
        settings[try decoder.text()] = try decoder.text()
      }
      return (shard, settings)
    } catch {
      throw OutputError(
        .occupied, path: path,
        reason: "is not the unfinished work of this version; delete it or start over with --force")
    }
  }

  private static func text(of shard: Shard?) -> String { shard?.text ?? "none" }

  /// A plan's id as two numbers.
  private static func numbers(_ id: String) -> (UInt64, UInt64) {
    (UInt64(id.prefix(16), radix: 16) ?? 0, UInt64(id.suffix(16), radix: 16) ?? 0)
  }
}
