import BlockGzip
import MixedModels

/// The shared state of a running scan: chunks out, sorted runs in.
///
/// Reading and spooling happen one thread at a time, fitting on all; at most one chunk per worker
/// is in memory beside the window of variants.
final class ScanRun: @unchecked Sendable {
  private let inputLock = Lock()
  private let outputLock = Lock()
  private let source: any ChunkSource
  private let spool: RunSpool
  private let observer: any ScanObserver
  private let chromosomes: () -> [String]
  private(set) var counts = PairCounts()
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
    process: @Sendable (ScanChunk, _ chromosomes: [String]) -> ScanWorker.Outcome
  ) throws(ScanFailure) {
    runWorkers(threads) { _ in
      while let (chunk, names) = take() { deliver(process(chunk, names)) }
    }
    if let failure { throw failure }
  }

  private func take() -> (ScanChunk, [String])? {
    inputLock.withLock {
      guard outputLock.withLock({ failure == nil }) else { return nil }
      do throws(InputError) {
        return try source.next().map { ($0, chromosomes()) }
      } catch {
        fail(.input(error))
        return nil
      }
    }
  }

  private func deliver(_ outcome: ScanWorker.Outcome) {
    let share = inputLock.withLock { source.progress }
    outputLock.withLock {
      counts.add(outcome.counts)
      do throws(OutputError) {
        try spool.append(outcome.run)
      } catch {
        failure = failure ?? .output(error)
      }
      observer.progress(share: share, pairs: counts.pairs)
    }
  }

  private func fail(_ error: ScanFailure) {
    outputLock.withLock { failure = failure ?? error }
  }
}
