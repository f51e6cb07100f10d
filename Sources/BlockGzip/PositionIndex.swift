import CHTSlib
import Glibc

/// A tabix index of a BGZF table: where in the table the rows of a stretch of positions are.
package final class PositionIndex {
  package let path: String
  /// Chromosomes that have rows, in the order of the table.
  package let chromosomes: [String]
  private let handle: UnsafeMutablePointer<tbx_t>

  /// Reads an index.
  ///
  /// - Parameters:
  ///   - path: of the index.
  ///   - tablePath: of its table, which is not looked at.
  /// - Throws: `InputError` where the index is missing, damaged or of another layout.
  package init(path: String, tablePath: String) throws(InputError) {
    self.path = path
    guard access(path, R_OK) == 0 else {
      throw InputError(
        "the table's index is missing: \(systemErrorText(errno))", kind: .unreadable, path: path,
        advice: "make it with: tabix -s 1 -b 2 -e 2 \(tablePath)")
    }
    hts_set_log_level(HTS_LOG_OFF)
    guard let handle = tbx_index_load3(tablePath, path, 0) else {
      throw InputError(
        "the index cannot be read", path: path, found: "damaged or other content",
        expected: "a tabix index", advice: "make it with: tabix -f -s 1 -b 2 -e 2 \(tablePath)")
    }
    self.handle = handle
    var count: Int32 = 0
    let list = tbx_seqnames(handle, &count)
    defer { free(list) }
    // Safe: htslib gives `count` strings, which live as long as the index.
    chromosomes = (0..<Int(count)).map { list?[$0].map { String(cString: $0) } ?? "" }
    let layout = handle.pointee.conf
    guard layout.preset == TBX_GENERIC, layout.sc == 1, layout.bc == 2 else {
      throw InputError(
        "the index is of another layout", path: path,
        found: "format \(layout.preset), columns \(layout.sc) and \(layout.bc)",
        expected: "chromosome and one-based position in columns 1 and 2",
        advice: "make it with: tabix -f -s 1 -b 2 -e 2 \(tablePath)")
    }
  }

  deinit { tbx_destroy(handle) }

  /// Where rows of a stretch are, ascending and apart; other rows may be there too.
  ///
  /// - Parameters:
  ///   - chromosome: its place in `chromosomes`.
  ///   - positions: one-based.
  /// - Throws: `InputError` where the index is damaged.
  package func ranges(
    chromosome: Int, positions: ClosedRange<Int>
  ) throws(InputError) -> [BlockRange] {
    precondition(chromosomes.indices.contains(chromosome), "chromosome \(chromosome)")
    // Indexes of this format end at 2^29; position 0 is filed under the first base.
    let start = min(max(positions.lowerBound, 1), 1 << 29) - 1
    let end = min(max(positions.upperBound, 1), 1 << 29)
    guard
      let iterator = hts_itr_query(
        handle.pointee.idx, Int32(chromosome), Int64(start), Int64(end), nil)
    else {
      throw InputError("the index is damaged", path: path, advice: "make the result again")
    }
    defer { hts_itr_destroy(iterator) }
    // Safe: htslib keeps `n_off` chunks there until the iterator is destroyed.
    let found = (0..<Int(iterator.pointee.n_off)).compactMap { number -> BlockRange? in
      guard let chunk = iterator.pointee.off?[number], chunk.u < chunk.v else { return nil }
      return BlockRange(start: chunk.u, end: chunk.v)
    }
    return BlockRange.joined(found)
  }
}

extension BlockRange {
  /// The same places as ranges that ascend and lie apart.
  package static func joined(_ ranges: [BlockRange]) -> [BlockRange] {
    var joined: [BlockRange] = []
    for range in ranges.sorted(by: { $0.start < $1.start }) {
      if let last = joined.last, range.start <= last.end {
        joined[joined.count - 1].end = max(last.end, range.end)
      } else {
        joined.append(range)
      }
    }
    return joined
  }
}
