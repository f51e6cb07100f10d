import ArgumentParser
import BlockGzip
import CPlatform
import Longitudinal
import MixedModels
import Tables

/// `slopeqtl risk`: trajectories of one table into a risk model of an outcome in another.
struct RiskCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "risk",
    abstract: "Predict an outcome from subjects' trajectories.",
    discussion: """
      Fits a mixed model to repeated measurements, then a logistic regression of a binary outcome \
      on what each subject's measurements say of its trajectory. The regression is integrated over \
      what they leave open; a bootstrap over subjects carries the uncertainty of both stages; AUC, \
      Brier score and calibration come by cross-validation over subjects.

      Example:
        slopeqtl simulate --scenario risk --out risk --seed 1
        slopeqtl risk risk.tsv --outcomes risk.outcomes.tsv --outcome event \\
          --formula 'marker ~ time + (1 + time | patient)' --predictors slope \\
          --covariates age --bootstrap 200 --risks risk.risks.tsv
      """)

  @Argument(
    help: ArgumentHelp(
      "The table of measurements, with a header line.", valueName: "trajectories"))
  var trajectories: String

  @OptionGroup(title: "Trajectories") var flags: FitModelFlags
  @OptionGroup(title: "Outcome") var outcome: RiskFlags
  @OptionGroup(title: "Uncertainty and validation") var resampling: RiskResamplingFlags

  @Option(help: ArgumentHelp("Write every subject's risk.", valueName: "file"))
  var risks: String?

  @Option(help: ArgumentHelp("Write the replicates' coefficients.", valueName: "file"))
  var replicates: String?

  @OptionGroup(title: "Report") var report: ReportFlags

  func validate() throws {
    if replicates != nil, resampling.bootstrap == 0 {
      throw ValidationError("--replicates needs --bootstrap B")
    }
    try report.check(outputs: [risks, replicates], inputs: [trajectories, outcome.outcomes])
  }

  func run() throws {
    platform_keep_freed_memory()
    try reportingErrors {
      let model = try RiskModel(path: trajectories, options: try options())
      let tables = RiskTables(digits: report.digits)
      var outputs = OutputFiles()
      if let coefficients = report.coefficients {
        outputs.add(tables.coefficients(model), to: coefficients)
      }
      if let risks { outputs.add(tables.risks(model), to: risks) }
      if let replicates { outputs.add(tables.replicates(model), to: replicates) }
      try report.write(
        &outputs, document: try RiskDocument(model).text(), warnings: model.warnings
      ) { RiskSummary(model).text }
    }
  }

  private func options() throws -> RiskOptions {
    var options = RiskOptions(
      formula: flags.formula, outcomes: outcome.outcomes, outcome: outcome.outcome,
      predictors: RiskPredictor.list(outcome.predictors) ?? [])
    options.model = try flags.options()
    options.references = flags.estimation.references
    options.covariates = outcome.covariates
    options.time = outcome.time
    options.landmark = outcome.landmark
    options.eventTime = outcome.eventTime
    options.intersectsIds = outcome.ids == .intersect
    resampling.apply(to: &options)
    return options
  }
}
