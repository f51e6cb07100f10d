import ArgumentParser
import MixedModels

/// Flags that say what `fit` fits.
struct FitModelFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The model in lme4's notation, e.g. 'fev1 ~ time * arm + (1 + time | patient)'.",
      valueName: "formula"))
  var formula: String

  @OptionGroup var estimation: EstimationFlags

  @Option(
    help: ArgumentHelp(
      "Column of precision weights: residual variances are σ²/weight. With --family binomial the "
        + "numbers of trials, with poisson how often a row counts.", valueName: "col"))
  var weights: String?

  @Option(
    help: ArgumentHelp(
      "Column added to the fixed part with coefficient 1, on the scale of the link.",
      valueName: "col"))
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

  func validate() throws {
    do throws(ModelError) {
      _ = try Formula(formula)
    } catch {
      throw ValidationError(error.sentence)
    }
    guard estimation.references.count == estimation.reference.count else {
      throw ValidationError(
        "--reference \(estimation.reference.joined(separator: ", ")): expected one level per column"
      )
    }
    guard level > 0, level < 1 else {
      throw ValidationError("--level \(level): expected a number between 0 and 1, such as 0.95")
    }
    _ = try residuals()
  }

  func options() throws -> LinearModelOptions {
    var options = LinearModelOptions()
    options.criterion = estimation.criterion
    options.degreesOfFreedom = estimation.df
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
