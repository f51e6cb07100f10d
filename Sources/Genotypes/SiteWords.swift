/// What messages about sites call the columns of a format, and the mending they advise.
struct SiteWords: Sendable {
  let chromosome: String
  let position: String
  let reference: String
  let alternate: String
  let expectedAlleles: String
  let sortAdvice: String
  let duplicateAdvice: String

  static let vcf = SiteWords(
    chromosome: "CHROM", position: "POS", reference: "REF", alternate: "ALT",
    expectedAlleles: "alleles separated by commas, or '.'",
    sortAdvice: "sort the file, for example with bcftools sort",
    duplicateAdvice: "remove the duplicate, for example with bcftools norm --rm-dup exact")

  static let table = SiteWords(
    chromosome: "chrom", position: "pos", reference: "ref", alternate: "alt",
    expectedAlleles: "an allele, or '.' where it is not known",
    sortAdvice: "sort the rows by chromosome and position",
    duplicateAdvice: "remove the duplicate or give the variants ids of their own")
}
