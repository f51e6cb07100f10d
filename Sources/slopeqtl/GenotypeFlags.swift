import ArgumentParser
import Genotypes

/// Where genotypes come from: one file, by the flag of its format.
struct GenotypeFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Genotypes: VCF (plain, gzip or bgzip) or BCF; columns are donors.", valueName: "file"))
  var vcf: String?

  @Option(
    help: ArgumentHelp(
      "Genotypes: dosage table with chrom, pos, variant_id, ref, alt, then one column per donor.",
      valueName: "file"))
  var dosages: String?

  /// The file given; nil where none is.
  var input: GenotypeInput? { vcf.map { .vcf($0) } ?? dosages.map { .dosages($0) } }

  func validate() throws {
    if vcf != nil, dosages != nil {
      throw ValidationError("--vcf and --dosages: expected one of them")
    }
  }
}
