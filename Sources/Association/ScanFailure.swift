import BlockGzip

/// Why a scan ended early.
package enum ScanFailure: Error, Sendable, CustomStringConvertible {
  case input(InputError)
  case output(OutputError)
  /// By a signal (its number); what was finished is kept.
  case interrupted(Int32)

  package var description: String {
    switch self {
    case .input(let error): error.description
    case .output(let error): error.description
    case .interrupted: "interrupted; finished chunks are kept: the same command goes on from them"
    }
  }

  /// Does work on the inputs.
  static func reading<Result>(
    _ body: () throws(InputError) -> Result
  ) throws(ScanFailure) -> Result {
    do throws(InputError) { return try body() } catch { throw .input(error) }
  }

  /// Does work on files that the scan makes.
  static func writing<Result>(
    _ body: () throws(OutputError) -> Result
  ) throws(ScanFailure) -> Result {
    do throws(OutputError) { return try body() } catch { throw .output(error) }
  }
}
