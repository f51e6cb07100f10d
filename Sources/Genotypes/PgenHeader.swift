import BlockGzip

/// The first bytes of a `.pgen` file of PLINK 2's own storage modes.
struct PgenHeader {
  /// Variants of a block, whose records lie one behind the other.
  static let blockSize = 1 << 16
  private static let fixedSize = 12

  /// 2, 3 or 4 for records of one width, 0x10 for records of different widths.
  let mode: UInt8
  let variantCount: Int
  let donorCount: Int
  /// Bits of a record's type; 0 in files of one width.
  let typeWidth: Int
  /// Bytes of a record's length.
  let lengthSize: Int
  /// Bytes of a variant's allele count; 0 where they are not stored.
  let alleleCountSize: Int
  /// Whether a bit for each variant says that its reference is provisional.
  private let hasFlags: Bool

  /// - Precondition: the file has `magic` and a mode of those above.
  /// - Throws: `InputError` for a header that is cut or of a kind that the format does not define.
  init(_ file: BinaryFile) throws(InputError) {
    let bytes = try file.bytes(at: 0, count: Self.fixedSize)
    mode = bytes[2]
    variantCount = Int(
      UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 3, as: UInt32.self)))
    donorCount = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 7, as: UInt32.self)))
    let form = bytes[11]
    guard form & 15 < 8, mode == 0x10 || form & 15 == 0 else {
      throw InputError(
        "malformed .pgen header", path: file.path, found: "form \(form & 15) of record lengths",
        expected: "0 to 7", advice: "make the file again with plink2 --make-pgen")
    }
    typeWidth = mode == 0x10 ? (form & 4 == 0 ? 4 : 8) : 0
    lengthSize = mode == 0x10 ? Int(form & 3) + 1 : 0
    alleleCountSize = Int(form >> 4 & 3)
    hasFlags = form >> 6 == 3
  }

  var blockCount: Int { (variantCount + Self.blockSize - 1) / Self.blockSize }

  /// Variants of a block.
  func variants(inBlock block: Int) -> Int {
    min(Self.blockSize, variantCount - block * Self.blockSize)
  }

  /// Where the offset of a block's first record stands.
  func placeOfOffset(block: Int) -> Int { Self.fixedSize + 8 * block }

  /// Where the types of a block's records stand, of a file of different widths.
  func placeOfTypes(block: Int) -> Int {
    Self.fixedSize + 8 * blockCount + block * size(variants: Self.blockSize)
  }

  /// Bytes of the header.
  var size: Int {
    guard mode == 0x10 else {
      return Self.fixedSize + (hasFlags ? PackedBits.byteCount(variantCount, width: 1) : 0)
    }
    guard blockCount > 0 else { return Self.fixedSize }
    return placeOfTypes(block: blockCount - 1)
      + size(variants: variants(inBlock: blockCount - 1))
  }

  /// Bytes that describe `count` records of a block.
  private func size(variants count: Int) -> Int {
    PackedBits.byteCount(count, width: typeWidth) + count * (lengthSize + alleleCountSize)
      + (hasFlags ? PackedBits.byteCount(count, width: 1) : 0)
  }
}
