import ArgumentParser

/// How many digits the tables of a scan have.
struct DigitFlags: ParsableArguments {
  @Option(help: "Significant digits of numbers; 17 gives the shortest text of the same double.")
  var digits = 6

  func validate() throws {
    guard (1...17).contains(digits) else {
      throw ValidationError("--digits \(digits): expected 1 to 17")
    }
  }
}
