import Dispatch

/// Puts the results of workers back into the order of their chunks.
///
/// A worker takes a slot before it takes a chunk and the slot is freed when the chunk's result has
/// been used in order, so that a slow chunk cannot let results pile up.
final class OrderedDelivery<Result>: @unchecked Sendable {
  private let slots = DispatchSemaphore(value: 0)
  private let slotCount: Int
  private var waiting: [Int: Result] = [:]
  private var nextIndex: Int

  /// - Parameter firstIndex: the number of the first result.
  init(slots count: Int, firstIndex: Int = 0) {
    slotCount = count
    nextIndex = firstIndex
    // A semaphore must not be released below its first value, so it starts at zero.
    for _ in 0..<count { slots.signal() }
  }

  func takeSlot() { slots.wait() }

  /// Lets every waiting worker go on, to see that the work has ended.
  func open() { for _ in 0..<slotCount { slots.signal() } }

  /// Uses `result` and those that waited for it, in order. Called by one thread at a time.
  func deliver(_ result: Result, at index: Int, use: (Result) -> Void) {
    waiting[index] = result
    while let ready = waiting.removeValue(forKey: nextIndex) {
      use(ready)
      nextIndex += 1
      slots.signal()
    }
  }
}
