import BlockGzip
import Glibc

/// Programs of the system that are used where they are installed.
enum Program {
  /// Whether a program is on the path.
  static func isInstalled(_ name: String) -> Bool {
    let folders = getenv("PATH").map { String(cString: $0) } ?? ""
    return folders.split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
  }

  /// What a program prints on standard output.
  ///
  /// - Parameters:
  ///   - words: its name and arguments.
  ///   - input: its standard input.
  ///   - path: the file the output is for, for messages.
  /// - Throws: `OutputError` where it cannot be run or fails.
  static func output(
    of words: [String], input: [UInt8], path: String
  ) throws(OutputError) -> [UInt8] {
    // Both ends go through files: pipes would need two threads.
    guard let source = tmpfile(), let target = tmpfile() else {
      throw OutputError(
        .writeFailed, path: path, reason: "no temporary file: \(String(cString: strerror(errno)))")
    }
    defer {
      fclose(source)
      fclose(target)
    }
    let written = input.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, source) }
    guard written == input.count, fflush(source) == 0, fseek(source, 0, SEEK_SET) == 0 else {
      throw OutputError(.writeFailed, path: path, reason: String(cString: strerror(errno)))
    }
    lseek(fileno(source), 0, SEEK_SET)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, fileno(source), STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, fileno(target), STDOUT_FILENO)
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    // Safe: the list of arguments ends with nil, and its strings live until the end of the function.
    let failure = posix_spawnp(&process, words[0], &actions, nil, arguments, environ)
    guard failure == 0 else {
      throw OutputError(
        .writeFailed, path: path,
        reason: "\(words[0]) cannot be run: \(String(cString: strerror(failure)))")
    }
    var status: Int32 = 0
    var found = waitpid(process, &status, 0)
    while found < 0, errno == EINTR { found = waitpid(process, &status, 0) }
    guard found == process, status == 0 else {
      let signal = status & 0x7F
      throw OutputError(
        .writeFailed, path: path,
        reason: signal == 0
          ? "\(words[0]) failed with status \(status >> 8)"
          : "\(words[0]) was ended by signal \(signal)")
    }
    fseek(target, 0, SEEK_END)
    let count = ftell(target)
    fseek(target, 0, SEEK_SET)
    return [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, filled in
      // Safe: at most `count` bytes are read into a buffer of that size.
      filled = fread(buffer.baseAddress, 1, max(0, count), target)
    }
  }
}
