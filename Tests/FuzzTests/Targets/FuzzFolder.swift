import Glibc

/// A folder for the files of one target, in memory where the system has such a place.
final class FuzzFolder: Sendable {
  let path: String

  init() throws(FuzzFinding) {
    // The script's own folder goes with it, also after a crash.
    let given = getenv("SLOPEQTL_FUZZ_FOLDER").map { String(cString: $0) }
    let parent = given ?? (access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp")
    var template = Array("\(parent)/slopeqtl-fuzz-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) } }
    guard let made else {
      throw FuzzFinding("no folder can be made in \(parent)")
    }
    path = String(cString: made)
  }

  deinit {
    if let stream = opendir(path) {
      while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        unlink("\(path)/\(name)")
      }
      closedir(stream)
    }
    rmdir(path)
  }

  /// Writes a file, over one of its name, and returns its path.
  func write(_ bytes: [UInt8], to name: String = "input") throws(FuzzFinding) -> String {
    let file = "\(path)/\(name)"
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { close(descriptor) }
    guard descriptor >= 0, Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
      throw FuzzFinding("\(file) cannot be written")
    }
    return file
  }

  /// Writes text.
  func write(text: String, to name: String) throws(FuzzFinding) -> String {
    try write(Array(text.utf8), to: name)
  }

  /// The bytes of a file.
  func read(_ file: String) throws(FuzzFinding) -> [UInt8] {
    let descriptor = open(file, O_RDONLY)
    defer { close(descriptor) }
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
      throw FuzzFinding("\(file) cannot be read")
    }
    return [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) {
      $1 = max(0, Glibc.read(descriptor, $0.baseAddress, $0.count))
    }
  }
}
