import BlockGzip
import Genotypes

/// VCF text made of records given as columns separated by spaces.
func vcf(donors: [String] = ["D1", "D2", "D3"], _ records: [String]) -> String {
  let columns = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"] + donors
  let lines =
    ["##fileformat=VCFv4.2", columns.joined(separator: "\t")]
    + records.map { $0.split(separator: " ").joined(separator: "\t") }
  return lines.joined(separator: "\n") + "\n"
}

/// A variant with its dosages, for comparison.
struct ReadVariant: Equatable {
  var chromosome: String
  var position: Int
  var id: String
  var alleles: String
  /// Nil where missing.
  var dosages: [Float?]
}

/// Reads a source to its end in batches of `size`.
func readAll(_ source: any GenotypeSource, batchSize size: Int = 100) throws -> [ReadVariant] {
  var variants: [ReadVariant] = []
  while let batch = try source.nextBatch(maximumVariants: size) {
    precondition(!batch.variants.isEmpty && batch.variants.count <= size)
    precondition(Set(batch.variants.map(\.chromosome)).count == 1, "batch crosses a chromosome")
    for (index, variant) in batch.variants.enumerated() {
      variants.append(
        ReadVariant(
          chromosome: source.chromosomes[variant.chromosome], position: variant.position,
          id: variant.id, alleles: "\(variant.reference)>\(variant.alternate)",
          dosages: batch.column(index).map { $0.isNaN ? nil : $0 }))
    }
  }
  return variants
}
