import ArgumentParser
import Association
import MixedModels

extension EstimationCriterion: ExpressibleByArgument {}
extension DegreesOfFreedomMethod: ExpressibleByArgument {}
extension ScanOptions.CovariateByTime: ExpressibleByArgument {}
extension VarianceRefit: ExpressibleByArgument {}

/// `--time-center`.
extension ScanOptions.TimeCentre: ExpressibleByArgument {
  /// `mean`, `first` or a number.
  public init?(argument: String) {
    switch argument {
    case "mean": self = .mean
    case "first": self = .first
    default:
      guard let value = Double(argument), value.isFinite else { return nil }
      self = .value(value)
    }
  }
}

/// The model of a scan.
struct ModelFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The whole model, e.g. 'expression ~ time * genotype + age + (1 + time | donor)'.",
      discussion: "Names: expression, genotype, time, donor, columns of the sheet, covariates.",
      valueName: "formula"))
  var formula: String?

  @Option(
    help: ArgumentHelp(
      "Replaces the random part, e.g. '(1 | donor)' or '(1 + time || donor)'.", valueName: "term"))
  var random: String?

  @Option(help: ArgumentHelp("The sheet's time column. (default: time)", valueName: "name"))
  var timeColumn: String?

  @Option(
    help: ArgumentHelp(
      "Time that counts as 0: mean, first or a number. (default: mean, or 0 where centring would "
        + "change the model)", valueName: "centre"))
  var timeCenter: ScanOptions.TimeCentre?

  @Option(
    help: ArgumentHelp(
      "Covariates that the default formula multiplies with time; donor is those that are constant "
        + "within donors.", valueName: "which"))
  var covariateByTime = ScanOptions.CovariateByTime.donor

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

  @Option(
    help: ArgumentHelp(
      "Variance parameters with every variant in the model: all re-estimates them, none keeps the "
        + "gene's null fit (loses power).", valueName: "which"))
  var refit = VarianceRefit.all

  func validate() throws {
    do throws(ModelError) {
      let whole = try Formula(formula ?? "expression ~ time * genotype + (1 + time | donor)")
      if let random { _ = try whole.replacingRandom(with: random) }
    } catch {
      let parts = [
        error.what, error.found.map { "found \($0)" }, error.expected.map { "expected \($0)" },
        error.advice,
      ]
      throw ValidationError(parts.compactMap { $0 }.joined(separator: "; "))
    }
    guard df.isDefined(for: criterion) else {
      throw ValidationError(
        "--df \(df.rawValue) with --criterion \(criterion.rawValue): Kenward and Roger's method is "
          + "defined for reml alone; use --df satterthwaite, or leave --criterion out")
    }
    for item in reference where !item.contains("=") {
      throw ValidationError("--reference '\(item)': expected column=level")
    }
  }

  func apply(to options: inout ScanOptions) {
    options.formula = formula
    options.random = random
    options.timeCentre = timeCenter ?? .automatic
    options.covariateByTime = covariateByTime
    for item in reference {
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      options.referenceLevels[String(parts[0])] = String(parts[1])
    }
    options.criterion = criterion
    options.degreesOfFreedom = df
    options.refit = refit
  }
}
