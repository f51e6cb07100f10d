import ArgumentParser
import Association
import MixedModels

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

/// `--time-basis`.
extension ScanOptions.TimeBasis: ExpressibleByArgument {
  /// `linear`, `poly:K` or `ns:K`.
  public init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    if parts == ["linear"] {
      self = .linear
      return
    }
    guard parts.count == 2, let size = Int(parts[1]), (1...20).contains(size) else { return nil }
    switch parts[0] {
    case "poly": self = .polynomial(size)
    case "ns": self = .naturalSpline(size)
    default: return nil
    }
  }
}

/// `--residual-variance`.
extension ScanOptions.ResidualVarianceChoice: ExpressibleByArgument {
  /// `homogeneous`, `by:COLUMN` or `exp:COLUMN`.
  public init?(argument: String) {
    if argument == "homogeneous" {
      self = .homogeneous
      return
    }
    let parts = argument.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return nil }
    switch parts[0] {
    case "by": self = .strata(parts[1])
    case "exp": self = .exponential(parts[1])
    default: return nil
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

  @Option(
    help: ArgumentHelp(
      "What stands for time in the fixed part and the tested block: linear, poly:K or ns:K. The "
        + "columns of a basis are tested together; random slopes stay linear.",
      valueName: "basis"))
  var timeBasis: ScanOptions.TimeBasis?

  @Option(
    help: ArgumentHelp(
      "How the residual SD differs: homogeneous, by:COLUMN (one per level) or exp:COLUMN "
        + "(exponential in a number, such as exp:time).", valueName: "how"))
  var residualVariance: ScanOptions.ResidualVarianceChoice?

  @Option(
    help: ArgumentHelp(
      "Adds (1 | column): a random intercept for the levels of a column.", valueName: "column"))
  var nested: String?

  @Option(
    help: ArgumentHelp(
      "Relationship matrix of the donors (square table, triplets or GCTA's .grm.bin): adds a "
        + "random intercept with that covariance.", valueName: "file"))
  var kinship: String?

  @Flag(help: "Give the random slope the covariance of --kinship too.")
  var kinshipSlope = false

  @Option(
    help: ArgumentHelp(
      "Precision weights per gene and sample, laid out as the expression file.",
      valueName: "file"))
  var weights: String?

  @Option(
    help: ArgumentHelp(
      "What expression is: gaussian, poisson (counts, log link) or binomial (0/1, or proportions with "
        + "numbers of trials as --weights; logit link). Of counts and binary outcomes every pair is "
        + "fitted by Laplace's approximation, which takes milliseconds: name pairs with --keep-pairs.",
      valueName: "family"))
  var family = ResponseChoice.gaussian

  @Option(
    help: ArgumentHelp(
      "Column of the sheet (or a covariate) added to the linear predictor of --family, such as the "
        + "logarithm of the library size.", valueName: "column"))
  var offset: String?

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

  @OptionGroup var estimation: EstimationFlags

  @Option(
    help: ArgumentHelp(
      "Variance parameters with every variant in the model: all re-estimates them, none keeps the "
        + "gene's null fit (loses power). (default: all; where donors covary and refits would take "
        + "many hours, for pairs with p below 1e-3)", valueName: "which"))
  var refit: VarianceRefit?

  func validate() throws {
    do throws(ModelError) {
      let whole = try Formula(formula ?? "expression ~ time * genotype + (1 + time | donor)")
      if let random { _ = try whole.replacingRandom(with: random) }
    } catch {
      throw ValidationError(error.sentence)
    }
    try checkFamily()
    guard kinship != nil || !kinshipSlope else {
      throw ValidationError("--kinship-slope needs --kinship FILE")
    }
  }

  private func checkFamily() throws {
    guard family != .gaussian else {
      guard offset == nil else {
        throw ValidationError("--offset needs --family poisson or binomial")
      }
      return
    }
    try estimation.check(family)
    let others = [
      ("--kinship", kinship != nil), ("--residual-variance", residualVariance != nil),
      ("--refit", refit == VarianceRefit.none),
    ]
    if let (name, _) = others.first(where: \.1) {
      throw ValidationError("\(name) is of Gaussian expression; leave --family out")
    }
  }

  func apply(to options: inout ScanOptions) {
    options.family = family.family
    options.offset = offset
    options.formula = formula
    options.random = random
    options.timeCentre = timeCenter ?? .automatic
    options.timeBasis = timeBasis ?? .linear
    options.residualVariance = residualVariance ?? .homogeneous
    options.nested = nested
    options.kinshipPath = kinship
    options.kinshipSlope = kinshipSlope
    options.weightsPath = weights
    options.covariateByTime = covariateByTime
    options.referenceLevels = estimation.references
    // A family has a likelihood and normal tests, nothing restricted.
    options.criterion = family == .gaussian ? estimation.criterion : .ml
    options.degreesOfFreedom = family == .gaussian ? estimation.df : .infinite
    options.refit = refit ?? .all
    options.isRefitChosen = refit != nil
  }
}
