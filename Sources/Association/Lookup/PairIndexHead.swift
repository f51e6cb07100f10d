/// The first bytes of an index.
struct PairIndexHead: Equatable {
  static let bytes = 32
  static let magic = Array("SQTLIDX1".utf8)

  var entries: Int
  var chromosomes: Int
  /// Bytes of the chromosomes' names with their zeros.
  var nameBytes: Int
  /// Bits of a position within a stretch; 0 where genes have no entries.
  var geneBits: Int

  /// Bytes of a whole file with this head.
  var fileBytes: Int { Self.bytes + entries * PairIndexEntry.bytes + nameBytes + 4 }

  init(entries: Int, chromosomes: Int, nameBytes: Int, geneBits: Int) {
    self.entries = entries
    self.chromosomes = chromosomes
    self.nameBytes = nameBytes
    self.geneBits = geneBits
  }

  /// Reads a head; nil where it is none.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.bytes, bytes.prefix(8).elementsEqual(Self.magic) else { return nil }
    func word(_ offset: Int) -> Int {
      Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
    let count = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    // More entries than any disk holds would overflow the size of the file.
    guard count < 1 << 48, word(24) < 32 else { return nil }
    self.init(
      entries: Int(count), chromosomes: word(16), nameBytes: word(20), geneBits: word(24))
  }

  /// The head as the file has it; four bytes at its end are zero.
  var encoded: [UInt8] {
    func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
      withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
    return Self.magic + bytes(UInt64(entries)) + bytes(UInt32(chromosomes))
      + bytes(UInt32(nameBytes)) + bytes(UInt32(geneBits)) + bytes(UInt32(0))
  }
}
