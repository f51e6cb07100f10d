import ArgumentParser
import Simulation

/// How genotypes are simulated; meaningless where a genotype file is given.
struct SimulatedGenotypeFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp("Variants over all chromosomes together. (default: 2000)", valueName: "m"))
  var variants: Int?

  @Option(help: ArgumentHelp("Chromosomes, named chr1, chr2, … (default: 2)", valueName: "c"))
  var chromosomes: Int?

  @Option(
    help: ArgumentHelp(
      "Mean distance of neighbouring variants, in base pairs. (default: 5000)", valueName: "bp"))
  var spacing: Int?

  @Option(
    help: ArgumentHelp(
      "Distance over which linkage disequilibrium falls by the factor e. (default: 50000)",
      valueName: "bp"))
  var ldLength: Double?

  @Option(
    help: ArgumentHelp(
      "Fraction of the variants whose DS has imputation noise. (default: 0.5)", valueName: "f"))
  var imputedFraction: Double?

  @Option(
    help: ArgumentHelp(
      "Standard deviation of that noise, in alleles. (default: 0.05)", valueName: "sd"))
  var imputationNoise: Double?

  @Option(
    help: ArgumentHelp(
      "Fraction of the genotype calls that is missing. (default: 0)", valueName: "f")
  )
  var missingGenotypes: Double?

  @Option(
    help: ArgumentHelp(
      "F_ST of two populations, the halves of the donors; adds the covariate pc1. (default: 0)",
      valueName: "fst"))
  var structure: Double?

  /// The flags that were given.
  var given: [String] {
    let flags: [(String, Bool)] = [
      ("--variants", variants != nil), ("--chromosomes", chromosomes != nil),
      ("--spacing", spacing != nil), ("--ld-length", ldLength != nil),
      ("--imputed-fraction", imputedFraction != nil),
      ("--imputation-noise", imputationNoise != nil),
      ("--missing-genotypes", missingGenotypes != nil), ("--structure", structure != nil),
    ]
    return flags.filter(\.1).map(\.0)
  }

  /// Puts what was given in place of the defaults.
  func apply(to options: inout SimulationOptions) {
    options.variants = variants ?? options.variants
    options.chromosomes = chromosomes ?? options.chromosomes
    options.spacing = spacing ?? options.spacing
    options.linkageLength = ldLength ?? options.linkageLength
    options.imputedVariants = imputedFraction ?? options.imputedVariants
    options.imputationNoise = imputationNoise ?? options.imputationNoise
    options.missingGenotypes = missingGenotypes ?? options.missingGenotypes
    options.structure = structure ?? options.structure
  }
}
