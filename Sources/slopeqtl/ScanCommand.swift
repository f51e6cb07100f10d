import ArgumentParser
import Association
import BlockGzip
import CPlatform

/// `slopeqtl scan`: every gene–variant pair's genotype × time test.
struct ScanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Test genotype × time for every gene–variant pair of a time course.",
    discussion: """
      Fits, for every pair, expression ~ covariates + time * genotype + (1 + time | donor) with \
      all variance parameters re-estimated, and writes PREFIX.pairs.tsv.gz with its tabix index, \
      PREFIX.genes.tsv.gz, PREFIX.manifest.json and what `slopeqtl query` finds rows by, \
      PREFIX.top.tsv.gz and PREFIX.pairs.idx. Nothing is published unless the scan completes; \
      a scan that was stopped goes on from its finished chunks when the same command runs again.

      Example:
        slopeqtl scan --vcf cohort.vcf.gz --bed cohort.bed.gz \\
          --samples cohort.samples.tsv --cov cohort.covariates.txt --out scan
      """)

  @OptionGroup(title: "Input") var input: InputFlags
  @OptionGroup(title: "Model") var model: ModelFlags
  @OptionGroup(title: "Selection") var selection: SelectionFlags
  @OptionGroup(title: "Guards") var guards: GuardFlags
  @OptionGroup(title: "Genes") var genes: GeneFlags

  @Option(help: ArgumentHelp("Prefix of the files to write.", valueName: "prefix"))
  var out: String

  @OptionGroup var digits: DigitFlags

  @Option(help: "Threads. (default: the cores this process may use)")
  var threads: Int?

  @OptionGroup var instructions: InstructionFlags

  @OptionGroup(title: "Parts and restarts") var parts: PartFlags

  @OptionGroup(title: "Messages") var messages: MessageFlags

  func validate() throws {
    try genes.check(model: model, selection: selection)
    try guards.check(family: model.family)
    guard !out.isEmpty, !out.hasSuffix("/") else {
      throw ValidationError("--out '\(out)': expected a file name prefix such as results/scan")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads): expected 1 to 1024")
    }
  }

  func run() throws {
    let observer = messages.observer()
    // Chunks of rows come and go by megabytes: faulting them in anew took 4 % of a scan of all pairs.
    platform_keep_freed_memory()
    let summary = try reportingErrors {
      let options = try options()
      Interruption.watch()
      return try Scan(options: options, observer: observer).run()
    }
    guard !summary.paths.isEmpty else { return }
    observer.note("wrote \(summary.paths.joined(separator: " "))")
  }

  /// What the flags say.
  ///
  /// - Throws: `InputError` for lists that cannot be read.
  func options() throws -> ScanOptions {
    guard let genotypes = input.genotypes.input else { throw ValidationError("no genotypes") }
    var options = ScanOptions(
      genotypes: genotypes,
      cohort: try input.cohortInputs(timeColumn: model.timeColumn), outputPrefix: out)
    options.field = input.field
    model.apply(to: &options)
    try selection.apply(to: &options)
    guards.apply(to: &options)
    genes.apply(to: &options)
    options.significantDigits = digits.digits
    instructions.apply(to: &options)
    options.threads = threads ?? Int(platform_usable_cores())
    parts.apply(to: &options)
    options.command = CommandLine.arguments
    options.program = (name: "slopeqtl", version: SlopeQTL.version)
    return options
  }
}
