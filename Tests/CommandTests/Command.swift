import Foundation

/// What a finished command left behind.
struct CommandResult {
  let exitCode: Int32
  let output: String
  let errors: String

  /// Words that the command did not print on standard error.
  func missing(_ words: [String]) -> [String] { words.filter { !errors.contains($0) } }
}

/// The programs that the tests run.
enum Command {
  /// The binary under test: `$SLOPEQTL_BINARY`, else the one built with these tests, which lies
  /// beside them.
  static let binary: URL = {
    if let path = ProcessInfo.processInfo.environment["SLOPEQTL_BINARY"], !path.isEmpty {
      return URL(fileURLWithPath: path)
    }
    return URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("slopeqtl")
  }()

  /// Runs `slopeqtl` in a folder.
  static func slopeqtl(_ arguments: [String], in folder: ScratchFolder) throws -> CommandResult {
    try run(binary, arguments, in: folder)
  }

  /// Runs lines of shell in a folder, with `slopeqtl` on the path; the first failure ends them.
  static func shell(_ script: String, in folder: ScratchFolder) throws -> CommandResult {
    let programs = try ScratchFolder()
    try FileManager.default.createSymbolicLink(
      at: programs.url.appendingPathComponent("slopeqtl"), withDestinationURL: binary)
    return try run(
      URL(fileURLWithPath: "/bin/bash"), ["-euo", "pipefail", "-c", script], in: folder,
      pathPrefix: programs.url.path)
  }

  /// The path of a program, if it is installed.
  static func installed(_ name: String) -> URL? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return path.split(separator: ":")
      .map { URL(fileURLWithPath: String($0)).appendingPathComponent(name) }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  /// Runs a program to its end.
  ///
  /// Its output goes to files: a pipe that nobody reads blocks the program once it is full.
  static func run(
    _ program: URL, _ arguments: [String], in folder: ScratchFolder, pathPrefix: String? = nil
  ) throws -> CommandResult {
    let log = try ScratchFolder()
    let output = log.url.appendingPathComponent("output")
    let errors = log.url.appendingPathComponent("errors")
    for file in [output, errors] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    if let pathPrefix {
      var environment = ProcessInfo.processInfo.environment
      environment["PATH"] = pathPrefix + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
      process.environment = environment
    }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    return CommandResult(
      exitCode: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }
}
