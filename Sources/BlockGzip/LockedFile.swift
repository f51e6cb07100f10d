import Glibc

/// A file that one process at a time may hold, for reading and writing at any place.
package final class LockedFile: Sendable {
  package let path: String
  package let descriptor: Int32

  /// Opens the file, making it where there is none, and locks it.
  ///
  /// - Throws: `OutputError`: `cannotCreate`, or `busy` while another process holds it.
  package init(path: String) throws(OutputError) {
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
      if fstat(descriptor, &held) == 0, stat(path, &named) == 0, held.st_ino == named.st_ino,
        held.st_dev == named.st_dev
      {
        self.descriptor = descriptor
        return
      }
      close(descriptor)
    }
  }

  deinit {
    // Explicitly: a process being started from this one holds the file too, until it has begun.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Bytes of the file.
  package func size() throws(OutputError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure() }
    return Int(status.st_size)
  }

  /// Cuts the file, or lengthens it with zeros.
  package func resize(to bytes: Int) throws(OutputError) {
    while ftruncate(descriptor, bytes) != 0 {
      guard errno == EINTR else { throw failure() }
    }
  }

  /// Writes all bytes at an offset, however many calls it takes.
  package func write(
    _ bytes: UnsafeRawBufferPointer, at offset: Int
  ) throws(OutputError) {
    var done = 0
    while done < bytes.count {
      // Safe: `bytes.count − done` bytes follow the first `done`.
      let count = pwrite(
        descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, offset + done)
      guard count > 0 else {
        if count < 0, errno == EINTR { continue }
        throw failure()
      }
      done += count
    }
  }

  /// Reads bytes from an offset.
  ///
  /// - Returns: `count` bytes, fewer where the file ends before.
  /// - Throws: `OutputError` (`writeFailed`) where they cannot be read.
  package func read(count: Int, at offset: Int) throws(OutputError) -> [UInt8] {
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        // Safe: the buffer has room for `count − filled` bytes behind those filled.
        let got = pread(
          descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, offset + filled)
        if got < 0, errno == EINTR { continue }
        failed = got < 0
        guard got > 0 else { return }
        filled += got
      }
    }
    if failed { throw failure() }
    return bytes
  }

  /// Forces what was written to disk.
  package func synchronize() throws(OutputError) {
    while fdatasync(descriptor) != 0 {
      guard errno == EINTR else { throw failure() }
    }
  }

  /// Deletes the file.
  package func remove() { unlink(path) }

  private func failure() -> OutputError {
    OutputError(.writeFailed, path: path, reason: systemErrorText(errno))
  }
}
