import BlockGzip
import MixedModels
import Tables

/// What became of a chunk.
struct ChunkOutcome: Sendable {
  let identity: ChunkRecord.Identity
  /// Genes that this chunk and later ones do not need.
  var finished: [Int]
  var progress: Double
  /// Each in the order of the table.
  var runs: [PairRun] = []
  /// CRC-32 of the rows' text, run behind run.
  var textChecksum = Crc32()
  var counts = PairCounts()
  var histogram = PValueHistogram()
  /// By gene index in the expression file; genes without a pair are absent.
  var summaries: [Int: GeneSummary] = [:]

  init(_ chunk: ScanChunk) {
    identity = ChunkRecord.Identity(chunk)
    finished = chunk.finished
    progress = chunk.progress
  }

  /// Takes in a sorted run.
  mutating func append(_ run: PairRun) {
    guard !run.isEmpty else { return }
    counts.rows += run.rows.count
    textChecksum.append(run.checksum, count: run.text.count)
    runs.append(run)
  }
}

/// What a scan adds up over its chunks, in their order.
struct ScanTotals: Sendable {
  /// One chunk in the manifest.
  struct LedgerEntry: Sendable {
    var genes: Int
    var pairs: Int
    var rows: Int
    /// CRC-32 of the rows' text.
    var checksum: UInt32
  }

  var counts = PairCounts()
  var histogram = PValueHistogram()
  /// Of genes whose pairs are not all known yet.
  var summaries: [Int: GeneSummary] = [:]
  var rows: [Int: GeneTable.Row] = [:]
  var replacements = ReplacementRows()
  /// What the second pass found, by gene.
  var levels: [Int: GeneLevelResult] = [:]
  var ledger: [LedgerEntry] = []

  /// Takes in a chunk.
  mutating func add(_ record: ChunkRecord) {
    counts.add(record.counts)
    histogram.add(record.histogram)
    for (gene, summary) in record.summaries {
      summaries[gene, default: GeneSummary()].add(summary)
    }
    ledger.append(
      LedgerEntry(
        genes: record.identity.geneCount, pairs: record.counts.pairs, rows: record.counts.rows,
        checksum: record.textChecksum))
  }

  /// What is kept of a chunk that comes next: candidates for the lead that come too late are left out.
  func record(of outcome: ChunkOutcome) -> ChunkRecord {
    var record = ChunkRecord(
      identity: outcome.identity, counts: outcome.counts, histogram: outcome.histogram,
      textChecksum: outcome.textChecksum.value, summaries: outcome.summaries)
    for (gene, summary) in outcome.summaries {
      guard let found = summaries[gene] else { continue }
      record.summaries[gene]?.lead = found.lead.accepted(of: summary.lead)
    }
    return record
  }

  /// Takes in a gene whose pairs are all known.
  mutating func add(_ row: GeneTable.Row, gene: Int, replaced: [ReplacedRow]) {
    rows[gene] = row
    for replacement in replaced {
      replacements.add(replacement.key) { $0.append(replacement.text) }
    }
  }
}
