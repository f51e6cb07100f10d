import ArgumentParser
import MixedModels

extension EstimationCriterion: ExpressibleByArgument {}
extension DegreesOfFreedomMethod: ExpressibleByArgument {}

/// Flags of every command that fits a model: how factors are coded and what is estimated.
struct EstimationFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Reference level of a factor; otherwise the first in sorted order.", valueName: "col=level"))
  var reference: [String] = []

  @Option(help: "What variance parameters optimise.")
  var criterion = EstimationCriterion.reml

  @Option(
    help: ArgumentHelp(
      "Degrees of freedom of the tests; kenward-roger adjusts standard errors too, and needs reml.",
      valueName: "method"))
  var df = DegreesOfFreedomMethod.satterthwaite

  /// Reference levels by column; the last one given of a column.
  var references: [String: String] {
    var levels: [String: String] = [:]
    for item in reference {
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      levels[String(parts[0])] = String(parts[1])
    }
    return levels
  }

  func validate() throws {
    guard df.isDefined(for: criterion) else {
      throw ValidationError(
        "--df \(df.rawValue) with --criterion \(criterion.rawValue): Kenward and Roger's method is "
          + "defined for reml alone; use --df satterthwaite, or leave --criterion out")
    }
    for item in reference where !item.contains("=") {
      throw ValidationError("--reference '\(item)': expected column=level")
    }
  }
}

extension ModelError {
  /// The error as one sentence, where no file is to blame.
  var sentence: String {
    [what, found.map { "found \($0)" }, expected.map { "expected \($0)" }, advice]
      .compactMap { $0 }.joined(separator: "; ")
  }
}
