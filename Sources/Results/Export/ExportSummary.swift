/// What an export wrote and what it left out.
package struct ExportSummary: Sendable, Equatable {
  package var paths: [String] = []
  package var rows = 0
  package var genes = 0
  /// Pairs without numbers.
  package var failedRows = 0
  /// Further sentences for the user.
  package var notes: [String] = []

  /// All in sentences.
  package var sentences: [String] {
    var all = notes
    if failedRows > 0 { all.append("\(failedRows) pairs whose fit failed are left out") }
    return all
  }
}
