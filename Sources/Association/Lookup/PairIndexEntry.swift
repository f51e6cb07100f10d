/// One place of one id.
struct PairIndexEntry: Comparable {
  static let bytes = 16

  var hash: UInt64
  /// In the order of the table.
  var chromosome: UInt32
  /// Of a variant; for a gene the first position of a stretch that has rows of it.
  var position: UInt32

  static func < (left: PairIndexEntry, right: PairIndexEntry) -> Bool {
    if left.hash != right.hash { return left.hash < right.hash }
    if left.chromosome != right.chromosome { return left.chromosome < right.chromosome }
    return left.position < right.position
  }
}
