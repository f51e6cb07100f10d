import ArgumentParser
import CPlatform
import Longitudinal
import MixedModels

extension RiskOptions.SecondStage: ExpressibleByArgument {}

/// What `--ids` may be.
enum RiskIds: String, ExpressibleByArgument, CaseIterable {
  case all
  case intersect
}

/// Flags that say what of the trajectories tells what outcome.
struct RiskFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Table with one row a subject, whose column of subjects has the name of the grouping factor.",
      valueName: "file"))
  var outcomes: String

  @Option(
    help: ArgumentHelp(
      "Its column with the outcome: 0 and 1, or two words of which the second in sorted order is "
        + "the event; NA: predicted only.", valueName: "col"))
  var outcome: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What of the trajectories: slope, slope@T, level@T (the subject's mean at time T), "
        + "exceed:V@T (the probability that a new measurement is above V; '<V': below), blup:TERM "
        + "(a random effect), blup (all); several with commas.", valueName: "list"))
  var predictors: String

  @Option(
    help: ArgumentHelp(
      "Columns of the outcome table beside them, as terms of a formula: 'age + sex'.",
      valueName: "terms"))
  var covariates: String?

  @Option(
    help: ArgumentHelp(
      "Leave out measurements after this time, and with --event-time subjects whose event was by "
        + "then.", valueName: "t"))
  var landmark: Double?

  @Option(
    help: ArgumentHelp(
      "Column of the outcome table with the time of the event (NA without one): measurements from "
        + "then on are left out.", valueName: "col"))
  var eventTime: String?

  @Option(
    help: ArgumentHelp(
      "Column of time of the trajectories. (default: that of the first random slope)",
      valueName: "col"))
  var time: String?

  @Option(help: "Subjects: all must be in both tables, or those that are.")
  var ids = RiskIds.all

  func validate() throws {
    guard RiskPredictor.list(predictors) != nil else {
      throw ValidationError(
        "--predictors '\(predictors)': expected different ones of slope, slope@T, level@T, "
          + "exceed:V@T, blup:TERM and blup, with commas between them")
    }
    if let landmark, !landmark.isFinite {
      throw ValidationError("--landmark \(landmark): expected a time")
    }
    if let covariates {
      do throws(ModelError) {
        let formula = try Formula("outcome ~ \(covariates)")
        guard formula.random.isEmpty else {
          throw ModelError(
            "--covariates '\(covariates)'", found: "a random part",
            expected: "terms such as 'age + sex'")
        }
      } catch {
        throw ValidationError(error.sentence)
      }
    }
  }
}

/// Flags of uncertainty and validation.
struct RiskResamplingFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What stands for the predictors: integrated, their distribution given the measurements, or "
        + "plugin, its mean.", valueName: "kind"))
  var secondStage = RiskOptions.SecondStage.integrated

  @Option(
    help: ArgumentHelp(
      "Replicates of the bootstrap over subjects, in which both stages are fitted anew; 0 for none.",
      valueName: "b"))
  var bootstrap = 500

  @Option(
    help: ArgumentHelp("Folds of the cross-validation over subjects; 0 for none.", valueName: "k"))
  var folds = 10

  @Option(help: ArgumentHelp("Repeats of the cross-validation.", valueName: "r"))
  var repeats = 1

  @Option(help: ArgumentHelp("Seed of the random numbers.", valueName: "s"))
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "Threads. (default: the cores this process may use)", valueName: "n"))
  var threads: Int?

  func validate() throws {
    guard bootstrap == 0 || (20...1_000_000).contains(bootstrap) else {
      throw ValidationError("--bootstrap \(bootstrap): expected 20 or more replicates, or 0")
    }
    guard folds == 0 || (2...1000).contains(folds) else {
      throw ValidationError("--folds \(folds): expected 2 to 1000, or 0")
    }
    guard (1...1000).contains(repeats) else {
      throw ValidationError("--repeats \(repeats): expected 1 to 1000")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads): expected 1 to 1024")
    }
  }

  func apply(to options: inout RiskOptions) {
    options.secondStage = secondStage
    options.replicates = bootstrap
    options.folds = folds
    options.repeats = repeats
    options.seed = seed
    options.threads = threads ?? Int(platform_usable_cores())
  }
}
