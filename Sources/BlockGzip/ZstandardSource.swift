import CZstandard
import Glibc

/// Decompressed bytes of a Zstandard file, as PLINK 2 writes tables of variants.
final class ZstandardSource {
  private static let bufferSize = 1 << 18

  private let path: String
  private let descriptor: Int32
  private let context: OpaquePointer
  private let input: UnsafeMutablePointer<UInt8>
  /// Input bytes not yet used.
  private var pending: Range<Int> = 0..<0
  /// Compressed bytes read from the file.
  private var offset = 0
  private var isInsideFrame = false
  /// Whether zstd may hold output back that had no room.
  private var mayHoldOutput = false

  /// Whether the file starts with a Zstandard frame, or with one to be skipped, as some
  /// compressors put first.
  static func isZstandard(path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var magic = UInt32(0)
    guard pread(descriptor, &magic, 4, 0) == 4 else { return false }
    let number = UInt32(littleEndian: magic)
    return number == 0xFD2F_B528 || number & 0xFFFF_FFF0 == 0x184D_2A50
  }

  /// - Throws: `InputError` (`unreadable`, `readFailed`).
  init(path: String) throws(InputError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw InputError(
        "cannot open the file: \(systemErrorText(errno))", kind: .unreadable, path: path,
        advice: "check the path and its permissions")
    }
    guard let context = ZSTD_createDCtx() else {
      close(descriptor)
      throw InputError("zstd cannot start", kind: .readFailed, path: path)
    }
    self.path = path
    self.descriptor = descriptor
    self.context = context
    input = .allocate(capacity: Self.bufferSize)
  }

  deinit {
    ZSTD_freeDCtx(context)
    input.deallocate()
    close(descriptor)
  }

  /// Fills `buffer` from the front; 0 at the end of the file.
  ///
  /// - Throws: `InputError` for damaged or truncated compression and failed reads.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    guard buffer.count > 0 else { return 0 }
    while true {
      if pending.isEmpty, !mayHoldOutput {
        pending = 0..<(try readFile())
        if pending.isEmpty {
          if isInsideFrame { throw damaged("the end of the file") }
          return 0
        }
      }
      // Safe: zstd reads `size - pos` bytes of `input` and writes at most `buffer.count` bytes.
      var source = ZSTD_inBuffer(
        src: input, size: pending.upperBound, pos: pending.lowerBound)
      var target = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
      let status = ZSTD_decompressStream(context, &target, &source)
      pending = source.pos..<pending.upperBound
      guard ZSTD_isError(status) == 0 else {
        throw damaged(String(cString: ZSTD_getErrorName(status)))
      }
      isInsideFrame = status != 0
      mayHoldOutput = target.pos == target.size
      if target.pos > 0 { return target.pos }
    }
  }

  private func readFile() throws(InputError) -> Int {
    while true {
      let count = Glibc.read(descriptor, input, Self.bufferSize)
      if count >= 0 {
        offset += count
        return count
      }
      guard errno == EINTR else {
        throw InputError(
          "reading failed: \(systemErrorText(errno))", kind: .readFailed, path: path)
      }
    }
  }

  private func damaged(_ found: String) -> InputError {
    InputError(
      "damaged or truncated Zstandard file", path: path,
      found: "\(found) at byte \(offset - pending.count)", expected: "complete Zstandard frames",
      advice: "copy or make the file again")
  }
}
