import ArgumentParser
import Genotypes

/// Where genotypes come from: one file or file set, by the flag of its format.
struct GenotypeFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Genotypes: VCF (plain, gzip or bgzip) or BCF; columns are donors. Several files by several \
      flags, or by {chrom} for a chromosome in the name.
      """, valueName: "file"))
  var vcf: [String] = []

  @Option(
    help: ArgumentHelp(
      "Genotypes: dosage table with chrom, pos, variant_id, ref, alt, then one column per donor.",
      valueName: "file"))
  var dosages: String?

  @Option(
    help: ArgumentHelp(
      "Genotypes: PLINK 1 files PREFIX.bed, .bim and .fam; the effect allele is A1.",
      valueName: "prefix"))
  var bfile: String?

  @Option(
    help: ArgumentHelp(
      "Genotypes: PLINK 2 files PREFIX.pgen, .pvar (or .pvar.zst) and .psam.",
      valueName: "prefix"))
  var pfile: String?

  /// The flags, for messages.
  static let names = "--vcf, --dosages, --bfile or --pfile"

  private var inputs: [GenotypeInput] {
    [
      vcf.isEmpty ? nil : .vcf(vcf), dosages.map { .dosages($0) }, bfile.map { .bfile($0) },
      pfile.map { .pfile($0) },
    ].compactMap { $0 }
  }

  /// What was given; nil where nothing is.
  var input: GenotypeInput? { inputs.first }

  func validate() throws {
    if inputs.count > 1 {
      throw ValidationError("several kinds of genotypes: expected one of \(Self.names)")
    }
  }
}
