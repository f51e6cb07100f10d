import Genotypes

/// A pair of a locus: the scan's row, and where its variant's dosages are.
package struct LocusPair: Sendable {
  /// The fields of the row, with the digits that read back to the same doubles.
  package var fields: [String]
  package var variant: Variant
  package var chromosome: String
  /// Natural logarithm of `pval_gi`; NaN without one.
  package var logPValue: Double
  /// Which of the distinct dosage columns of the locus it has; nil where the gene has no design.
  var column: Int?
  /// Squared correlation of the dosages with those of the lead variant, over the gene's donors; NaN
  /// where there are none.
  package var leadR2 = Double.nan
}
