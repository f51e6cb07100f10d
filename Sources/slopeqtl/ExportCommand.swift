import ArgumentParser
import Association
import BlockGzip
import CPlatform
import Genotypes
import Results

/// `slopeqtl export`: a finished scan as the input of another program.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a finished scan as input of coloc, SuSiE, mashr, fastENLOC and others.",
    discussion: """
      coloc, eqtl-catalogue, fastenloc and tensorqtl are one table (compressed where --out ends in \
      .gz), susie and mashr a folder. Estimates are per ALT allele; --effect says which: genotype × \
      time (gi) or genotype at the time centre (g). Pairs whose fit failed are left out and counted.

      susie opens the scan's inputs again for the correlations of the columns that were tested; the \
      flags of moved files are for it alone.

      Example:
        slopeqtl simulate --out cohort --donors 30 --genes 4
        slopeqtl scan --vcf cohort.vcf.gz --bed cohort.bed.gz \\
          --samples cohort.samples.tsv --cov cohort.covariates.txt --out scan --quiet
        slopeqtl export scan --to susie --region chr1 --out susie
      """)

  @Argument(help: ArgumentHelp("Prefix of the finished scan.", valueName: "prefix"))
  var prefix: String

  @Option(
    help: ArgumentHelp(
      "coloc, susie, mashr, eqtl-catalogue, fastenloc or tensorqtl.", valueName: "format"))
  var to: ExportFormat

  @Option(help: ArgumentHelp("File to write; for susie and mashr a folder.", valueName: "path"))
  var out: String

  @OptionGroup(title: "Selection") var selection: ExportFlags

  @OptionGroup(title: "Inputs that were moved (susie)") var inputs: ReopenFlags

  @OptionGroup(title: "Messages") var messages: MessageFlags

  func validate() throws {
    try OutputFiles.check(name: out)
    try selection.check(to)
  }

  func run() throws {
    let observer = messages.observer()
    platform_keep_freed_memory()
    let summary = try reportingErrors {
      let result = try FinishedResult(prefix: prefix)
      var request = selection.request(to, output: out)
      request.spared = try inputs.check(output: out, result: result)
      guard to == .susie else { return try Exporter(result, request).run() }
      // Inputs are opened once the result is known to be of use.
      var opened: GeneCorrelations?
      return try Exporter(result, request) { gene, variants, effect in
        let correlations =
          try opened
          ?? GeneCorrelations(try inputs.reopen(result, observer: CheckObserver(observer)))
        opened = correlations
        return try correlations.correlations(gene: gene, variants: variants, effect: effect)
      }.run()
    }
    summary.sentences.forEach(observer.note)
    observer.note(
      "wrote \(summary.rows) rows of \(summary.genes) genes to \(out)")
  }
}

extension ExportFormat: ExpressibleByArgument {}
extension TestedEffect: ExpressibleByArgument {}
