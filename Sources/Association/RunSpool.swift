import BlockGzip
import CZlib
import Glibc
import Tables

/// Sorted runs of rows in one file beside the output, deflated block by block, until they are
/// merged.
///
/// A block is {raw length, deflated length: UInt32, deflated bytes}; its raw bytes are records
/// {chromosome, position, gene, variant: Int64, ALT length, row length: UInt32, ALT, row}.
final class RunSpool {
  /// One run on disk.
  struct StoredRun {
    var offset: Int
    var blocks: Int
    var firstKey: PairRowKey
  }

  /// Large enough to deflate well, small enough that every open run may hold one.
  static let blockBytes = 1 << 17

  let path: String
  private(set) var runs: [StoredRun] = []
  let descriptor: Int32
  private var end = 0

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
    guard let first = run.rows.first else { return }
    var stored = StoredRun(offset: end, blocks: 0, firstKey: first.key)
    var block = TextBuffer(capacity: Self.blockBytes + (1 << 12))
    for row in run.rows {
      Self.encode(row, of: run, into: &block)
      if block.count >= Self.blockBytes {
        try write(block)
        stored.blocks += 1
        block.removeAll()
      }
    }
    if !block.isEmpty {
      try write(block)
      stored.blocks += 1
    }
    runs.append(stored)
  }

  private static func encode(_ row: PairRun.Row, of run: PairRun, into block: inout TextBuffer) {
    let key = row.key
    for value in [key.chromosome, key.position, key.gene, key.variant] {
      withUnsafeBytes(of: Int64(value).littleEndian) { block.append(bytes: $0) }
    }
    for value in [key.alternate.utf8.count, row.bytes.count] {
      withUnsafeBytes(of: UInt32(value).littleEndian) { block.append(bytes: $0) }
    }
    block.append(key.alternate)
    run.text.withUnsafeBytes {
      block.append(bytes: UnsafeRawBufferPointer(rebasing: $0[row.bytes]))
    }
  }

  private func write(_ block: TextBuffer) throws(OutputError) {
    var packed = [UInt8](repeating: 0, count: 8 + Int(compressBound(UInt(block.count))))
    var length = UInt(packed.count - 8)
    let status = packed.withUnsafeMutableBytes { out in
      block.withUnsafeBytes { raw in
        // Safe: `out` has compressBound(raw.count) bytes after the 8 of the lengths.
        compress2(
          out.baseAddress.map { ($0 + 8).assumingMemoryBound(to: UInt8.self) }, &length,
          raw.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt(raw.count), 1)
      }
    }
    guard status == Z_OK else {
      throw OutputError(.writeFailed, path: path, reason: "zlib error \(status)")
    }
    packed.withUnsafeMutableBytes {
      $0.storeBytes(of: UInt32(block.count).littleEndian, as: UInt32.self)
      $0.storeBytes(of: UInt32(length).littleEndian, toByteOffset: 4, as: UInt32.self)
    }
    var done = 0
    let total = 8 + Int(length)
    while done < total {
      let count = packed.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress.map { $0 + done }, total - done, end + done)
      }
      guard count > 0 else {
        if count < 0, errno == EINTR { continue }
        throw OutputError(.writeFailed, path: path, reason: systemErrorText(errno))
      }
      done += count
    }
    end += total
  }
}
