/// `PREFIX.pairs.idx`: where in the table of pairs the rows of a variant are, and in results of all
/// pairs those of a gene.
///
/// Little-endian: a head of 32 bytes (`PairIndexHead`), sorted entries of 16 bytes (`PairIndexEntry`),
/// the chromosomes' names by number with a zero byte behind each, and the CRC-32 of all that. An id
/// stands as a hash: what lies at its places has to be filtered by the id itself, which makes
/// collisions and ids at several places harmless.
package enum PairIndex {
  package static let suffix = ".pairs.idx"

  /// What an id names.
  package enum Kind: UInt8, Sendable {
    case variant = 1
    case gene = 2
  }

  /// Bits of a position within the stretches that genes are filed under, as tabix has them.
  static let leastGeneBits = 14

  /// FNV-1a over kind and id, mixed as MurmurHash3 ends
  /// (Fowler, Noll and Vo, draft-eastlake-fnv; Appleby, MurmurHash3 `fmix64`).
  ///
  /// - Parameter mask: of the hash's bits; tests leave few to make ids collide.
  package static func hash(
    _ kind: Kind, _ id: UnsafeRawBufferPointer, mask: UInt64 = .max
  ) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    hash = (hash ^ UInt64(kind.rawValue)) &* 0x100_0000_01B3
    for byte in id { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return (hash ^ (hash >> 33)) & mask
  }
}
