import MixedModels
import Tables

/// What became of a chunk.
struct ChunkOutcome: Sendable {
  /// Indices of the chunk's genes in the expression file.
  var genes: [Int]
  var progress: Double
  var run = PairRun()
  var counts = PairCounts()
  var histogram = PValueHistogram()
  /// By gene index in the expression file; genes without a pair are absent.
  var summaries: [Int: GeneSummary] = [:]
  /// Models fitted in this chunk, by gene index.
  var models: [Int: GeneModel] = [:]

  init(genes: [Int], progress: Double) {
    self.genes = genes
    self.progress = progress
  }
}

/// What a scan adds up over its chunks, in their order.
struct ScanTotals: Sendable {
  /// One chunk in the manifest.
  struct LedgerEntry: Sendable {
    var genes: Int
    var pairs: Int
    var rows: Int
    /// CRC-32 of the rows' text, in order.
    var checksum: UInt32
  }

  var counts = PairCounts()
  var histogram = PValueHistogram()
  var summaries: [Int: GeneSummary] = [:]
  var rows: [Int: GeneTable.Row] = [:]
  var ledger: [LedgerEntry] = []

  mutating func add(_ outcome: ChunkOutcome) {
    counts.add(outcome.counts)
    histogram.add(outcome.histogram)
    for (gene, summary) in outcome.summaries {
      summaries[gene, default: GeneSummary()].add(summary)
    }
    for (gene, model) in outcome.models { rows[gene] = model.tableRow }
    ledger.append(
      LedgerEntry(
        genes: outcome.genes.count, pairs: outcome.counts.pairs, rows: outcome.counts.rows,
        checksum: outcome.run.checksum))
  }
}
