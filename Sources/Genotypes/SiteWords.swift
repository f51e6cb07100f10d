/// What messages about sites call the columns of a format, and the mending they advise.
struct SiteWords: Sendable {
  let chromosome: String
  let position: String
  let reference: String
  let alternate: String
  let expectedAlleles: String
  /// Whether names and alleles must be those of VCF.
  let isVCF: Bool
  let sortAdvice: String
  let duplicateAdvice: String

  static let vcf = SiteWords(
    chromosome: "CHROM", position: "POS", reference: "REF", alternate: "ALT",
    expectedAlleles: "alleles separated by commas, or '.'", isVCF: true,
    sortAdvice: "sort the file, for example with bcftools sort",
    duplicateAdvice: "remove the duplicate, for example with bcftools norm --rm-dup exact")

  /// The words for a PLINK file set.
  static func plink(_ files: PlinkFileSet) -> SiteWords {
    let isFirst = files.flag == "--bfile"
    return SiteWords(
      chromosome: isFirst ? "chromosome" : "CHROM", position: isFirst ? "position" : "POS",
      reference: isFirst ? "A2" : "REF", alternate: isFirst ? "A1" : "ALT",
      expectedAlleles: isFirst ? "two alleles" : "alleles separated by commas, or '.'",
      isVCF: false,
      sortAdvice: "sort the variants with \(files.command) --make-pgen --sort-vars --out NEW"
        + (isFirst ? ", and give --pfile NEW" : ""),
      duplicateAdvice: "remove the duplicate or give the variants ids of their own")
  }

  static let table = SiteWords(
    chromosome: "chrom", position: "pos", reference: "ref", alternate: "alt",
    expectedAlleles: "an allele, or '.' where it is not known", isVCF: false,
    sortAdvice: "sort the rows by chromosome and position",
    duplicateAdvice: "remove the duplicate or give the variants ids of their own")
}
