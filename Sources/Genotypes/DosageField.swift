/// The FORMAT field that dosages are taken from.
package enum DosageField: String, Sendable {
  /// Estimated ALT dosage.
  case ds = "DS"
  /// Called genotype; the dosage is the number of ALT alleles.
  case gt = "GT"
}
