import Genotypes

/// A variant's part of a row's place in the pairs table, made once for all its genes.
struct VariantKey: Sendable, Equatable {
  /// Chromosome (the genotype file's order) in the upper 24 bits, position in the lower 40.
  let site: UInt64
  /// The first eight bytes of ALT, the first of them uppermost, zeros behind a shorter one: as a
  /// number it orders as the bytes do.
  let alternate: UInt64
  /// The bytes of ALT behind the eighth.
  let alternateTail: [UInt8]
  /// The variant's place in the genotype file.
  let number: UInt32

  /// - Precondition: `chromosome` is below 2^24, `position` below 2^40, `number` below 2^32.
  init(chromosome: Int, position: Int, alternate: String, number: Int) {
    site = Self.site(chromosome: chromosome, position: position)
    var prefix: UInt64 = 0
    for (place, byte) in alternate.utf8.prefix(8).enumerated() {
      prefix |= UInt64(byte) << UInt64(8 * (7 - place))
    }
    self.alternate = prefix
    alternateTail = Array(alternate.utf8.dropFirst(8))
    self.number = UInt32(number)
  }

  private static func site(chromosome: Int, position: Int) -> UInt64 {
    precondition(
      0..<(1 << 24) ~= chromosome && 0..<(1 << 40) ~= position,
      "chromosome \(chromosome), position \(position)")
    return UInt64(chromosome) << 40 | UInt64(position)
  }
}
