import ArgumentParser
import Longitudinal
import MixedModels

/// Flags that set a fit beside an analysis of averages.
struct FitAveragingFlags: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Compare the condition with what a paired t test of averages per subject and condition would "
        + "have concluded, and say why they differ."))
  var compareAveraged = false

  @Option(
    help: ArgumentHelp(
      "The condition of --compare-averaged, where several vary within subjects.", valueName: "col"))
  var averagedCondition: String?

  @Option(
    help: ArgumentHelp(
      "The grouping factor whose levels are the subjects of --compare-averaged, where several cross.",
      valueName: "col"))
  var averagedSubject: String?

  func validate() throws {
    let given = [
      ("--averaged-condition", averagedCondition), ("--averaged-subject", averagedSubject),
    ].filter { $0.1 != nil }.map(\.0)
    guard compareAveraged || given.isEmpty else {
      throw ValidationError(
        "\(given.joined(separator: ", ")): of use with --compare-averaged alone")
    }
  }

  /// The comparisons asked for.
  func comparisons(_ model: FittedModel) throws -> [AveragedComparison] {
    guard compareAveraged else { return [] }
    do throws(ModelError) {
      return try model.fit.averagedComparisons(
        AveragedRequest(condition: averagedCondition, subject: averagedSubject))
    } catch {
      throw model.data.error(error)
    }
  }
}
