import BlockGzip

/// Variants of a genotype file in file order, with dosages in an order of donors the caller picks.
package protocol GenotypeSource: AnyObject {
  /// The file as the user named it; of several files, a text that stands for them in messages.
  var path: String { get }
  /// All files that are read.
  var paths: [String] { get }
  /// What the format calls the allele that dosages count.
  var effectAllele: String { get }
  /// Every donor of the file, in file order.
  var donorIDs: [String] { get }
  /// Chromosome names in order of first appearance among the variants read so far.
  var chromosomes: [String] { get }
  /// What was read, skipped and mended so far.
  var counts: GenotypeCounts { get }
  /// Where the dosages read so far came from, in words.
  var fieldDescription: String { get }
  /// What was met and passed over so far, each a sentence for a mention.
  var notes: [String] { get }
  /// What was met that may make results other than expected, each a sentence for a warning.
  var warnings: [String] { get }

  /// Picks the donors whose dosages `nextBatch` returns: indices into `donorIDs`, in the order
  /// wanted. Called once, before the first batch.
  func select(donors: [Int])

  /// The next variants: at most `maximumVariants` (and at least one), all of one chromosome; nil
  /// after the last.
  ///
  /// - Throws: `InputError` for malformed or unsorted records and damaged files.
  func nextBatch(maximumVariants: Int) throws(InputError) -> DosageBatch?
}

extension GenotypeSource {
  package var paths: [String] { [path] }
  package var effectAllele: String { "ALT" }
  package var warnings: [String] { [] }
}

/// Counts of what a genotype source read, skipped and mended.
package struct GenotypeCounts: Sendable, Equatable {
  /// Records of the file read so far.
  package var records = 0
  /// Alleles skipped because they have no dosage (`*`, symbolic, no ALT).
  package var allelesWithoutDosage = 0
  /// Dosages up to 0.01 outside 0…2 that were clamped.
  package var clampedDosages = 0
  /// Haploid genotype calls, read with their ploidy.
  package var haploidCalls = 0
  /// Alleles that repeat REF and ALT of an earlier variant at their position under another id.
  package var sharedSites = 0
  /// Alleles that a variant selection left out.
  package var deselected = 0

  package init() {}

  static func + (left: GenotypeCounts, right: GenotypeCounts) -> GenotypeCounts {
    var sum = left
    sum.records += right.records
    sum.allelesWithoutDosage += right.allelesWithoutDosage
    sum.clampedDosages += right.clampedDosages
    sum.haploidCalls += right.haploidCalls
    sum.sharedSites += right.sharedSites
    sum.deselected += right.deselected
    return sum
  }
}
