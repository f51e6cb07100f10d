import BlockGzip
import Glibc

/// Bytes of an uncompressed file at offsets of the caller's choice, through one buffer.
final class BinaryFile {
  /// How much is read ahead; records of most cohorts are far smaller.
  private static let window = 1 << 20

  let path: String
  /// Bytes of the file.
  let size: Int
  private let descriptor: Int32
  private var buffer: UnsafeMutableRawBufferPointer
  /// Where the bytes of `buffer` lie in the file.
  private var held: Range<Int> = 0..<0

  /// - Throws: `InputError` (`unreadable`) for a file that is missing, not readable or no file.
  init(path: String) throws(InputError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
      let reason = systemErrorText(errno)
      if descriptor >= 0 { close(descriptor) }
      throw InputError(
        "cannot open the file: \(reason)", kind: .unreadable, path: path,
        advice: "check the path and its permissions")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw InputError(
        isFolder ? "is a folder, not a file" : "is a pipe or device, not a file",
        kind: .unreadable, path: path)
    }
    self.path = path
    self.descriptor = descriptor
    size = Int(status.st_size)
    buffer = .allocate(byteCount: Self.window, alignment: 64)
  }

  deinit {
    buffer.deallocate()
    close(descriptor)
  }

  /// `count` bytes from `offset` on; valid until the next call.
  ///
  /// - Throws: `InputError` when the file ends before them, or a read fails.
  func bytes(at offset: Int, count: Int) throws(InputError) -> UnsafeRawBufferPointer {
    guard offset >= 0, count >= 0, count <= size - offset else {
      throw InputError(
        "the file is truncated", path: path, found: "\(size) bytes",
        expected: "at least \(offset) + \(count)", advice: "copy or make the file again")
    }
    if offset < held.lowerBound || offset + count > held.upperBound {
      try fill(from: offset, count: count)
    }
    let start = offset - held.lowerBound
    return UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[start..<(start + count)])
  }

  private func fill(from offset: Int, count: Int) throws(InputError) {
    if count > buffer.count {
      buffer.deallocate()
      buffer = .allocate(byteCount: count, alignment: 64)
    }
    held = offset..<offset
    let wanted = min(buffer.count, size - offset)
    while held.count < wanted {
      // Safe: `held.count` < `wanted` ≤ `buffer.count`.
      let read = pread(
        descriptor, buffer.baseAddress.map { $0 + held.count }, wanted - held.count,
        off_t(held.upperBound))
      if read < 0, errno == EINTR { continue }
      guard read >= 0 else {
        throw InputError(
          "reading failed: \(systemErrorText(errno))", kind: .readFailed, path: path)
      }
      guard read > 0 else {
        throw InputError(
          "the file became shorter while it was read", kind: .readFailed, path: path,
          found: "its end at byte \(held.upperBound)", expected: "\(size) bytes")
      }
      held = offset..<(held.upperBound + read)
    }
  }
}
