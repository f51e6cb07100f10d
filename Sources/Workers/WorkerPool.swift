import Dispatch
import Glibc

/// A mutual-exclusion lock that thread sanitizers understand.
package final class Lock: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>

  package init() {
    mutex = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Runs `body` while no other thread does.
  package func withLock<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }
}

/// Runs `body` on `threads` threads at once and waits for all of them.
package func runWorkers(_ threads: Int, _ body: @Sendable (Int) -> Void) {
  if threads <= 1 {
    body(0)
  } else {
    DispatchQueue.concurrentPerform(iterations: threads, execute: body)
  }
}

/// `transform` of 0..<count, spread over threads; results in order.
package func parallelMap<Result: Sendable>(
  _ count: Int, threads: Int, _ transform: @Sendable (Int) -> Result
) -> [Result] {
  let results = ResultSlots<Result>(count: count)
  runWorkers(min(threads, max(1, count))) { _ in
    while let index = results.take() { results.store(transform(index), at: index) }
  }
  return results.values
}

/// Numbered slots that workers take and fill.
private final class ResultSlots<Result: Sendable>: @unchecked Sendable {
  private let lock = Lock()
  private var slots: [Result?]
  private var nextIndex = 0

  init(count: Int) { slots = [Result?](repeating: nil, count: count) }

  func take() -> Int? {
    lock.withLock {
      guard nextIndex < slots.count else { return nil }
      nextIndex += 1
      return nextIndex - 1
    }
  }

  func store(_ result: Result, at index: Int) { lock.withLock { slots[index] = result } }

  var values: [Result] { lock.withLock { slots.compactMap { $0 } } }
}
