/// Where a row stands in the pairs table: by chromosome (the genotype file's order), position,
/// gene (the expression file's order), ALT, and the variant's place in the file.
struct PairRowKey: Sendable, Comparable {
  var chromosome: Int
  var position: Int
  var gene: Int
  /// The ALT allele, for variants at one position.
  var alternate: String
  var variant: Int

  static func < (left: PairRowKey, right: PairRowKey) -> Bool {
    if left.chromosome != right.chromosome { return left.chromosome < right.chromosome }
    if left.position != right.position { return left.position < right.position }
    if left.gene != right.gene { return left.gene < right.gene }
    if left.alternate != right.alternate {
      return left.alternate.utf8.lexicographicallyPrecedes(right.alternate.utf8)
    }
    return left.variant < right.variant
  }
}
