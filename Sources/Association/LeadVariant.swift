import Genotypes
import MixedModels

/// One gene's most significant variant so far, and those that may turn out to be it.
///
/// Of the variants whose p-value lies within 1e-9 (relative) of the smallest, the one at the
/// smallest position leads, then the first in file order. Fast fits are right to less than
/// `approximation` in log p: every variant that may lead is kept until exact fits decide, so that
/// the choice does not depend on how the gene's variants are split into chunks.
struct LeadVariant: Sendable {
  struct Candidate: Sendable {
    var logPValue: Double
    var variant: Variant
    /// Place in the genotype file.
    var fileIndex: Int
    var summary: AlleleSummary
    /// The exact fit; nil while the p-value is that of a fast one.
    var fit: PairFit?
    /// One per donor in the design's order; empty where the fit is known and no other is to come.
    var dosages: [Double]
    /// Whether the pair has a row in the pairs table.
    var isReported: Bool

    /// The smallest log p the exact fit may have.
    var lowest: Double { fit == nil ? logPValue - LeadVariant.approximation : logPValue }
    /// The largest.
    var highest: Double { fit == nil ? logPValue + LeadVariant.approximation : logPValue }
  }

  private(set) var candidates: [Candidate] = []
  /// The largest log p a new candidate may have to count.
  private var limit = Double.infinity

  /// log(1 + 1e-9).
  private static let tie = 1e-9
  /// What the exact log p may differ from a fast one that is kept (1e-3 in log₁₀ p).
  static let approximation = 2.31e-3

  var leader: Candidate? {
    candidates.min {
      ($0.variant.chromosome, $0.variant.position, $0.fileIndex)
        < ($1.variant.chromosome, $1.variant.position, $1.fileIndex)
    }
  }

  /// Whether a variant with this log p may lead.
  func accepts(_ logPValue: Double, isExact: Bool) -> Bool {
    (isExact ? logPValue : logPValue - Self.approximation) <= limit
  }

  /// Takes in a variant that `accepts` let through.
  mutating func add(_ candidate: Candidate) {
    guard candidate.lowest <= limit else { return }
    if candidate.highest + Self.tie < limit {
      limit = candidate.highest + Self.tie
      candidates.removeAll { $0.lowest > limit }
    }
    candidates.append(candidate)
  }

  /// Those of `later`'s candidates that would count here: the others need not be kept.
  func accepted(of later: LeadVariant) -> LeadVariant {
    var kept = later
    kept.candidates.removeAll { $0.lowest > limit }
    return kept
  }

  mutating func add(_ other: LeadVariant) {
    for candidate in other.candidates { add(candidate) }
  }

  /// Lets the dosages go, which no later fit needs.
  mutating func forgetDosages() {
    for index in candidates.indices { candidates[index].dosages = [] }
  }

  /// Replaces the candidates by their exact fits and keeps those that tie for the lead.
  mutating func settle(_ exact: [Candidate]) {
    self = LeadVariant()
    for candidate in exact { add(candidate) }
  }
}
