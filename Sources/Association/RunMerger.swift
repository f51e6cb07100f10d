import BlockGzip
import HeapModule

/// A streaming k-way merge of spooled runs; a run is opened when the merge reaches its first row,
/// so that memory holds one block of each overlapping run only.
struct RunMerger {
  private struct Head: Comparable {
    var key: PairRowKey
    var reader: RunReader

    static func < (left: Head, right: Head) -> Bool { left.key < right.key }
    static func == (left: Head, right: Head) -> Bool { left.key == right.key }
  }

  let spool: RunSpool

  /// Writes every row in order.
  func merge(into writer: BlockGzipWriter) throws(OutputError) {
    var unopened = spool.runs.sorted { $0.firstKey < $1.firstKey }[...]
    var heads = Heap<Head>()
    while true {
      while let next = unopened.first, heads.min.map({ next.firstKey < $0.key }) ?? true {
        unopened.removeFirst()
        let reader = try RunReader(next, in: spool)
        heads.insert(Head(key: reader.key, reader: reader))
      }
      guard let head = heads.popMin() else { return }
      let reader = head.reader
      // Rows of one run up to the next head need no heap.
      let limit = [heads.min?.key, unopened.first?.firstKey].compactMap { $0 }.min()
      var hasMore = true
      repeat {
        try reader.writeRow(to: writer)
        hasMore = try reader.advance()
      } while hasMore && (limit.map { reader.key < $0 } ?? true)
      if hasMore { heads.insert(Head(key: reader.key, reader: reader)) }
    }
  }
}
