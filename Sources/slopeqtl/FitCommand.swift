import ArgumentParser
import BlockGzip
import CPlatform
import Longitudinal
import MixedModels
import Tables

/// `slopeqtl fit`: any longitudinal linear mixed model, from one table and one formula.
struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fit a longitudinal mixed model to one table.",
    discussion: """
      Reads a CSV or TSV table, plain or gzip, and fits a linear mixed model in lme4's formula \
      language. Rows with NA in a used column are left out and counted. Prints a summary in lme4's \
      layout; --json, --coefficients, --components, --blups and --predictions write files.

      Example:
        slopeqtl simulate --scenario trial --out trial --seed 1
        slopeqtl fit trial.tsv --formula 'fev1 ~ time * arm + age + (1 + time | patient)'
      """)

  @Argument(help: ArgumentHelp("The table, with a header line.", valueName: "data"))
  var data: String

  @OptionGroup(title: "Model") var flags: FitModelFlags
  @OptionGroup(title: "Questions to the model") var questions: FitQuestionFlags
  @OptionGroup(title: "Random effects and predictions") var predictionFlags: FitPredictionFlags

  @Option(help: ArgumentHelp("Write the fit as JSON; - is standard output.", valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("Write the table of fixed effects.", valueName: "file"))
  var coefficients: String?

  @Option(
    help: ArgumentHelp(
      "Write variances, correlations and residual parameters with their intervals.",
      valueName: "file"))
  var components: String?

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
    let outputs =
      [json == "-" ? nil : json, coefficients, components].compactMap(\.self)
      + predictionFlags.outputs
    if outputs.contains("-") {
      throw ValidationError("'-': standard output is for --json alone; name a file")
    }
    guard questions.bootstrap == 0 || questions.varianceTests || flags.groupCovariance != nil else {
      throw ValidationError("--bootstrap needs --variance-tests or --group-covariance COL")
    }
    let inputs = [data, predictionFlags.predict].compactMap(\.self)
    if let path = OutputFiles.clash(outputs, inputs: inputs) {
      throw ValidationError("'\(path)' stands for two files; give every output a path of its own")
    }
  }

  func run() throws {
    // Nearly a third of a short fit was the faults of fresh pages; and what reading frees, it takes.
    platform_keep_freed_memory()
    platform_prefer_huge_pages()
    try reportingErrors {
      let model = try FittedModel(
        path: data, formula: flags.formula, options: try flags.options(),
        references: flags.estimation.references)
      let tables = EffectTables(digits: digits)
      var extras = try questions.extras(model)
      var outputs = OutputFiles()
      if let coefficients { outputs.add(tables.fixedEffects(model.fit), to: coefficients) }
      if let components { outputs.add(tables.varianceComponents(model.fit), to: components) }
      if let blups = predictionFlags.blups {
        outputs.add(tables.randomEffects(model.fit), to: blups)
      }
      try predictionFlags.predict(model, tables: tables, into: &outputs, extras: &extras)
      if !quiet { for warning in model.warnings { printNote("warning: \(warning)") } }
      let document = FitDocument(model, extras: extras)
      if let json, json != "-" {
        var text = TextBuffer()
        try document.text().withUnsafeBytes { text.append(bytes: $0) }
        outputs.add(text, to: json)
      }
      try outputs.write()
      if json == "-" {
        try StandardOutput.write(String(decoding: try document.text(), as: UTF8.self))
      } else if !quiet {
        try StandardOutput.write(FitSummary(model, extras: extras).text)
      }
    }
  }
}
