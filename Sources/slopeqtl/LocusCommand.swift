import ArgumentParser
import Association
import BlockGzip
import CPlatform
import Plots
import Report

/// `slopeqtl locus`: one gene, its variants and the model behind one of them.
struct LocusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "locus",
    abstract: "Look at one gene: its variants, the model in full, the effect over time.",
    discussion: """
      Fits all pairs of one gene straight from the inputs of a scan, with the rows that the scan \
      has, and shows the model of its lead variant (or of --variant) in full: coefficients, \
      variance components, degrees of freedom and diagnostics in words. Flags of the scan that \
      decide how pairs are chosen and fitted are the same here.

      Example:
        slopeqtl simulate --out cohort --donors 30 --genes 4
        slopeqtl locus --gene GENE2 --vcf cohort.vcf.gz --bed cohort.bed.gz \\
          --samples cohort.samples.tsv --cov cohort.covariates.txt --plot locus.svg
      """)

  @Option(help: ArgumentHelp("The gene's id in the expression file.", valueName: "id"))
  var gene: String

  @Option(
    help: ArgumentHelp(
      "The variant whose model is shown. (default: the gene's lead variant)", valueName: "id"))
  var variant: String?

  @OptionGroup(title: "Input") var input: InputFlags
  @OptionGroup(title: "Model") var model: ModelFlags
  @OptionGroup(title: "Selection") var selection: SelectionFlags
  @OptionGroup(title: "Guards") var guards: GuardFlags
  @OptionGroup var instructions: InstructionFlags

  @Option(
    help: ArgumentHelp(
      "Draw the figure; .svg, or .png and .pdf where rsvg-convert is installed.",
      valueName: "file"))
  var plot: String?

  @OptionGroup var units: UnitFlags

  @Option(help: ArgumentHelp("Write everything as JSON; - is standard output.", valueName: "file"))
  var json: String?

  @OptionGroup(title: "Messages") var messages: MessageFlags

  func validate() throws {
    try RepeatedOptions.refuse(["--gene", "--variant", "--region"])
    try guards.check(family: model.family)
    if let plot, let refusal = PictureFile.refusal(plot) {
      throw ValidationError("--plot \(refusal)")
    }
    try OutputFiles.check([plot, json == "-" ? nil : json].compactMap(\.self), inputs: inputPaths)
  }

  /// Everything that is read, with what may be an index of it.
  private var inputPaths: [String] {
    let join = input.join
    let files =
      [
        input.bed, input.samples, join.cov, join.keepSamples, join.keepDonors, model.weights,
        model.kinship, selection.genes, selection.keepVariants, selection.keepPairs,
      ].compactMap(\.self) + (input.genotypes.input?.paths ?? [])
    return files.flatMap { [$0, $0 + ".tbi", $0 + ".csi"] }
  }

  func run() throws {
    guard let genotypes = input.genotypes.input else { return }
    try reportingErrors {
      var options = ScanOptions(
        genotypes: genotypes, cohort: try input.cohortInputs(timeColumn: model.timeColumn),
        outputPrefix: "")
      options.field = input.field
      model.apply(to: &options)
      try selection.apply(to: &options)
      guards.apply(to: &options)
      instructions.apply(to: &options)
      let locus = try Locus(
        gene: gene, options: options, folder: ScratchFolder.path, observer: observer)
      let report = try LocusReport(locus, variant: variant)
      var outputs = OutputFiles()
      if let plot {
        let svg = LocusPicture(report, units: units.units).figure.svg(
          .standalone, width: Self.pictureWidth)
        outputs.add(try PictureFile.bytes(svg: svg, path: plot), to: plot)
      }
      let document = try json.map { _ in try LocusDocument(report).text() } ?? []
      if let json, json != "-" { outputs.add(document, to: json) }
      try outputs.write()
      try StandardOutput.write(
        json == "-" ? String(decoding: document, as: UTF8.self) : LocusSummary(report).text)
    }
  }

  private static let pictureWidth = 1100.0

  /// What a scan says at its start is not said again, but what it warns of.
  private var observer: TerminalObserver {
    TerminalObserver(
      level: messages.quiet ? .error : max(messages.logLevel, .warning))
  }
}
