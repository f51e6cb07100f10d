/// A row's place in the table and its size, as runs hold it in memory and on disk: 32 bytes.
struct StoredRow: Sendable {
  /// As `VariantKey` has them.
  let site: UInt64
  let alternate: UInt64
  let gene: UInt32
  let variant: UInt32
  /// Bytes of the row's text, line end included.
  let textLength: UInt32
  /// Bytes of ALT behind the eighth, held apart from the text.
  let tailLength: UInt32

  init(_ variant: VariantKey, gene: Int, textLength: Int) {
    site = variant.site
    alternate = variant.alternate
    self.gene = UInt32(gene)
    self.variant = variant.number
    self.textLength = UInt32(textLength)
    tailLength = UInt32(variant.alternateTail.count)
  }

  var chromosome: Int { Int(site >> 40) }
  var position: Int { Int(site & (1 << 40 - 1)) }

  /// Whether this row comes before `other`; `tails` is asked for the ends of both ALTs only where
  /// nothing before them decides.
  @inline(__always)
  func precedes(
    _ other: StoredRow, tails: () -> (ArraySlice<UInt8>, ArraySlice<UInt8>)
  ) -> Bool {
    if site != other.site { return site < other.site }
    if gene != other.gene { return gene < other.gene }
    if alternate != other.alternate { return alternate < other.alternate }
    if tailLength | other.tailLength != 0 {
      let (own, others) = tails()
      if own != others { return own.lexicographicallyPrecedes(others) }
    }
    return variant < other.variant
  }
}
