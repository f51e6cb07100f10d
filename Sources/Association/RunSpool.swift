import BlockGzip
import Glibc
import Tables

/// Sorted runs of rows in one file beside the output until they are merged.
///
/// Nothing is compressed: rows are read back once, and deflating them costs more than all else
/// that is done with them. A block is {rows, bytes of text, bytes of ALT tails: UInt32}, the
/// `StoredRow`s, the tails and the text, in this machine's byte order.
final class RunSpool {
  /// One run on disk.
  struct StoredRun {
    var offset: Int
    var blocks: Int
    var first: StoredRow
    var firstTail: [UInt8]
  }

  /// Text of a block: large enough to read well, small enough that every open run may hold one.
  static let blockBytes = 1 << 18
  static let headerBytes = 12
  /// Bytes that are gathered before they are written.
  private static let writeBytes = 1 << 20

  let path: String
  private(set) var runs: [StoredRun] = []
  let descriptor: Int32
  /// Bytes on disk.
  private var end = 0
  /// Blocks not yet written.
  private var pending = TextBuffer(capacity: writeBytes + blockBytes + (1 << 16))

  /// Opens the file and locks it for this run.
  ///
  /// - Throws: `OutputError`: `cannotCreate`, or `busy` while another run holds it.
  init(path: String) throws(OutputError) {
    self.path = path
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else {
        throw OutputError(.cannotCreate, path: path, reason: systemErrorText(errno))
      }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        close(descriptor)
        throw OutputError(
          .busy, path: path,
          reason: "another run is making this result; wait for it or choose another --out")
      }
      // The run before may have finished and deleted the file between opening and locking it.
      var held = stat()
      var named = stat()
      if fstat(descriptor, &held) == 0, stat(path, &named) == 0, held.st_ino == named.st_ino {
        self.descriptor = descriptor
        break
      }
      close(descriptor)
    }
    guard ftruncate(descriptor, 0) == 0 else {
      throw OutputError(.writeFailed, path: path, reason: systemErrorText(errno))
    }
  }

  deinit { close(descriptor) }

  /// Deletes the file.
  func remove() { unlink(path) }

  /// Appends a sorted run.
  func append(_ run: PairRun) throws(OutputError) {
    precondition(run.isSorted, "the rows of a run must be sorted")
    guard let first = run.rows.first else { return }
    var stored = StoredRun(
      offset: end + pending.count, blocks: 0, first: first,
      firstTail: Array(run.tails.prefix(Int(first.tailLength))))
    var rows = 0..<0
    var text = 0..<0
    var tails = 0..<0
    for (index, row) in run.rows.enumerated() {
      rows = rows.lowerBound..<(index + 1)
      text = text.lowerBound..<(text.upperBound + Int(row.textLength))
      tails = tails.lowerBound..<(tails.upperBound + Int(row.tailLength))
      guard text.count >= Self.blockBytes || rows.upperBound == run.rows.count else { continue }
      encode(rows: run.rows[rows], tails: run.tails[tails], text: text, of: run)
      stored.blocks += 1
      rows = rows.upperBound..<rows.upperBound
      text = text.upperBound..<text.upperBound
      tails = tails.upperBound..<tails.upperBound
      if pending.count >= Self.writeBytes { try flush() }
    }
    runs.append(stored)
  }

  private func encode(
    rows: ArraySlice<StoredRow>, tails: ArraySlice<UInt8>, text: Range<Int>, of run: PairRun
  ) {
    for length in [rows.count, text.count, tails.count] {
      withUnsafeBytes(of: UInt32(length)) { pending.append(bytes: $0) }
    }
    rows.withUnsafeBytes { pending.append(bytes: $0) }
    tails.withUnsafeBytes { pending.append(bytes: $0) }
    run.text.withUnsafeBytes {
      pending.append(bytes: UnsafeRawBufferPointer(rebasing: $0[text]))
    }
  }

  /// Writes what was gathered; runs can be read after that.
  func flush() throws(OutputError) {
    let total = pending.count
    var done = 0
    while done < total {
      let count = pending.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress.map { $0 + done }, total - done, end + done)
      }
      guard count > 0 else {
        if count < 0, errno == EINTR { continue }
        throw OutputError(.writeFailed, path: path, reason: systemErrorText(errno))
      }
      done += count
    }
    end += total
    pending.removeAll()
  }
}
