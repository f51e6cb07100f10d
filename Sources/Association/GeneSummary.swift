import Distributions
import MixedModels

/// What a scan keeps of one gene's pairs.
struct GeneSummary: Sendable {
  /// Pairs tested, failed ones included.
  var pairs = 0
  var lead = LeadVariant()
  /// Combines the p-values of the pairs that were fitted.
  var combination = CauchyCombination()

  /// Adds the pairs of a later chunk.
  mutating func add(_ other: GeneSummary) {
    pairs += other.pairs
    combination.merge(other.combination)
    lead.add(other.lead)
  }
}
