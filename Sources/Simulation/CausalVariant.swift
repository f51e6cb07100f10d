import BlockGzip
import Genotypes

/// A variant that some gene's expression depends on.
package struct CausalVariant: Sendable, Equatable {
  package var id: String
  /// Dosages of the effect allele, one per donor, none missing.
  package var dosages: [Double]

  /// Replaces missing dosages by the mean of the others, as a scan does (0 where all are missing).
  static func imputingMean(_ dosages: [Double?]) -> [Double] {
    let known = dosages.compactMap { $0 }
    let mean = known.isEmpty ? 0 : known.reduce(0, +) / Double(known.count)
    return dosages.map { $0 ?? mean }
  }

  /// Reads `source` to its end and returns the variants with the given ordinals.
  ///
  /// - Throws: `InputError` for a damaged file.
  static func read(
    _ ordinals: Set<Int>, from source: any GenotypeSource
  ) throws(InputError) -> [Int: CausalVariant] {
    var found: [Int: CausalVariant] = [:]
    var ordinal = 0
    while found.count < ordinals.count,
      let batch = try source.nextBatch(maximumVariants: 1024)
    {
      for (index, variant) in batch.variants.enumerated() {
        if ordinals.contains(ordinal) {
          let dosages = batch.column(index).map { $0.isNaN ? nil : Double($0) }
          found[ordinal] = CausalVariant(id: variant.id, dosages: imputingMean(dosages))
        }
        ordinal += 1
      }
    }
    return found
  }
}
