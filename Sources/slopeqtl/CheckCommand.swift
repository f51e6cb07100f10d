import ArgumentParser
import Association
import BlockGzip
import CPlatform
import Cohort
import Genotypes

/// `slopeqtl check`: what the inputs hold, and what a scan of them would do and cost.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Validate a scan's inputs and model; say what it would do and cost.",
    discussion: """
      Takes scan's input, model and selection flags, reads every input through and fits nothing. \
      The report on standard output names donors, samples and ids that are ignored, the formula \
      as it will be fitted with its columns, visit patterns, variants by verdict, genes, the exact \
      number of pairs, and estimates of rows, size, CPU time and memory. What scan would refuse is \
      refused with the same message and exit code.

      One file alone (genotypes, --bed or --samples), or --bed with --samples, is read through and \
      described.

      With --json the report is one object. Its kind is scan, vcf, bfile, pfile, bed, samples or \
      bed_and_samples; that of a scan holds inputs, model, visit_patterns, genotypes, genes, pairs \
      and cost (rows, pairs_table_gb, cpu_hours, threads, wall_hours, memory_gb; 1 GB is 10⁹ bytes).

      Example:
        slopeqtl check --vcf cohort.vcf.gz --bed cohort.bed.gz \\
          --samples cohort.samples.tsv --cov cohort.covariates.txt
      """)

  @OptionGroup(title: "Input") var files: CheckedFileFlags
  @OptionGroup(title: "Input") var join: JoinFlags
  @OptionGroup(title: "Model") var model: ModelFlags
  @OptionGroup(title: "Selection") var selection: SelectionFlags
  @OptionGroup(title: "Guards") var guards: GuardFlags
  @OptionGroup(title: "Genes") var genes: GeneFlags

  @Option(help: "Threads of the scan. (default: the cores this process may use)")
  var threads: Int?

  @OptionGroup var instructions: InstructionFlags

  @OptionGroup var digits: DigitFlags

  @Flag(help: "Print the report as one JSON object.")
  var json = false

  @OptionGroup(title: "Messages") var messages: MessageFlags

  func validate() throws {
    try genes.check(model: model, selection: selection)
    try guards.check(family: model.family)
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads): expected 1 to 1024")
    }
    guard !files.isScan else { return }
    let hasGenotypes = files.genotypes.input != nil
    guard !hasGenotypes || (files.bed == nil && files.samples == nil),
      hasGenotypes || files.bed != nil || files.samples != nil
    else {
      throw ValidationError(
        "expected genotypes (\(GenotypeFlags.names)), --bed and --samples of a scan, or one of them, "
          + "or --bed with --samples")
    }
    if join.cov != nil || model.formula != nil || model.random != nil {
      throw ValidationError(
        "--cov, --formula and --random need the files of a scan: genotypes, --bed and --samples")
    }
  }

  func run() throws {
    try reportingErrors {
      if let genotypes = files.genotypes.input, let bed = files.bed, let samples = files.samples {
        try checkScan(genotypes, bed: bed, samples: samples).print(asJSON: json)
      } else if let genotypes = files.genotypes.input {
        let variants = VariantSelection(
          region: selection.region, ids: try selection.variantIDs())
        try CheckedGenotypes(genotypes, join: join, selection: variants)
          .print(asJSON: json)
      } else {
        try checkSamples()
      }
    }
  }

  private func checkScan(
    _ genotypes: GenotypeInput, bed: String, samples: String
  ) throws -> CheckedScan {
    var options = ScanOptions(
      genotypes: genotypes,
      cohort: try join.cohortInputs(bed: bed, samples: samples, timeColumn: model.timeColumn),
      outputPrefix: "")
    options.field = join.field
    model.apply(to: &options)
    try selection.apply(to: &options)
    guards.apply(to: &options)
    genes.apply(to: &options)
    instructions.apply(to: &options)
    options.threads = threads ?? Int(platform_usable_cores())
    options.significantDigits = digits.digits
    let observer = CheckObserver(messages.observer())
    do throws(ScanFailure) {
      let estimate = try ScanEstimate(options: options, observer: observer)
      return CheckedScan(estimate, warnings: observer.warnings)
    } catch {
      observer.tellNotes()
      throw error
    }
  }

  private func checkSamples() throws {
    var sheet: SampleSheet?
    if let path = files.samples {
      sheet = try SampleSheet(
        path: path, timeColumn: model.timeColumn, requiresEndMarker: !join.allowNoEof)
    }
    var bed: CheckedExpression?
    if let path = files.bed {
      bed = try CheckedExpression(path: path, sheet: sheet, requiresEndMarker: !join.allowNoEof)
    }
    switch (bed, sheet.map(CheckedSheet.init)) {
    case (let bed?, let sheet?):
      try CheckedPair(bed: bed, samples: sheet).print(asJSON: json)
    case (let bed?, nil): try bed.print(asJSON: json)
    case (nil, let sheet?): try sheet.print(asJSON: json)
    case (nil, nil): break
    }
  }
}

/// The files to check: those of a scan, or fewer.
struct CheckedFileFlags: ParsableArguments {
  @OptionGroup var genotypes: GenotypeFlags

  @Option(
    help: ArgumentHelp(
      "Expression: BED with 4 or 6 leading columns, then one column per sample.",
      valueName: "file"))
  var bed: String?

  @Option(
    help: ArgumentHelp(
      "Sample sheet: TSV with sample_id, donor_id, time and any further columns.",
      valueName: "file"))
  var samples: String?

  /// Whether these are the files of a scan.
  var isScan: Bool { genotypes.input != nil && bed != nil && samples != nil }
}
