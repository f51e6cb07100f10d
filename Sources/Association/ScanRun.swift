import BlockGzip
import MixedModels

/// The shared state of a running scan: chunks out, sorted runs in.
///
/// Reading and spooling happen one thread at a time, fitting on all; a few chunks per worker are
/// in memory beside the window of variants. Results are used in the order of the chunks, so that
/// nothing depends on which worker was faster.
final class ScanRun: @unchecked Sendable {
  private let inputLock = Lock()
  private let outputLock = Lock()
  private let source: any ChunkSource
  private let spool: RunSpool
  private let observer: any ScanObserver
  private let chromosomes: () -> [String]
  private(set) var totals = ScanTotals()
  private(set) var failure: ScanFailure?

  init(
    source: any ChunkSource, spool: RunSpool, observer: any ScanObserver,
    chromosomes: @escaping () -> [String]
  ) {
    self.source = source
    self.spool = spool
    self.observer = observer
    self.chromosomes = chromosomes
  }

  /// Processes every chunk on `threads` threads.
  func run(
    threads: Int,
    process: @Sendable (ScanChunk, _ chromosomes: [String]) -> ChunkOutcome
  ) throws(ScanFailure) {
    let delivery = OrderedDelivery<ChunkOutcome>(slots: 4 * threads)
    runWorkers(threads) { _ in
      while true {
        delivery.takeSlot()
        guard let (chunk, names) = take() else { break }
        let outcome = process(chunk, names)
        outputLock.withLock {
          delivery.deliver(outcome, at: chunk.index, use: use)
        }
      }
      delivery.open()
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
      try spool.append(outcome.run)
    } catch {
      failure = .output(error)
    }
    totals.add(outcome)
    observer.progress(share: outcome.progress, pairs: totals.counts.pairs)
  }
}
