import Tables

/// A row of the pairs table with numbers that came after it was spooled.
struct ReplacedRow: Sendable {
  let key: PairRowKey
  var text = TextBuffer()

  init(key: PairRowKey) { self.key = key }
}
