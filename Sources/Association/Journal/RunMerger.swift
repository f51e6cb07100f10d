import BlockGzip

/// A streaming k-way merge of spooled runs; a run is opened when the merge reaches its first row,
/// so that memory holds one block of each overlapping run only.
struct RunMerger {
  /// The current row of an open run.
  private struct Head {
    var row: StoredRow
    var run: Int
  }

  private let replacements: ReplacementRows
  private let file: LockedFile
  /// In the order of their first rows.
  private let runs: [StoredRun]
  /// The open ones of `runs`.
  private var readers: [RunReader?]
  /// The first of `runs` that was not opened yet.
  private var unopened = 0
  /// A binary heap; its own, because moving a head down in place of the row just written costs a
  /// comparison or two where rows of runs alternate, and a general heap removes and inserts.
  private var heads: [Head] = []
  private var replacedSites: ArraySlice<UInt64>
  /// The next site with a replaced row; larger than any site after the last.
  private var nextReplacedSite: UInt64

  /// - Parameter replacements: rows to be written in the place of spooled ones.
  init(
    runs: [StoredRun], in file: LockedFile, replacements: ReplacementRows = ReplacementRows()
  ) {
    self.file = file
    self.replacements = replacements
    self.runs = runs.sorted { left, right in
      left.first.precedes(right.first) { (left.firstTail[...], right.firstTail[...]) }
    }
    readers = Array(repeating: nil, count: self.runs.count)
    replacedSites = replacements.sites[...]
    nextReplacedSite = replacedSites.first ?? .max
  }

  /// Writes every row in order; once.
  ///
  /// - Throws: `ScanFailure`: where rows cannot be read back or written, and when interrupted.
  mutating func merge(into writer: PairTableWriter) throws(ScanFailure) {
    var isDone = false
    while !isDone {
      if let signal = Interruption.signal { throw .interrupted(signal) }
      do throws(OutputError) { isDone = try !writeSpan(to: writer) } catch {
        throw .output(error)
      }
    }
  }

  /// Writes the rows of one run up to those of the next.
  ///
  /// - Returns: whether there were any.
  private mutating func writeSpan(to writer: PairTableWriter) throws(OutputError) -> Bool {
    while unopened < runs.count {
      let next = Head(row: runs[unopened].first, run: unopened)
      if let top = heads.first, !precedes(next, top) { break }
      readers[unopened] = try RunReader(runs[unopened], in: file)
      insert(next)
      unopened += 1
    }
    guard let top = heads.first, var reader = readers[top.run] else { return false }
    // Rows of one run up to the next head need no heap; its reader is taken out of the array, so
    // that nothing of it is copied row by row.
    readers[top.run] = nil
    let limit = limit()
    var hasRow: Bool
    repeat {
      try write(reader, to: writer)
      hasRow = try reader.advance()
    } while hasRow
      && limit.map { limit in
        reader.row.precedes(limit.row) { (reader.tail, tail(of: limit.run)) }
      } ?? true
    if hasRow {
      heads[0].row = reader.row
      readers[top.run] = reader
    } else {
      heads.swapAt(0, heads.count - 1)
      heads.removeLast()
    }
    moveDown()
    return true
  }

  /// Writes the current row of a run, or what replaces it.
  @inline(__always)
  private mutating func write(
    _ reader: borrowing RunReader, to writer: PairTableWriter
  ) throws(OutputError) {
    let row = reader.row
    if row.site >= nextReplacedSite, let range = replacement(for: row) {
      try replacements.withUnsafeBytes { bytes throws(OutputError) in
        try writer.write(
          UnsafeRawBufferPointer(rebasing: bytes[range]), chromosome: row.chromosome,
          position: row.position, gene: Int(row.gene))
      }
    } else {
      try reader.withText { text throws(OutputError) in
        try writer.write(
          text, chromosome: row.chromosome, position: row.position, gene: Int(row.gene))
      }
    }
  }

  private mutating func replacement(for row: StoredRow) -> Range<Int>? {
    while let site = replacedSites.first, site < row.site { replacedSites.removeFirst() }
    nextReplacedSite = replacedSites.first ?? .max
    return row.site == nextReplacedSite ? replacements.range(for: row) : nil
  }

  /// The smallest head but the first, or the first row of the next unopened run.
  private func limit() -> Head? {
    var limit: Head? = heads.count > 1 ? heads[1] : nil
    if heads.count > 2, precedes(heads[2], heads[1]) { limit = heads[2] }
    guard unopened < runs.count else { return limit }
    let next = Head(row: runs[unopened].first, run: unopened)
    return limit.map { precedes(next, $0) } ?? true ? next : limit
  }

  // MARK: Heap

  @inline(__always)
  private func precedes(_ left: Head, _ right: Head) -> Bool {
    left.row.precedes(right.row) { (tail(of: left.run), tail(of: right.run)) }
  }

  private func tail(of run: Int) -> ArraySlice<UInt8> {
    readers[run]?.tail ?? runs[run].firstTail[...]
  }

  private mutating func insert(_ head: Head) {
    heads.append(head)
    var child = heads.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard precedes(heads[child], heads[parent]) else { return }
      heads.swapAt(child, parent)
      child = parent
    }
  }

  /// Moves the first head to its place.
  private mutating func moveDown() {
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heads.count else { return }
      if child + 1 < heads.count, precedes(heads[child + 1], heads[child]) { child += 1 }
      guard precedes(heads[child], heads[parent]) else { return }
      heads.swapAt(child, parent)
      parent = child
    }
  }
}
