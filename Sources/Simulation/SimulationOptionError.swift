/// An option value that no cohort can be simulated with.
package struct SimulationOptionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The option as the command line names it, without dashes.
  package var option: String
  package var found: String
  package var expected: String

  package init(_ option: String, found: String, expected: String) {
    self.option = option
    self.found = found
    self.expected = expected
  }

  package var description: String { "--\(option) \(found): expected \(expected)" }
}
