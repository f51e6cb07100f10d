import ArgumentParser
import Association
import BlockGzip
import Glibc

/// Exit codes, as sysexits.h numbers them.
enum ExitStatus {
  /// Malformed, inconsistent or truncated input.
  static let badData = ExitCode(65)
  /// Input missing or unreadable.
  static let noInput = ExitCode(66)
  /// Output cannot be created.
  static let cannotCreate = ExitCode(73)
  /// A read or write failed.
  static let inputOutputFailed = ExitCode(74)

  /// Another run holds the result; trying again later may help.
  static let busy = ExitCode(75)

  /// Ended by a signal, as shells number that.
  static func interrupted(by signal: Int32) -> ExitCode { ExitCode(128 + signal) }

  /// The code for bad input of one kind.
  static func code(for kind: InputError.Kind) -> ExitCode {
    switch kind {
    case .malformed: badData
    case .unreadable: noInput
    case .readFailed: inputOutputFailed
    }
  }

  /// The code for output that failed in one way.
  static func code(for kind: OutputError.Kind) -> ExitCode {
    switch kind {
    case .cannotCreate, .occupied: cannotCreate
    case .writeFailed: inputOutputFailed
    case .busy: busy
    }
  }
}

/// Runs a command's work; errors about input and output are printed on standard error as
/// `slopeqtl: error: …` and become the exit code of their kind.
///
/// - Throws: `ExitCode` for those errors, every other error unchanged.
func reportingErrors<Value>(_ body: () throws -> Value) throws -> Value {
  do {
    return try body()
  } catch let failure as ScanFailure {
    return try reportingErrors {
      switch failure {
      case .input(let error): throw error
      case .output(let error): throw error
      case .interrupted(let signal):
        printNote("\(failure)")
        throw ExitStatus.interrupted(by: signal)
      }
    }
  } catch let error as InputError {
    printNote("error: \(error)")
    throw ExitStatus.code(for: error.kind)
  } catch let error as OutputError {
    printNote("error: \(error)")
    throw ExitStatus.code(for: error.kind)
  }
}

/// Prints one line on standard error, after the program's name; results never go there.
func printNote(_ text: String) {
  let line = "slopeqtl: \(text)\n"
  // Not through `stderr`: Swift 6 takes C's variable for shared mutable state. A note that cannot
  // be written has nowhere to be reported.
  _ = write(STDERR_FILENO, line, line.utf8.count)
}
