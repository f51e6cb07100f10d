import CZlib
import Glibc

/// Decompressed bytes of a plain or gzip file, told apart by the first two bytes.
///
/// zlib's own file interface (`gzread`) ends quietly where a later member's header is damaged, and
/// half a file would pass for the whole. Here whatever follows a member must be another member, or
/// zeros, as tapes pad files.
final class StreamSource {
  private static let bufferSize = 1 << 18

  private let path: String
  private let descriptor: Int32
  private let input: UnsafeMutablePointer<UInt8>
  /// Input bytes not yet used.
  private var pending: Range<Int> = 0..<0
  /// Compressed bytes read from the file.
  private var offset = 0
  /// zlib keeps the address of its state, so it must not move; nil for plain text.
  private var inflater: UnsafeMutablePointer<z_stream>?
  private var isInsideMember = false

  /// - Throws: `InputError` (`unreadable`, `readFailed`).
  init(path: String) throws(InputError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    input = .allocate(capacity: Self.bufferSize)
    guard descriptor >= 0 else {
      throw InputError(
        "cannot open the file: \(systemErrorText(errno))", kind: .unreadable, path: path,
        advice: "check the path and its permissions")
    }
    while pending.count < 2 {
      let count = try readFile(into: input + pending.count, Self.bufferSize - pending.count)
      if count == 0 { return }
      pending = 0..<(pending.count + count)
    }
    if input[0] == 0x1F, input[1] == 0x8B { try startInflating() }
  }

  deinit {
    if let inflater {
      inflateEnd(inflater)
      inflater.deallocate()
    }
    input.deallocate()
    if descriptor >= 0 { close(descriptor) }
  }

  /// Fills `buffer` from the front; 0 at the end of the file.
  ///
  /// - Throws: `InputError` for damaged or truncated compression and failed reads.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    guard let base = buffer.baseAddress, buffer.count > 0 else { return 0 }
    guard let inflater else { return try readPlain(into: base, buffer.count) }
    while true {
      if pending.isEmpty {
        pending = 0..<(try readFile(into: input, Self.bufferSize))
        if pending.isEmpty {
          if isInsideMember { throw damaged("the end of the file") }
          return 0
        }
      }
      if !isInsideMember {
        while let first = pending.first, input[first] == 0 { pending.removeFirst() }
        if pending.isEmpty { continue }
        inflateReset(inflater)
        isInsideMember = true
      }
      let count = try inflate(inflater, into: base, buffer.count)
      if count > 0 { return count }
    }
  }

  private func startInflating() throws(InputError) {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    inflater = stream
    // 15 bits of window; 16 more means a gzip header and nothing else.
    guard
      inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else {
      throw InputError("zlib cannot start", kind: .readFailed, path: path)
    }
  }

  private func readPlain(
    into base: UnsafeMutableRawPointer, _ capacity: Int
  ) throws(InputError) -> Int {
    guard !pending.isEmpty else { return try readFile(into: base, capacity) }
    let count = min(pending.count, capacity)
    // Safe: `count` bytes are left in `input` and fit `base`.
    base.copyMemory(from: input + pending.lowerBound, byteCount: count)
    pending.removeFirst(count)
    return count
  }

  private func inflate(
    _ stream: UnsafeMutablePointer<z_stream>, into base: UnsafeMutableRawPointer, _ capacity: Int
  ) throws(InputError) -> Int {
    // Safe: zlib reads `avail_in` bytes of `input` and writes `avail_out` bytes at `base`.
    stream.pointee.next_in = input + pending.lowerBound
    stream.pointee.avail_in = UInt32(pending.count)
    stream.pointee.next_out = base.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(min(capacity, 1 << 30))
    let before = stream.pointee.avail_out
    let code = CZlib.inflate(stream, Z_NO_FLUSH)
    pending.removeFirst(pending.count - Int(stream.pointee.avail_in))
    switch code {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: isInsideMember = false
    default:
      throw damaged(stream.pointee.msg.map { String(cString: $0) } ?? "zlib error \(code)")
    }
    return Int(before - stream.pointee.avail_out)
  }

  private func damaged(_ found: String) -> InputError {
    InputError(
      "damaged or truncated gzip file", path: path,
      found: "\(found) at byte \(offset - pending.count)",
      expected: "complete gzip members with the right CRC32", advice: "copy or make the file again")
  }

  private func readFile(
    into base: UnsafeMutableRawPointer, _ capacity: Int
  ) throws(InputError) -> Int {
    while true {
      let count = Glibc.read(descriptor, base, capacity)
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
}
