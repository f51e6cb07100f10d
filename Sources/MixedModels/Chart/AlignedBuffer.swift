/// Uninitialised memory on 64-byte boundaries, where vectors load fastest.
struct AlignedBuffer<Element: BitwiseCopyable>: ~Copyable {
  let base: UnsafeMutablePointer<Element>
  let count: Int

  init(count: Int, repeating value: Element) {
    self.count = count
    base = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, count) * MemoryLayout<Element>.stride, alignment: 64
    ).bindMemory(to: Element.self, capacity: max(1, count))
    base.initialize(repeating: value, count: max(1, count))
  }

  deinit { base.deallocate() }
}
