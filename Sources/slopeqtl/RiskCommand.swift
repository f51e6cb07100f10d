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

  @Option(help: ArgumentHelp("Write the model as JSON; - is standard output.", valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("Write the coefficients of the outcome.", valueName: "file"))
  var coefficients: String?

  @Option(help: ArgumentHelp("Write every subject's risk.", valueName: "file"))
  var risks: String?

  @Option(help: ArgumentHelp("Write the replicates' coefficients.", valueName: "file"))
  var replicates: String?

  @Option(
    help: ArgumentHelp(
      "Significant digits of tables, 1 to 17; 17 is the shortest text of the same double.",
      valueName: "k"))
  var digits = 17

  @Flag(help: "Print no summary and no warnings.")
  var quiet = false

  func validate() throws {
    guard (1...17).contains(digits) else {
      throw ValidationError("--digits \(digits): expected 1 to 17")
    }
    guard flags.family == .gaussian else {
      throw ValidationError(
        "--family \(flags.family.rawValue): trajectories of a risk model are Gaussian")
    }
    if replicates != nil, resampling.bootstrap == 0 {
      throw ValidationError("--replicates needs --bootstrap B")
    }
    let outputs = [json == "-" ? nil : json, coefficients, risks, replicates].compactMap(\.self)
    if outputs.contains("-") {
      throw ValidationError("'-': standard output is for --json alone; name a file")
    }
    if let path = OutputFiles.clash(outputs, inputs: [trajectories, outcome.outcomes]) {
      throw ValidationError("'\(path)' stands for two files; give every output a path of its own")
    }
  }

  func run() throws {
    platform_keep_freed_memory()
    try reportingErrors {
      let model = try RiskModel(path: trajectories, options: try options())
      let tables = RiskTables(digits: digits)
      var outputs = OutputFiles()
      if let coefficients { outputs.add(tables.coefficients(model), to: coefficients) }
      if let risks { outputs.add(tables.risks(model), to: risks) }
      if let replicates { outputs.add(tables.replicates(model), to: replicates) }
      let document = RiskDocument(model)
      if let json, json != "-" {
        var text = TextBuffer()
        try document.text().withUnsafeBytes { text.append(bytes: $0) }
        outputs.add(text, to: json)
      }
      try outputs.write()
      if !quiet { for warning in model.warnings { printNote("warning: \(warning)") } }
      if json == "-" {
        try StandardOutput.write(String(decoding: try document.text(), as: UTF8.self))
      } else if !quiet {
        try StandardOutput.write(RiskSummary(model).text)
      }
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
