import BlockGzip
import MixedModels
import Workers

/// The shared state of a running scan: chunks out, finished chunks in.
///
/// Reading and writing happen one thread at a time, fitting on all; a few chunks per worker are
/// in memory. Results are used in the order of the chunks, so that nothing depends on which worker
/// was faster; a gene is settled by any worker once its last chunk has been used.
final class ScanRun: @unchecked Sendable {
  private let inputLock = Lock()
  private let outputLock = Lock()
  private let source: any ChunkSource
  private let journal: ScanJournal
  private let context: ScanContext
  private let observer: any ScanObserver
  private let chromosomes: () -> [String]
  private(set) var totals = ScanTotals()
  private(set) var failure: ScanFailure?
  /// Genes whose pairs are all known.
  private var unsettled: [Int] = []
  /// A chunk that was read but is still to be done.
  private var reread: ScanChunk?

  init(
    source: any ChunkSource, journal: ScanJournal, context: ScanContext,
    observer: any ScanObserver, chromosomes: @escaping () -> [String]
  ) {
    self.source = source
    self.journal = journal
    self.context = context
    self.observer = observer
    self.chromosomes = chromosomes
  }

  /// Processes every chunk and settles every gene.
  ///
  /// Chunks that an earlier run finished are taken up from the journal first.
  func run() throws(ScanFailure) {
    let threads = context.options.threads
    let first = try takeUpFinishedChunks()
    let delivery = OrderedDelivery<ChunkOutcome>(slots: 4 * threads, firstIndex: first)
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

  /// Reads the genotypes again as far as an earlier run's chunks reach, without a fit.
  ///
  /// - Returns: the number of the first chunk that is left to do.
  private func takeUpFinishedChunks() throws(ScanFailure) -> Int {
    let found = journal.chunkCount
    var done = 0
    while done < found {
      if let signal = Interruption.signal { throw .interrupted(signal) }
      let next = try ScanFailure.reading { () throws(InputError) in try source.next() }
      guard let chunk = next else { break }
      let record = try ScanFailure.writing { () throws(OutputError) in
        try journal.takeUp(done) { $0 == ChunkRecord.Identity(chunk) }
      }
      guard let record else {
        reread = chunk
        break
      }
      totals.add(record)
      unsettled += chunk.finished
      observer.progress(share: chunk.progress, pairs: totals.counts.pairs)
      done += 1
    }
    try ScanFailure.writing { () throws(OutputError) in try journal.cut(to: done) }
    if done > 0 {
      observer.note(
        "\(done) chunks with \(totals.counts.pairs) pairs were finished by an earlier run")
    }
    return done
  }

  private func take() -> (ScanChunk, [String])? {
    inputLock.withLock {
      guard outputLock.withLock({ failure == nil && !noteInterruption() }) else { return nil }
      if let chunk = reread {
        reread = nil
        return (chunk, chromosomes())
      }
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
    // What was finished is kept, whatever else has failed, but for the journal itself.
    if case .output = failure { return }
    let record = totals.record(of: outcome)
    do throws(OutputError) { try journal.append(record, rows: outcome.runs) } catch {
      failure = .output(error)
      return
    }
    totals.add(record)
    unsettled += outcome.finished
    observer.progress(share: outcome.progress, pairs: totals.counts.pairs)
  }

  /// Whether the run is to stop, under the output lock.
  private func noteInterruption() -> Bool {
    guard let signal = Interruption.signal else { return false }
    failure = failure ?? .interrupted(signal)
    return true
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
        if context.options.guards.jackknife, let lead = summary.lead.leader {
          row.jackknife = try LeaveOneOut(context: context).result(of: model, lead: lead)
          summary.lead.forgetDosages()
        }
        row.summary = summary
        outputLock.withLock { totals.add(row, gene: gene, replaced: replaced) }
      } catch {
        outputLock.withLock { failure = failure ?? .output(error) }
      }
    }
  }

  private func nextUnsettled() -> (Int, GeneSummary)? {
    while failure == nil, !noteInterruption(), let gene = unsettled.popLast() {
      if let summary = totals.summaries.removeValue(forKey: gene) { return (gene, summary) }
      // A gene whose window held no variant to test keeps the row without pairs.
      context.models.remove(gene)
    }
    return nil
  }
}
