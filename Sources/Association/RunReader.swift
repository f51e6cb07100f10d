import BlockGzip
import CZlib
import Glibc

/// Reads one spooled run, a block at a time.
final class RunReader {
  private let spool: RunSpool
  private var offset: Int
  private var blocksLeft: Int
  private var block: [UInt8] = []
  private var at = 0
  /// Key of the current record.
  private(set) var key: PairRowKey
  private var row = 0..<0

  /// Opens a run at its first record.
  init(_ run: RunSpool.StoredRun, in spool: RunSpool) throws(OutputError) {
    self.spool = spool
    offset = run.offset
    blocksLeft = run.blocks
    key = run.firstKey
    _ = try advance()
  }

  /// Moves to the next record; false after the last.
  func advance() throws(OutputError) -> Bool {
    if at >= block.count {
      guard blocksLeft > 0 else { return false }
      try readBlock()
    }
    block.withUnsafeBytes { bytes in
      func integer(_ index: Int) -> Int {
        Int(
          Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: at + 8 * index, as: Int64.self)))
      }
      func length(_ index: Int) -> Int {
        Int(
          UInt32(
            littleEndian: bytes.loadUnaligned(
              fromByteOffset: at + 32 + 4 * index, as: UInt32.self)))
      }
      let alternate = (at + 40)..<(at + 40 + length(0))
      row = alternate.upperBound..<(alternate.upperBound + length(1))
      key = PairRowKey(
        chromosome: integer(0), position: integer(1), gene: integer(2),
        alternate: String(decoding: bytes[alternate], as: UTF8.self), variant: integer(3))
    }
    at = row.upperBound
    return true
  }

  /// Writes the current row.
  func writeRow(to writer: BlockGzipWriter) throws(OutputError) {
    let result: Result<Void, OutputError> = block.withUnsafeBytes { bytes in
      do throws(OutputError) {
        return .success(try writer.write(UnsafeRawBufferPointer(rebasing: bytes[row])))
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  private func readBlock() throws(OutputError) {
    let lengths = try read(count: 8)
    func length(_ at: Int) -> Int {
      (0..<4).reduce(0) { $0 | Int(lengths[at + $1]) << (8 * $1) }
    }
    let packed = try read(count: length(4))
    block = [UInt8](repeating: 0, count: length(0))
    var unpacked = UInt(block.count)
    guard uncompress(&block, &unpacked, packed, UInt(packed.count)) == Z_OK,
      unpacked == UInt(block.count)
    else {
      throw OutputError(.writeFailed, path: spool.path, reason: "the unfinished rows are damaged")
    }
    at = 0
    blocksLeft -= 1
  }

  private func read(count: Int) throws(OutputError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let got = bytes.withUnsafeMutableBytes {
        pread(spool.descriptor, $0.baseAddress.map { $0 + done }, count - done, offset + done)
      }
      guard got > 0 else {
        if got < 0, errno == EINTR { continue }
        throw OutputError(
          .writeFailed, path: spool.path,
          reason: got == 0 ? "the file was cut" : systemErrorText(errno))
      }
      done += got
    }
    offset += count
    return bytes
  }
}
