import BlockGzip
import MixedModels

/// The shared state of a running scan: chunks out, sorted runs in.
///
/// Reading and spooling happen one thread at a time, fitting on all; a few chunks per worker are
/// in memory. Results are used in the order of the chunks, so that nothing depends on which worker
/// was faster; a gene is settled by any worker once its last chunk has been used.
final class ScanRun: @unchecked Sendable {
  private let inputLock = Lock()
  private let outputLock = Lock()
  private let source: any ChunkSource
  private let spool: RunSpool
  private let context: ScanContext
  private let observer: any ScanObserver
  private let chromosomes: () -> [String]
  private(set) var totals = ScanTotals()
  private(set) var failure: ScanFailure?
  /// Genes whose pairs are all known.
  private var unsettled: [Int] = []

  init(
    source: any ChunkSource, spool: RunSpool, context: ScanContext, observer: any ScanObserver,
    chromosomes: @escaping () -> [String]
  ) {
    self.source = source
    self.spool = spool
    self.context = context
    self.observer = observer
    self.chromosomes = chromosomes
  }

  /// Processes every chunk and settles every gene.
  func run() throws(ScanFailure) {
    let threads = context.options.threads
    let delivery = OrderedDelivery<ChunkOutcome>(slots: 4 * threads)
    runWorkers(threads) { _ in
      let worker = ScanWorker(context: context)
      while true {
        settleGenes(worker)
        delivery.takeSlot()
        guard let (chunk, names) = take() else { break }
        do throws(OutputError) {
          let outcome = try worker.process(chunk, chromosomes: names)
          outputLock.withLock {
            delivery.deliver(outcome, at: chunk.index, use: use)
          }
        } catch {
          outputLock.withLock { failure = failure ?? .output(error) }
          break
        }
      }
      delivery.open()
    }
    if failure == nil {
      unsettled += totals.summaries.keys.sorted()
      runWorkers(threads) { _ in settleGenes(ScanWorker(context: context)) }
    }
    if let failure { throw failure }
  }

  private func take() -> (ScanChunk, [String])? {
    inputLock.withLock {
      guard outputLock.withLock({ failure == nil }) else { return nil }
      do throws(InputError) {
        return try source.next().map { ($0, chromosomes()) }
      } catch {
        outputLock.withLock { failure = failure ?? .input(error) }
        return nil
      }
    }
  }

  /// Takes in a chunk's result, under the output lock.
  private func use(_ outcome: ChunkOutcome) {
    guard failure == nil else { return }
    do throws(OutputError) {
      for run in outcome.runs { try spool.append(run) }
    } catch {
      failure = .output(error)
    }
    totals.add(outcome)
    unsettled += outcome.finished
    observer.progress(share: outcome.progress, pairs: totals.counts.pairs)
  }

  /// Settles genes until none waits or the scan has failed.
  private func settleGenes(_ worker: ScanWorker) {
    while let (gene, found) = outputLock.withLock({ nextUnsettled() }) {
      var summary = found
      do throws(OutputError) {
        let model = try context.models.model(gene)
        let names = inputLock.withLock { chromosomes() }
        let replaced = worker.settle(&summary, of: model, chromosomes: names)
        context.models.remove(gene)
        var row = model.tableRow
        row.summary = summary
        outputLock.withLock { totals.add(row, gene: gene, replaced: replaced) }
      } catch {
        outputLock.withLock { failure = failure ?? .output(error) }
      }
    }
  }

  private func nextUnsettled() -> (Int, GeneSummary)? {
    while failure == nil, let gene = unsettled.popLast() {
      if let summary = totals.summaries.removeValue(forKey: gene) { return (gene, summary) }
      // A gene whose window held no variant to test keeps the row without pairs.
      context.models.remove(gene)
    }
    return nil
  }
}
