import BlockGzip

/// Why a scan ended early.
package enum ScanFailure: Error, Sendable, CustomStringConvertible {
  case input(InputError)
  case output(OutputError)

  package var description: String {
    switch self {
    case .input(let error): error.description
    case .output(let error): error.description
    }
  }
}
