import ArgumentParser
import BlockGzip
import CPlatform
import Longitudinal
import MixedModels
import Tables

/// `slopeqtl fit`: any longitudinal (generalised) linear mixed model, from one table and one formula.
struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fit a longitudinal mixed model to one table.",
    discussion: """
      Reads a CSV or TSV table, plain or gzip, and fits a linear mixed model in lme4's formula \
      language; with --family binomial or poisson a generalised one. Rows with NA in a used column are left out and counted. Prints a summary in lme4's \
      layout; --json, --coefficients, --components, --blups and --predictions write files.

      Example:
        slopeqtl simulate --scenario trial --out trial --seed 1
        slopeqtl fit trial.tsv --formula 'fev1 ~ time * arm + age + (1 + time | patient)'
      """)

  @Argument(help: ArgumentHelp("The table, with a header line.", valueName: "data"))
  var data: String

  @OptionGroup(title: "Model") var flags: FitModelFlags
  @OptionGroup(title: "Family") var response: FamilyFlags
  @OptionGroup(title: "Questions to the model") var questions: FitQuestionFlags
  @OptionGroup(title: "Averages per subject") var averaging: FitAveragingFlags
  @OptionGroup(title: "Random effects and predictions") var predictionFlags: FitPredictionFlags

  @Option(
    help: ArgumentHelp(
      "Write variances, correlations and residual parameters with their intervals.",
      valueName: "file"))
  var components: String?

  @OptionGroup(title: "Report") var report: ReportFlags

  func validate() throws {
    try report.check(
      outputs: [components] + predictionFlags.outputs, inputs: [data, predictionFlags.predict])
    try checkFamily()
    guard questions.bootstrap == 0 || questions.varianceTests || flags.groupCovariance != nil else {
      throw ValidationError("--bootstrap needs --variance-tests or --group-covariance COL")
    }
  }

  /// What only some families have.
  private func checkFamily() throws {
    try response.check(flags)
    guard response.family != .gaussian else {
      guard !questions.lrt else {
        throw ValidationError(
          "--lrt needs --family binomial or poisson; --anova tests terms of a linear model")
      }
      return
    }
    let others = [
      ("--bootstrap", questions.bootstrap > 0), ("--variance-tests", questions.varianceTests),
      ("--exceed", predictionFlags.exceed != nil),
      ("--next-visit", predictionFlags.nextVisit != nil),
      ("--compare-averaged", averaging.compareAveraged),
    ]
    if let (name, _) = others.first(where: \.1) {
      throw ValidationError("\(name) is of linear models; leave --family out")
    }
  }

  func run() throws {
    // Nearly a third of a short fit was the faults of fresh pages; and what reading frees, it takes.
    platform_keep_freed_memory()
    platform_prefer_huge_pages()
    try reportingErrors {
      if let options = response.options(flags) {
        try runGeneralized(options)
      } else {
        try runGaussian()
      }
    }
  }

  private func runGaussian() throws {
    let model = try FittedModel(
      path: data, formula: flags.formula, options: try flags.options(),
      references: flags.estimation.references)
    let tables = EffectTables(digits: report.digits)
    var extras = try questions.extras(model)
    extras.averaged = try averaging.comparisons(model)
    var outputs = OutputFiles()
    if let coefficients = report.coefficients {
      outputs.add(tables.fixedEffects(model.fit.fixedEffects), to: coefficients)
    }
    if let components { outputs.add(tables.varianceComponents(model.fit), to: components) }
    if let blups = predictionFlags.blups {
      outputs.add(tables.randomEffects(model.fit.randomEffects), to: blups)
    }
    try predictionFlags.predict(model, tables: tables, into: &outputs, extras: &extras)
    try report.write(
      &outputs, document: try FitDocument(model, extras: extras).text(), warnings: model.warnings
    ) { FitSummary(model, extras: extras).text }
  }

  private func runGeneralized(_ options: GeneralizedModelOptions) throws {
    let model = try FittedGeneralizedModel(
      path: data, formula: flags.formula, options: options,
      references: flags.estimation.references)
    let tables = EffectTables(digits: report.digits)
    let extras = try questions.extras(model)
    var outputs = OutputFiles()
    if let coefficients = report.coefficients {
      outputs.add(tables.fixedEffects(model.fit.fixedEffects), to: coefficients)
    }
    if let components {
      outputs.add(tables.varianceComponents(model.fit.varianceComponents), to: components)
    }
    if let blups = predictionFlags.blups {
      outputs.add(tables.randomEffects(model.fit.randomEffects), to: blups)
    }
    if let path = predictionFlags.predict, let target = predictionFlags.predictions {
      let rows = try NewData(path: path, like: model.data, model: model.model)
      outputs.add(
        tables.predictions(rows, try rows.predictions(of: model.fit), threshold: nil), to: target)
    }
    try report.write(
      &outputs, document: try GeneralizedFitDocument(model, extras: extras).text(),
      warnings: model.warnings
    ) { GeneralizedFitSummary(model, extras: extras).text }
  }
}
