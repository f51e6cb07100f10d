/// Allele counts of one variant over a set of donors, imputed dosages left out.
struct AlleleSummary: Sendable, Equatable {
  /// Frequency of the effect allele; NaN without any dosage.
  var frequency = Double.nan
  /// Donors with at least half a minor allele (a carrier by best guess).
  var carriers = 0
  /// Sum of minor-allele dosages.
  var minorCount = 0.0
  var verdict = VariantVerdict.allMissing

  init(frequency: Double, carriers: Int, minorCount: Double, verdict: VariantVerdict) {
    self.frequency = frequency
    self.carriers = carriers
    self.minorCount = minorCount
    self.verdict = verdict
  }

  /// Judges `dosages` (NaN where missing) and imputes missing ones by the mean, in place.
  init(_ dosages: UnsafeMutableBufferPointer<Double>, filter: VariantFilter) {
    var observed = 0
    var sum = 0.0
    var smallest = Double.infinity
    var largest = -Double.infinity
    var refCarriers = 0
    var altCarriers = 0
    for g in dosages where !g.isNaN {
      observed += 1
      sum += g
      smallest = min(smallest, g)
      largest = max(largest, g)
      if g > 0.5 { altCarriers += 1 }
      if g < 1.5 { refCarriers += 1 }
    }
    guard observed > 0 else { return }
    let alleles = 2 * Double(observed)
    frequency = sum / alleles
    let altIsMinor = sum <= alleles - sum
    minorCount = altIsMinor ? sum : alleles - sum
    carriers = altIsMinor ? altCarriers : refCarriers
    let missing = dosages.count - observed
    if missing > 0 {
      let mean = sum / Double(observed)
      for i in dosages.indices where dosages[i].isNaN { dosages[i] = mean }
    }
    if Double(missing) > filter.maximumMissing * Double(dosages.count) {
      verdict = .tooManyMissing
    } else if largest - smallest < 1e-6 {
      // Dosages are single precision: smaller differences are rounding.
      verdict = .monomorphic
    } else if minorCount < filter.minimumFrequency * alleles * (1 - 1e-12) {
      verdict = .belowFrequency
    } else if minorCount < filter.minimumCount * (1 - 1e-12) {
      verdict = .belowCount
    } else if filter.minimumClassDonors > 0,
      !GenotypeClasses(donors: observed, refCarriers: refCarriers, altCarriers: altCarriers)
        .haveAtLeast(filter.minimumClassDonors)
    {
      verdict = .smallClass
    } else {
      verdict = .tested
    }
  }
}
