import BlockGzip
import MixedModels
import Workers

/// The second pass of a scan: genotypes are read again, and every gene whose window is complete is handed
/// to a worker with all its variants.
///
/// A gene's result depends on the gene alone, so that the order in which genes are done is of no
/// consequence; each is kept in the journal as it comes.
final class GenePass: @unchecked Sendable {
  private let inputLock = Lock()
  private let outputLock = Lock()
  private let context: ScanContext
  private let inputs: ScanInputs
  private let journal: ScanJournal
  private let observer: any ScanObserver
  private let pairCount: Int
  private let summaries: [Int: GeneTester.FirstPass]
  private let stream: VariantStream
  private let source: GeneWindowSource
  private var results: [Int: GeneLevelResult]
  private var failure: ScanFailure?

  /// - Parameter totals: of the first pass, with the rows of the genes that have pairs.
  /// - Throws: `ScanFailure` where the genotypes cannot be opened again or the journal be read.
  init(
    inputs: ScanInputs, context: ScanContext, totals: ScanTotals, journal: ScanJournal,
    observer: any ScanObserver
  ) throws(ScanFailure) {
    self.inputs = inputs
    self.context = context
    self.journal = journal
    self.observer = observer
    let rows = totals.rows
    pairCount = totals.counts.pairs
    let done = try ScanFailure.writing { () throws(OutputError) in try journal.geneResults() }
    results = done.filter { rows[$0.key] != nil }
    summaries = rows.mapValues {
      GeneTester.FirstPass(
        smallest: $0.summary.lead.leader?.logPValue ?? .nan,
        combined: $0.summary.combination.logP)
    }
    let genes = inputs.expression.genes
    let left = rows.keys.filter { done[$0] == nil }.sorted().map { ($0, genes[$0]) }
    stream = try inputs.reopenedStream()
    source = GeneWindowSource(stream: stream, genes: left, window: inputs.options.window)
    if !results.isEmpty {
      observer.note("gene-level results of \(results.count) genes were finished by an earlier run")
    }
  }

  /// Computes what is left.
  ///
  /// - Returns: results by gene; genes without pairs have none.
  func run() throws(ScanFailure) -> [Int: GeneLevelResult] {
    guard results.count < summaries.count else { return results }
    let needsCharts = context.options.geneLevel.has("bootstrap")
    let shared =
      needsCharts ? GeneTester.StoredCharts(context: context, design: context.design) : nil
    runWorkers(context.options.threads) { _ in
      let tester = GeneTester(context: context, expression: inputs.expression, shared: shared)
      while let (work, chromosomes) = take() {
        do throws(OutputError) {
          guard let firstPass = summaries[work.gene],
            let result = try tester.result(
              of: work, firstPass: firstPass, chromosomes: chromosomes)
          else { continue }
          try outputLock.withLock { () throws(OutputError) in try keep(result, of: work.gene) }
        } catch {
          outputLock.withLock { failure = failure ?? .output(error) }
        }
      }
    }
    if let failure { throw failure }
    return results
  }

  private func keep(_ result: GeneLevelResult, of gene: Int) throws(OutputError) {
    try journal.append(result, gene: gene)
    results[gene] = result
    observer.progress(share: Double(results.count) / Double(summaries.count), pairs: pairCount)
  }

  private func take() -> (GeneWindowSource.Work, [String])? {
    inputLock.withLock {
      let isStopped = outputLock.withLock {
        if let signal = Interruption.signal { failure = failure ?? .interrupted(signal) }
        return failure != nil
      }
      guard !isStopped else { return nil }
      do throws(InputError) {
        return try source.next().map { ($0, stream.source.chromosomes) }
      } catch {
        outputLock.withLock { failure = failure ?? .input(error) }
        return nil
      }
    }
  }
}
