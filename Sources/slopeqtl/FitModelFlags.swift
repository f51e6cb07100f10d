import ArgumentParser
import MixedModels

/// Flags that say what `fit` fits.
struct FitModelFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The model in lme4's notation, e.g. 'fev1 ~ time * arm + (1 + time | patient)'.",
      valueName: "formula"))
  var formula: String

  @Option(help: "What variance parameters optimise.")
  var criterion = EstimationCriterion.reml

  @Option(
    help: ArgumentHelp(
      "Degrees of freedom of the tests; kenward-roger adjusts standard errors too, and needs reml.",
      valueName: "method"))
  var df = DegreesOfFreedomMethod.satterthwaite

  @Option(
    help: ArgumentHelp(
      "Reference level of a factor; otherwise the first in sorted order.", valueName: "col=level"))
  var reference: [String] = []

  @Option(
    help: ArgumentHelp(
      "Column of precision weights: residual variances are σ²/weight.", valueName: "col"))
  var weights: String?

  @Option(
    help: ArgumentHelp("Column added to the fixed part with coefficient 1.", valueName: "col"))
  var offset: String?

  @Option(
    help: ArgumentHelp(
      "How residuals differ: homogeneous, by:COL (an SD per level), exp:COL (σ exp(φx)), power:COL "
        + "(σ|x|^δ), power:fitted, ar1:COL (correlation ρ^|t − s| within subjects); several with "
        + "commas.", valueName: "model"))
  var residualVariance = "homogeneous"

  @Option(
    help: ArgumentHelp(
      "Random-effect covariances and residual SDs of their own for every level of this column.",
      valueName: "col"))
  var groupCovariance: String?

  @Option(help: ArgumentHelp("Coverage of intervals.", valueName: "p"))
  var level = 0.95

  var references: [String: String] {
    var levels: [String: String] = [:]
    for item in reference {
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      levels[String(parts[0])] = String(parts[1])
    }
    return levels
  }

  func validate() throws {
    do throws(ModelError) {
      _ = try Formula(formula)
    } catch {
      throw ValidationError(error.sentence)
    }
    guard df.isDefined(for: criterion) else {
      throw ValidationError(
        "--df \(df.rawValue) with --criterion \(criterion.rawValue): Kenward and Roger's method is "
          + "defined for reml alone; use --df satterthwaite, or leave --criterion out")
    }
    for item in reference where !item.contains("=") {
      throw ValidationError("--reference '\(item)': expected column=level")
    }
    guard references.count == reference.count else {
      throw ValidationError(
        "--reference \(reference.joined(separator: ", ")): expected one level per column")
    }
    guard level > 0, level < 1 else {
      throw ValidationError("--level \(level): expected a number between 0 and 1, such as 0.95")
    }
    _ = try residuals()
  }

  func options() throws -> LinearModelOptions {
    var options = LinearModelOptions()
    options.criterion = criterion
    options.degreesOfFreedom = df
    options.weights = weights
    options.offset = offset
    options.residual = try residuals()
    options.groupCovariance = groupCovariance
    options.level = level
    return options
  }

  private func residuals() throws -> [ResidualModel] {
    if residualVariance == "homogeneous" { return [] }
    var models: [ResidualModel] = []
    for item in residualVariance.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = item.split(separator: ":", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw malformed(String(item)) }
      switch (parts[0], parts[1]) {
      case ("by", let name): models.append(.by(name))
      case ("exp", let name): models.append(.exponential(name))
      case ("power", "fitted"): models.append(.powerOfFitted)
      case ("power", let name): models.append(.power(name))
      case ("ar1", let name): models.append(.serial(name))
      default: throw malformed(String(item))
      }
    }
    let kinds = models.map(\.kind)
    guard Set(kinds).count == kinds.count else {
      throw ValidationError(
        "--residual-variance '\(residualVariance)': expected at most one of each of by, exp, power "
          + "and ar1")
    }
    if kinds.contains("by"), groupCovariance != nil {
      throw ValidationError(
        "--group-covariance gives residuals an SD per level already; leave by: out")
    }
    return models
  }

  private func malformed(_ item: String) -> ValidationError {
    ValidationError(
      "--residual-variance '\(item)': expected homogeneous, by:COL, exp:COL, power:COL, "
        + "power:fitted or ar1:COL")
  }
}

extension ResidualModel {
  /// Models of one kind cannot stand beside one another.
  fileprivate var kind: String {
    switch self {
    case .by: "by"
    case .exponential: "exp"
    case .power, .powerOfFitted: "power"
    case .serial: "ar1"
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
