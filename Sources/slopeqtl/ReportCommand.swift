import ArgumentParser
import Association
import BlockGzip
import Report
import Results

/// `slopeqtl report`: a finished scan as one page.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write one self-contained HTML page about a finished scan.",
    discussion: """
      The page says what was run and on whom, whether the p-values can be trusted (QQ plots, \
      inflation by allele frequency, a verdict in words), where the signals lie, which genes they \
      are in, with trajectories, how the fits went, and has a methods paragraph to copy. It needs \
      nothing from the network and can be printed.

      The scan's inputs are opened again where the manifest says they lie, or where flags say they \
      lie now, and their checksums compared.

      Example:
        slopeqtl simulate --out cohort --donors 30 --genes 4
        slopeqtl scan --vcf cohort.vcf.gz --bed cohort.bed.gz \\
          --samples cohort.samples.tsv --cov cohort.covariates.txt --out scan
        slopeqtl report scan --out scan.html
      """)

  @Argument(help: ArgumentHelp("Prefix of the result.", valueName: "prefix"))
  var prefix: String

  @Option(help: ArgumentHelp("The page to write.", valueName: "file"))
  var out: String

  @Option(help: ArgumentHelp("Genes that are looked at one by one.", valueName: "genes"))
  var topGenes = 12

  @OptionGroup var units: UnitFlags
  @OptionGroup(title: "Inputs that were moved") var inputs: ReopenFlags
  @OptionGroup(title: "Messages") var messages: MessageFlags

  func validate() throws {
    try OutputFiles.check(name: out)
    guard (0...200).contains(topGenes) else {
      throw ValidationError("--top-genes \(topGenes): expected 0 to 200")
    }
  }

  func run() throws {
    let observer = messages.observer()
    try reportingErrors {
      let result = try FinishedResult(prefix: prefix)
      guard result.manifest.shard == nil else {
        throw InputError(
          "is one shard of a scan", path: prefix + ".manifest.json",
          found: "shard \(result.manifest.shard?.shard.text ?? "")", expected: "a whole result",
          advice: "join the shards with slopeqtl merge")
      }
      try inputs.check(output: out, result: result)
      try result.verify()
      let quiet = TerminalObserver(level: messages.quiet ? .error : .warning)
      let inputs = try self.inputs.reopen(result, observer: quiet)
      let page = try ScanReport(
        result, inputs: inputs, topGenes: topGenes, units: units.units
      ).html()
      var outputs = OutputFiles()
      outputs.add(Array(page.utf8), to: out)
      try outputs.write()
      observer.note("wrote \(out)")
    }
  }
}
