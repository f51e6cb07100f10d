import ArgumentParser
import MixedModels

/// Values of `--family`.
enum ResponseChoice: String, ExpressibleByArgument, CaseIterable {
  case gaussian, binomial, poisson

  /// nil for the Gaussian family.
  var family: ResponseFamily? { ResponseFamily(rawValue: rawValue) }
}

/// Flags that say what the response of `fit` is.
struct FamilyFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What the response is: gaussian, binomial (logit link: 0/1, a column of two levels whose second "
        + "is success, cbind(successes, failures), or a proportion with --weights) or poisson (log "
        + "link).", valueName: "family"))
  var family = ResponseChoice.gaussian

  @Option(
    help: ArgumentHelp(
      "Nodes of adaptive Gauss-Hermite quadrature, for one scalar random term; 1 is Laplace's "
        + "approximation.", valueName: "k"))
  var agq = 1

  func validate() throws {
    guard (1...101).contains(agq) else {
      throw ValidationError("--agq \(agq): expected 1 to 101 nodes")
    }
    guard family != .gaussian || agq == 1 else {
      throw ValidationError(
        "--agq needs --family binomial or poisson: others have an exact likelihood")
    }
  }

  /// How a family with a likelihood by approximation is fitted; nil for the Gaussian one.
  func options(_ model: FitModelFlags) -> GeneralizedModelOptions? {
    guard let family = family.family else { return nil }
    var options = GeneralizedModelOptions(family: family)
    options.quadraturePoints = agq
    options.weights = model.weights
    options.offset = model.offset
    options.groupCovariance = model.groupCovariance
    options.level = model.level
    return options
  }

  /// Refuses what a family does not have.
  func check(_ model: FitModelFlags) throws {
    try model.estimation.check(family)
    guard family == .gaussian || model.residualVariance == "homogeneous" else {
      throw ValidationError(
        "--residual-variance with --family \(family.rawValue): the family sets the variance; for more "
          + "of it add a random effect of every row")
    }
  }
}
