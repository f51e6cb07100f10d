import ArgumentParser
import BlockGzip
import Genotypes
import Simulation

/// `slopeqtl simulate`: a cohort with known dynamic eQTLs, in the formats that `scan` reads, or a
/// longitudinal data set with known parameters.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Simulate a cohort with known dynamic eQTLs, or other longitudinal data.",
    discussion: """
      Writes PREFIX.vcf.gz and PREFIX.bed.gz with tabix indexes, PREFIX.samples.tsv, \
      PREFIX.covariates.txt and PREFIX.truth.tsv, which states each gene's true model. Files of \
      these names are replaced. Equal options give equal bytes.

      Effects and standard deviations are in units of expression, slopes per unit of the times \
      given; genotype effect and random intercept are those at time 0.

      With --scenario, writes PREFIX.tsv, one table of longitudinal data, PREFIX.truth.tsv, its \
      model and parameters, and PREFIX.subjects.tsv, the true random effects; progression also \
      PREFIX.new.tsv, rows to predict, and PREFIX.future.tsv, what they turned out to be; risk \
      also PREFIX.outcomes.tsv, one row a patient with the event. \
      Scenarios: \(Scenario.allCases.map { "\($0.rawValue), \($0.summary)" }.joined(separator: "; ")).

      Example:
        slopeqtl simulate --out cohort --donors 80 --genes 40 --missing 0.1
        slopeqtl simulate --scenario trial --out trial
      """)

  @Option(help: ArgumentHelp("Prefix of the files to write.", valueName: "prefix"))
  var out: String

  @Option(
    help: ArgumentHelp(
      "Simulate a table of longitudinal data instead, with its own defaults.", valueName: "name"))
  var scenario: Scenario?

  @Option(
    help: ArgumentHelp(
      "Donors or subjects. (default: 100, with --vcf all of the file; fewer take its first)",
      valueName: "n"))
  var donors: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Visit times: a number K for 0, 1, … K−1, or a list such as 0,0.5,1,2,4. (default: 6)",
      valueName: "k|list"))
  var times: String?

  @Option(
    help: ArgumentHelp(
      "Planned trials per subject and condition of reaction-times. (default: 300)",
      valueName: "n"))
  var trials: Int?

  @Option(help: ArgumentHelp("Genes. (default: \(SimulationOptions().genes))", valueName: "g"))
  var genes: Int?

  @Option(
    help: ArgumentHelp(
      "Fraction of the samples that is missing; every donor keeps two visits. (default: 0)",
      valueName: "f"))
  var missing: Double?

  @Option(
    help: ArgumentHelp(
      "SD over rows of the logarithm of expected counts, in --scenario counts. (default: 0)",
      valueName: "sd"))
  var dispersion: Double?

  @Option(help: ArgumentHelp("Seed of the random numbers.", valueName: "s"))
  var seed = SimulationOptions().seed

  @Option(
    help: ArgumentHelp(
      "Minor allele frequencies, lowest and highest, of variants and causal variants. "
        + "(default: 0.05,0.5)", valueName: "low,high"))
  var maf: String?

  @Option(
    help: ArgumentHelp(
      "Simulate expression on this file's donors and variants instead (DS where present, else GT).",
      valueName: "file"))
  var vcf: String?

  @Option(
    help: ArgumentHelp(
      "What expression is: gaussian, poisson (counts; the sheet has log_size, the log library size) or "
        + "binomial (0 or 1). Effects are then on the log or logit scale.", valueName: "family"))
  var family: ExpressionFamily?

  @OptionGroup(title: "Genotypes") var genotypes: SimulatedGenotypeFlags
  @OptionGroup(title: "Effects and variances") var effects: SimulatedEffectFlags

  @Flag(help: "Print nothing but errors.")
  var quiet = false

  func validate() throws {
    if vcf != nil, !genotypes.given.isEmpty {
      throw ValidationError(
        "\(genotypes.given.joined(separator: ", ")): of no use with --vcf, "
          + "which brings its own genotypes")
    }
    guard !out.isEmpty, !out.hasSuffix("/") else {
      throw ValidationError("--out '\(out)': expected a file name prefix such as results/cohort")
    }
    do {
      try refuseTrialFlags()
      if let scenario {
        try refuseCohortFlags(scenario)
        try options(of: scenario).validate()
      } else {
        guard dispersion == nil else {
          throw ValidationError("--dispersion is of --scenario counts; cohorts have no counts")
        }
        try options().validate(genotypesGiven: vcf != nil)
      }
    } catch let error as SimulationOptionError {
      throw ValidationError(error.description)
    }
  }

  /// - Throws: `ValidationError` naming the flags that only make sense for a cohort.
  private func refuseCohortFlags(_ scenario: Scenario) throws {
    let own = [
      ("--genes", genes != nil), ("--maf", maf != nil), ("--vcf", vcf != nil),
      ("--family", family != nil),
    ].filter(\.1).map(\.0)
    let given = own + genotypes.given + effects.given
    guard given.isEmpty else {
      throw ValidationError(
        "\(given.joined(separator: ", ")): of no use with --scenario \(scenario.rawValue), "
          + "which has neither genes nor genotypes")
    }
  }

  /// - Throws: `ValidationError` for trials where there are visits, and the other way round.
  private func refuseTrialFlags() throws {
    let hasTrials = scenario?.hasTrials ?? false
    if trials != nil, !hasTrials {
      throw ValidationError(
        "--trials: of use with --scenario \(Scenario.reactionTimes.rawValue) alone")
    }
    if times != nil, hasTrials {
      throw ValidationError(
        "--times: of no use with --scenario \(Scenario.reactionTimes.rawValue), "
          + "whose subjects have --trials N")
    }
  }

  func run() throws {
    if let scenario {
      try write(scenario)
    } else {
      try writeCohort()
    }
  }

  private func write(_ scenario: Scenario) throws {
    let options = try options(of: scenario)
    let (rows, files) = try reportingErrors {
      try ScenarioSimulation(options: options).write(prefix: out)
    }
    guard !quiet else { return }
    printNote(
      "simulated \(scenario.rawValue): \(options.subjects) subjects, \(rows) rows, "
        + "seed \(seed)")
    printNote("wrote \(files.joined(separator: " "))")
  }

  private func writeCohort() throws {
    let simulation = CohortSimulation(options: try options())
    let summary = try reportingErrors {
      if let vcf {
        return try simulation.write(prefix: out) { () throws(InputError) -> any GenotypeSource in
          try GenotypeInput.vcf([vcf]).open(field: nil, selection: VariantSelection())
        }
      }
      return try simulation.write(prefix: out)
    }
    guard !quiet else { return }
    if summary.genesWithoutCandidate > 0 {
      let range = simulation.options.minorAlleleFrequency
      printNote(
        "warning: \(summary.genesWithoutCandidate) genes got no genotype effect: no variant "
          + "within \(GenePlan.window) base pairs has a minor allele frequency in "
          + "\(range.lowerBound),\(range.upperBound)")
    }
    printNote(
      "simulated \(summary.donors) donors, \(summary.samples) samples, "
        + "\(summary.variants) variants, \(summary.genes) genes "
        + "(\(summary.dynamicGenes) with a genotype × time effect), seed \(seed)")
    printNote("wrote \(summary.files.joined(separator: " "))")
  }

  /// A scenario's options from the flags.
  private func options(of scenario: Scenario) throws -> ScenarioOptions {
    var options = ScenarioOptions(scenario)
    options.subjects = donors ?? options.subjects
    options.times = try times.map { try SimulationOptions.times(from: $0) } ?? options.times
    // A default must not refuse times of two visits.
    options.missing = missing ?? min(options.missing, options.largestMissingFraction)
    options.dispersion = dispersion ?? 0
    options.trials = trials ?? options.trials
    options.seed = seed
    return options
  }

  /// A cohort's options from the flags.
  private func options() throws -> SimulationOptions {
    var options = SimulationOptions()
    options.donors = donors
    options.times = try times.map { try SimulationOptions.times(from: $0) } ?? options.times
    options.genes = genes ?? options.genes
    options.missingSamples = missing ?? options.missingSamples
    options.family = family ?? options.family
    options.seed = seed
    if let maf { options.minorAlleleFrequency = try SimulationOptions.frequencies(from: maf) }
    genotypes.apply(to: &options)
    effects.apply(to: &options)
    return options
  }
}

extension Scenario: ExpressibleByArgument {}
extension ExpressionFamily: ExpressibleByArgument {}
