import Foundation
import Testing

/// System calls that are made to fail, by `strace`.
enum SystemCalls {
  /// Ends the test as skipped where `strace` is missing or may not trace.
  static func require() throws {
    guard isAvailable else { try Test.cancel("strace is not installed or may not trace here") }
  }

  private static let isAvailable: Bool = {
    guard let strace = Command.installed("strace"), let folder = try? ScratchFolder(),
      let result = try? Command.run(strace, ["-f", "-o", "log", "true"], in: folder)
    else { return false }
    return result.exitCode == 0
  }()

  /// Runs a scan on one thread, whose calls come in one order, with an injection.
  ///
  /// - Parameters:
  ///   - inject: as strace's `--inject` has it, such as `write:error=EIO:when=3`.
  ///   - file: only calls on this file count.
  static func run(
    _ scan: SplitScan, inject: String, on file: String? = nil, flags: [String] = [], out: String
  ) throws -> CommandResult {
    let name = String(inject.prefix { $0 != ":" })
    return try trace(
      scan, (file.map { ["-P", $0] } ?? []) + ["-e", "trace=\(name)", "-e", "inject=\(inject)"],
      flags, out: out)
  }

  /// Whether the run before met its injection.
  static func wasInjected(_ scan: SplitScan) throws -> Bool {
    try String(contentsOf: scan.folder.url.appendingPathComponent("log"), encoding: .utf8)
      .contains("(INJECTED)")
  }

  /// How often a scan makes a call.
  static func count(_ name: String, of scan: SplitScan, flags: [String] = []) throws -> Int {
    let result = try trace(scan, ["-e", "trace=\(name)"], flags, out: "counted")
    try #require(result.exitCode == 0, "\(result.errors)")
    let log = try String(contentsOf: scan.folder.url.appendingPathComponent("log"), encoding: .utf8)
    try scan.remove("counted")
    return log.split(separator: "\n").count { $0.contains("\(name)(") }
  }

  private static func trace(
    _ scan: SplitScan, _ flags: [String], _ scanFlags: [String], out: String
  ) throws -> CommandResult {
    let strace = try #require(Command.installed("strace"))
    return try Command.run(
      strace,
      ["-f", "-qq", "-o", "log"] + flags
        // Whoever runs the tests may ignore interrupts.
        + ["env", "--default-signal=INT,TERM", Command.binary.path] + SplitScan.arguments
        + scanFlags
        + ["--out", out], in: scan.folder)
  }
}
