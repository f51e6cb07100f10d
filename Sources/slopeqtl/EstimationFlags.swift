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

  @Option(
    name: .customLong("criterion"),
    help: ArgumentHelp(
      "What variance parameters optimise. (default: reml, with --family ml)",
      valueName: "criterion"))
  var chosenCriterion: EstimationCriterion?

  @Option(
    name: .customLong("df"),
    help: ArgumentHelp(
      "Degrees of freedom of the tests; kenward-roger adjusts standard errors too, and needs reml. "
        + "(default: satterthwaite, with --family infinite)",
      valueName: "method"))
  var chosenDegreesOfFreedom: DegreesOfFreedomMethod?

  var criterion: EstimationCriterion { chosenCriterion ?? .reml }
  var df: DegreesOfFreedomMethod { chosenDegreesOfFreedom ?? .satterthwaite }

  /// Refuses what a family with a likelihood by approximation does not have.
  func check(_ family: ResponseChoice) throws {
    guard family != .gaussian else { return }
    if chosenCriterion == .reml {
      throw ValidationError(
        "--criterion reml with --family \(family.rawValue): its likelihood is not restricted; leave "
          + "--criterion out")
    }
    if let method = chosenDegreesOfFreedom, method != .infinite {
      throw ValidationError(
        "--df \(method.rawValue) with --family \(family.rawValue): its tests are normal; leave --df out"
      )
    }
  }

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
