/// One of the parts a scan is split into: whole genes.
package struct Shard: Sendable, Equatable, Codable {
  /// Counted from one.
  package var index: Int
  package var count: Int

  /// - Precondition: `index` is 1 to `count`.
  package init(index: Int, count: Int) {
    precondition(count >= 1 && (1...count).contains(index), "shard \(index) of \(count)")
    self.index = index
    self.count = count
  }

  /// As `--shard` has it.
  package var text: String { "\(index)/\(count)" }
}
