import CZlib
import MixedModels
import Tables

/// What became of a chunk.
struct ChunkOutcome: Sendable {
  /// Number of the chunk's genes.
  var geneCount: Int
  /// Genes that this chunk and later ones do not need.
  var finished: [Int]
  var progress: Double
  /// Each in the order of the table.
  var runs: [PairRun] = []
  var counts = PairCounts()
  var histogram = PValueHistogram()
  /// By gene index in the expression file; genes without a pair are absent.
  var summaries: [Int: GeneSummary] = [:]

  init(_ chunk: ScanChunk) {
    geneCount = chunk.genes.count
    finished = chunk.finished
    progress = chunk.progress
  }

  /// CRC-32 of the rows' text, run behind run.
  var checksum: UInt32 {
    runs.reduce(0) { sum, run in
      UInt32(
        truncatingIfNeeded: crc32_combine(UInt(sum), UInt(run.checksum), run.text.count))
    }
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
  var ledger: [LedgerEntry] = []

  mutating func add(_ outcome: ChunkOutcome) {
    counts.add(outcome.counts)
    histogram.add(outcome.histogram)
    for (gene, summary) in outcome.summaries {
      summaries[gene, default: GeneSummary()].add(summary)
    }
    ledger.append(
      LedgerEntry(
        genes: outcome.geneCount, pairs: outcome.counts.pairs, rows: outcome.counts.rows,
        checksum: outcome.checksum))
  }

  /// Takes in a gene whose pairs are all known.
  mutating func add(_ row: GeneTable.Row, gene: Int, replaced: [ReplacedRow]) {
    rows[gene] = row
    for replacement in replaced {
      replacements.add(replacement.key) { $0.append(replacement.text) }
    }
  }
}
