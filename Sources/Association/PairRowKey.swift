/// Where a row stands in the pairs table: by chromosome (the genotype file's order), position,
/// gene (the expression file's order), ALT, and the variant's place in the file.
struct PairRowKey: Sendable, Comparable {
  var variant: VariantKey
  /// - Invariant: below 2^32.
  var gene: Int

  static func < (left: PairRowKey, right: PairRowKey) -> Bool {
    let a = left.variant
    let b = right.variant
    if a.site != b.site { return a.site < b.site }
    if left.gene != right.gene { return left.gene < right.gene }
    if a.alternate != b.alternate { return a.alternate < b.alternate }
    if a.alternateTail != b.alternateTail {
      return a.alternateTail.lexicographicallyPrecedes(b.alternateTail)
    }
    return a.number < b.number
  }
}
