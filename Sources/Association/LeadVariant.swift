import Genotypes
import MixedModels

/// One gene's most significant variant so far, and those that tie with it.
///
/// Of the variants whose p-value lies within 1e-9 (relative) of the smallest, the one at the
/// smallest position leads, then the first in file order. Candidates are kept, not just the
/// leader, so that the choice does not depend on how the gene's variants are split into chunks.
struct LeadVariant: Sendable {
  struct Candidate: Sendable {
    var logPValue: Double
    var variant: Variant
    /// Place in the genotype file.
    var fileIndex: Int
    var frequency: Double
    var fit: PairFit
  }

  private(set) var candidates: [Candidate] = []

  /// log(1 + 1e-9).
  private static let tie = 1e-9

  var leader: Candidate? {
    candidates.min {
      ($0.variant.chromosome, $0.variant.position, $0.fileIndex)
        < ($1.variant.chromosome, $1.variant.position, $1.fileIndex)
    }
  }

  /// Takes in a variant; NaN p-values are passed over.
  mutating func add(_ logPValue: Double, candidate: () -> Candidate) {
    guard !logPValue.isNaN else { return }
    let smallest = candidates.reduce(Double.infinity) { min($0, $1.logPValue) }
    guard logPValue <= smallest + Self.tie else { return }
    if logPValue < smallest {
      candidates.removeAll { $0.logPValue > logPValue + Self.tie }
    }
    candidates.append(candidate())
  }

  mutating func add(_ other: LeadVariant) {
    for candidate in other.candidates { add(candidate.logPValue) { candidate } }
  }
}
