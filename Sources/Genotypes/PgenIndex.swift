import BlockGzip

/// Where the records of a `.pgen` file lie and how they are stored, block by block.
struct PgenIndex {
  private let file: BinaryFile
  private let header: PgenHeader
  /// The block that the arrays below are of; -1 for none.
  private var block = -1
  private var types: [UInt8] = []
  /// Where the block's records start, and where its last one ends.
  private var offsets: [Int] = []
  /// Alleles of the block's variants, REF with them; empty where they are not stored.
  private var alleleCounts: [Int] = []

  /// - Throws: `InputError` for a file whose size is not what its header says.
  init(_ file: BinaryFile, header: PgenHeader) throws(InputError) {
    self.file = file
    self.header = header
    if header.mode == 0x10 {
      if header.blockCount > 0 { try load(block: header.blockCount - 1) }
    } else {
      let size = header.size + header.variantCount * fixedWidth
      guard file.size == size else { throw Self.wrongSize(file, expected: size, header) }
    }
  }

  /// Bytes of each record of a file with records of one width.
  private var fixedWidth: Int {
    (header.donorCount + 3) / 4
      + (header.mode == 3 ? 2 : header.mode == 4 ? 4 : 0) * header.donorCount
  }

  /// The type of a record and the bytes it takes up in the file.
  ///
  /// - Throws: `InputError` for a damaged header.
  mutating func place(of record: Int) throws(InputError) -> (type: UInt8, bytes: Range<Int>) {
    guard header.mode == 0x10 else {
      let start = header.size + record * fixedWidth
      let type: UInt8 = header.mode == 3 ? 0x40 : header.mode == 4 ? 0xC0 : 0
      return (type, start..<(start + fixedWidth))
    }
    try load(block: record / PgenHeader.blockSize)
    let index = record % PgenHeader.blockSize
    return (types[index], offsets[index]..<offsets[index + 1])
  }

  /// The last record before `record` that is stored whole; nil where none is in its block.
  ///
  /// - Throws: `InputError` for a damaged header.
  mutating func base(of record: Int) throws(InputError) -> Int? {
    try load(block: record / PgenHeader.blockSize)
    let index = types[..<(record % PgenHeader.blockSize)].lastIndex {
      !PgenCalls.needsBase(type: $0)
    }
    return index.map { block * PgenHeader.blockSize + $0 }
  }

  /// Alleles of a variant as the file has them, REF with them; nil where it does not.
  mutating func alleleCount(of record: Int) throws(InputError) -> Int? {
    guard header.mode == 0x10, header.alleleCountSize > 0 else { return nil }
    try load(block: record / PgenHeader.blockSize)
    return alleleCounts[record % PgenHeader.blockSize]
  }

  /// Whether any record has dosages.
  ///
  /// - Throws: `InputError` for a damaged header.
  mutating func hasDosages() throws(InputError) -> Bool {
    guard header.mode == 0x10 else { return header.mode > 2 }
    for block in 0..<header.blockCount {
      try load(block: block)
      if types.contains(where: PgenDosages.isPresent) { return true }
    }
    return false
  }

  private mutating func load(block next: Int) throws(InputError) {
    if next == block { return }
    block = -1
    let count = header.variants(inBlock: next)
    var place = header.placeOfTypes(block: next)
    let typeBytes = PackedBits.byteCount(count, width: header.typeWidth)
    let packed = try file.bytes(at: place, count: typeBytes)
    types = (0..<count).map {
      UInt8(PackedBits.value($0, width: header.typeWidth, of: packed))
    }
    place += typeBytes
    let lengths = try file.bytes(at: place, count: count * header.lengthSize)
    var lengthsOfRecords: [Int] = []
    for index in 0..<count {
      lengthsOfRecords.append(
        PackedBits.value(index, width: 8 * header.lengthSize, of: lengths))
    }
    place += count * header.lengthSize
    let counts = try file.bytes(at: place, count: count * header.alleleCountSize)
    alleleCounts =
      header.alleleCountSize == 0
      ? []
      : (0..<count).map { PackedBits.value($0, width: 8 * header.alleleCountSize, of: counts) }
    offsets = [try offset(ofBlock: next)]
    for length in lengthsOfRecords { offsets.append(offsets[offsets.count - 1] + length) }
    let end = next + 1 < header.blockCount ? try offset(ofBlock: next + 1) : file.size
    guard offsets[count] == end else {
      throw Self.wrongSize(
        file, expected: file.size + offsets[count] - end, header)
    }
    block = next
  }

  private func offset(ofBlock block: Int) throws(InputError) -> Int {
    let bytes = try file.bytes(at: header.placeOfOffset(block: block), count: 8)
    let offset = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard offset >= header.size, offset <= file.size else {
      throw InputError(
        "malformed .pgen header", path: file.path,
        found: "records of block \(block + 1) at byte \(offset)",
        expected: "between the header's \(header.size) bytes and the file's \(file.size)",
        advice: "the file looks cut off or damaged; copy or make it again")
    }
    return Int(offset)
  }

  private static func wrongSize(
    _ file: BinaryFile, expected: Int, _ header: PgenHeader
  ) -> InputError {
    InputError(
      "size does not fit the header", path: file.path, found: "\(file.size) bytes",
      expected:
        "\(expected) bytes for \(header.variantCount) variants of \(header.donorCount) donors",
      advice: "the file looks cut off or damaged; copy or make it again")
  }
}
