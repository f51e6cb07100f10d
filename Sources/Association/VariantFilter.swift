/// Which variants are tested, judged over a gene's donors.
package struct VariantFilter: Sendable, Equatable {
  /// Smallest minor-allele frequency.
  package var minimumFrequency = 0.05
  /// Smallest minor-allele count over donors.
  package var minimumCount = 5.0
  /// Largest share of donors without a dosage.
  package var maximumMissing = 0.1
  /// Smallest number of donors in a genotype class (best guess) that any donor is in; 0 does not look.
  package var minimumClassDonors = 0

  package init() {}
}

/// Why a variant is or is not tested.
package enum VariantVerdict: Int, Sendable, CaseIterable {
  case tested
  case allMissing
  case tooManyMissing
  case monomorphic
  case belowFrequency
  case belowCount
  case smallClass

  /// The reason in a summary.
  package var description: String {
    switch self {
    case .tested: "tested"
    case .allMissing: "without any dosage"
    case .tooManyMissing: "with too many missing dosages"
    case .monomorphic: "without variation"
    case .belowFrequency: "below the minor-allele frequency"
    case .belowCount: "below the minor-allele count"
    case .smallClass: "with too few donors of a genotype"
    }
  }
}
