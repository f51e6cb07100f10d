import ArgumentParser
import Association

/// Guards against single donors and values that decide a test.
struct GuardFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Smallest number of donors in every genotype class (best guess) that occurs; 0 does not look.",
      valueName: "donors"))
  var minClassDonors = VariantFilter().minimumClassDonors

  @Flag(
    help: ArgumentHelp(
      "Fit lead variants again without each donor: pval_jackknife, jackknife_donor of the genes table."
    ))
  var jackknife = false

  @Flag(
    help: ArgumentHelp(
      "Replace each gene's expression by normal quantiles of its ranks. Can make or hide "
        + "interactions."))
  var normal = false

  func validate() throws {
    guard minClassDonors >= 0 else {
      throw ValidationError("--min-class-donors \(minClassDonors): expected 0 or more")
    }
  }

  /// Refuses guards that a family does not have.
  func check(family: ResponseChoice) throws {
    guard family != .gaussian else { return }
    if normal {
      throw ValidationError("--normal is of Gaussian expression; leave --family or --normal out")
    }
    if jackknife {
      throw ValidationError(
        "--jackknife is of Gaussian expression; leave --family or --jackknife out")
    }
  }

  func apply(to options: inout ScanOptions) {
    options.filter.minimumClassDonors = minClassDonors
    options.guards.jackknife = jackknife
    options.guards.normal = normal
  }
}
