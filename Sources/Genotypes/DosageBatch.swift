/// A run of variants of one chromosome with their dosages, shared read-only between workers.
package final class DosageBatch: Sendable {
  package let variants: [Variant]
  package let donorCount: Int
  /// Dosages of the effect allele (0 to 2), donors × variants, column-major; NaN where missing.
  ///
  /// Single precision because that is what BCF holds: one data set gives the same rows through
  /// every format.
  package let dosages: [Float]

  /// - Precondition: `dosages` has `donorCount` values for every variant.
  package init(variants: [Variant], donorCount: Int, dosages: [Float]) {
    precondition(
      dosages.count == variants.count * donorCount,
      "\(dosages.count) dosages for \(variants.count) variants of \(donorCount) donors")
    self.variants = variants
    self.donorCount = donorCount
    self.dosages = dosages
  }

  /// The same batch where chromosomes have numbers larger by `offset`.
  func movingChromosomes(by offset: Int) -> DosageBatch {
    var moved = variants
    for index in moved.indices { moved[index].chromosome += offset }
    return DosageBatch(variants: moved, donorCount: donorCount, dosages: dosages)
  }

  /// The dosages of variant `index`, one per donor.
  package func column(_ index: Int) -> ArraySlice<Float> {
    dosages[(index * donorCount)..<((index + 1) * donorCount)]
  }
}
