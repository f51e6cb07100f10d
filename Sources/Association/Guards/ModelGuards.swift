import BlockGzip
import MixedModels

/// What is looked at of a model before any fit, beyond what makes it identifiable.
struct ModelGuards {
  let plan: ModelPlan
  let options: ScanOptions

  /// Samples and donors of leverage 1 that are named one by one.
  private static let namedLeverages = 5

  /// Refuses models that leave too few donors, and warns of those that leave few and of samples and
  /// donors that are fitted exactly.
  func check(_ observer: any ScanObserver) throws(InputError) {
    let freedom = DonorFreedom(plan.matrices)
    do throws(ModelError) { try freedom.check() } catch {
      throw InputError(
        error.what, path: plan.cohort.sheetPath, found: error.found, expected: error.expected,
        advice: error.advice)
    }
    freedom.warnings.forEach(observer.warn)
    MisspecificationWarnings(plan: plan, options: options).all.forEach(observer.warn)
    let leverages = MaximalLeverage.all(in: plan.matrices)
    for leverage in leverages.prefix(Self.namedLeverages) { observer.warn(text(of: leverage)) }
    let more = leverages.count - Self.namedLeverages
    if more > 0 { observer.warn("\(more) more samples or donors have leverage 1") }
  }

  private func text(of leverage: MaximalLeverage) -> String {
    let names = leverage.columns.map { "'\($0)'" }
    let shown =
      names.count <= 6
      ? names.joined(separator: ", ")
      : names.prefix(5).joined(separator: ", ") + ", … (\(names.count) in all)"
    let columns =
      leverage.isCombination
      ? "a combination of columns \(shown)"
      : "column\(names.count == 1 ? "" : "s") \(shown)"
    let verb = names.count == 1 || leverage.isCombination ? "is" : "are"
    switch leverage.unit {
    case .sample(let sample):
      return "sample '\(plan.cohort.sampleIDs[sample])' has leverage 1: \(columns) \(verb) not "
        + "zero in this sample alone, which therefore tells nothing of genotype and time; merge "
        + "the level with another, or leave the sample out"
    case .donor(let donor):
      return "donor '\(plan.cohort.donorIDs[donor])' has leverage 1: \(columns) \(verb) not zero "
        + "in this donor alone, whose samples therefore tell less of genotype and time, or nothing; "
        + "merge the level with another, or leave the donor out"
    }
  }
}
