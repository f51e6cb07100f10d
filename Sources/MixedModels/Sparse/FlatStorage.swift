/// Numbers in one piece of memory that lives as long as its owner, 0 to begin with.
final class FlatStorage {
  let base: UnsafeMutablePointer<Double>
  let count: Int

  init(_ count: Int) {
    // Safe: allocated and initialised here, freed by `deinit` alone.
    base = .allocate(capacity: max(1, count))
    base.initialize(repeating: 0, count: max(1, count))
    self.count = count
  }

  deinit { base.deallocate() }
}
