import ArgumentParser
import BlockGzip
import Genotypes
import Simulation

/// `slopeqtl simulate`: a cohort with known dynamic eQTLs, in the formats that `scan` reads.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Simulate a cohort with known dynamic eQTLs.",
    discussion: """
      Writes PREFIX.vcf.gz and PREFIX.bed.gz with tabix indexes, PREFIX.samples.tsv, \
      PREFIX.covariates.txt and PREFIX.truth.tsv, which states each gene's true model. Files of \
      these names are replaced. Equal options give equal bytes.

      Effects and standard deviations are in units of expression, slopes per unit of the times \
      given; genotype effect and random intercept are those at time 0.

      Example:
        slopeqtl simulate --out cohort --donors 80 --genes 40 --missing 0.1
      """)

  @Option(help: ArgumentHelp("Prefix of the files to write.", valueName: "prefix"))
  var out: String

  @Option(
    help: ArgumentHelp(
      "Donors. (default: 100, with --vcf all of the file; fewer take its first)", valueName: "n"))
  var donors: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Visit times: a number K for 0, 1, … K−1, or a list such as 0,0.5,1,2,4.",
      valueName: "k|list"))
  var times = "6"

  @Option(help: ArgumentHelp("Genes.", valueName: "g"))
  var genes = SimulationOptions().genes

  @Option(
    help: ArgumentHelp(
      "Fraction of the samples that is missing; every donor keeps two visits.", valueName: "f"))
  var missing = SimulationOptions().missingSamples

  @Option(help: ArgumentHelp("Seed of the random numbers.", valueName: "s"))
  var seed = SimulationOptions().seed

  @Option(
    help: ArgumentHelp(
      "Minor allele frequencies, lowest and highest, of variants and causal variants.",
      valueName: "low,high"))
  var maf = "0.05,0.5"

  @Option(
    help: ArgumentHelp(
      "Simulate expression on this file's donors and variants instead (DS where present, else GT).",
      valueName: "file"))
  var vcf: String?

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
      try options().validate(genotypesGiven: vcf != nil)
    } catch let error as SimulationOptionError {
      throw ValidationError(error.description)
    }
  }

  func run() throws {
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
      printNote(
        "warning: \(summary.genesWithoutCandidate) genes got no genotype effect: no variant "
          + "within \(GenePlan.window) base pairs has a minor allele frequency in \(maf)")
    }
    printNote(
      "simulated \(summary.donors) donors, \(summary.samples) samples, "
        + "\(summary.variants) variants, \(summary.genes) genes "
        + "(\(summary.dynamicGenes) with a genotype × time effect), seed \(seed)")
    printNote("wrote \(summary.files.joined(separator: " "))")
  }

  /// The library's options from the flags.
  private func options() throws -> SimulationOptions {
    var options = SimulationOptions()
    options.donors = donors
    options.times = try SimulationOptions.times(from: times)
    options.genes = genes
    options.missingSamples = missing
    options.seed = seed
    options.minorAlleleFrequency = try SimulationOptions.frequencies(from: maf)
    genotypes.apply(to: &options)
    effects.apply(to: &options)
    return options
  }
}
