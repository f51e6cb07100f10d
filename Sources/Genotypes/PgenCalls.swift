/// The called genotypes of one `.pgen` record in two bits a donor: 0 to 2 count ALT, 3 is missing.
///
/// It holds the record that later ones are stored as differences to.
struct PgenCalls {
  let donorCount: Int
  /// The codes of the record last read.
  private(set) var packed: [UInt8]
  /// The codes of the record last read that was stored whole.
  private var base: [UInt8]
  /// Which record that is.
  private(set) var baseRecord: Int?
  private var list = PgenDonorList()

  init(donorCount: Int) {
    self.donorCount = donorCount
    packed = Array(repeating: 0, count: (donorCount + 3) / 4)
    base = packed
  }

  /// Whether a record of this type is stored as differences to another.
  static func needsBase(type: UInt8) -> Bool { type & 7 == 2 || type & 7 == 3 }

  /// The code of a donor.
  @inline(__always)
  func code(_ donor: Int) -> UInt8 { packed[donor >> 2] >> UInt8(2 * (donor & 3)) & 3 }

  /// Reads the main track of a record.
  ///
  /// - Precondition: the base of a record of differences was read last of all whole records.
  /// - Throws: a fault of the track.
  mutating func read(
    record: Int, type: UInt8, _ cursor: inout PgenCursor
  ) throws(PgenFault) {
    switch type & 7 {
    case 0:
      let bytes = try cursor.take(packed.count)
      packed.withUnsafeMutableBytes { $0.copyMemory(from: bytes) }
    case 1: try readTwoCodes(&cursor)
    case 2, 3:
      guard baseRecord != nil else { throw .withoutBase }
      packed.withUnsafeMutableBytes { target in
        base.withUnsafeBytes { target.copyMemory(from: $0) }
      }
      try readDifferences(&cursor)
      // plink2 swaps last: the codes of the differences are those before it.
      if type & 7 == 3 { swapAlleles() }
    case 4: try readDifferences(to: 0x00, &cursor)
    case 6: try readDifferences(to: 0xAA, &cursor)
    case 7: try readDifferences(to: 0xFF, &cursor)
    default: throw .unknownMainTrack
    }
    if !Self.needsBase(type: type) {
      base.withUnsafeMutableBytes { target in
        packed.withUnsafeBytes { target.copyMemory(from: $0) }
      }
      baseRecord = record
    }
  }

  /// Two frequent codes told apart by one bit, and a list of the donors with others.
  private mutating func readTwoCodes(_ cursor: inout PgenCursor) throws(PgenFault) {
    let pair = try cursor.byte()
    guard [1, 2, 3, 5, 6, 9].contains(pair) else { throw .unknownMainTrack }
    let low = pair >> 2
    let difference = pair & 3
    let bits = try cursor.take(PackedBits.byteCount(donorCount, width: 1))
    for index in packed.indices {
      let four = bits[index >> 1] >> UInt8(4 * (index & 1)) & 15
      // Each of the four bits at the lower place of two; no sum exceeds 3, so none carries.
      let spread = four & 1 | four << 1 & 4 | four << 2 & 16 | four << 3 & 64
      packed[index] = low &* 0x55 &+ spread &* difference
    }
    try readDifferences(&cursor)
  }

  private mutating func readDifferences(
    to four: UInt8, _ cursor: inout PgenCursor
  ) throws(PgenFault) {
    for index in packed.indices { packed[index] = four }
    try readDifferences(&cursor)
  }

  private mutating func readDifferences(_ cursor: inout PgenCursor) throws(PgenFault) {
    try list.read(&cursor, donorCount: donorCount, hasCodes: true)
    for (donor, code) in zip(list.donors, list.codes) {
      let shift = UInt8(2 * (donor & 3))
      let place = Int(donor >> 2)
      packed[place] = packed[place] & ~(3 << shift) | code << shift
    }
  }

  /// 0 becomes 2 and 2 becomes 0.
  private mutating func swapAlleles() {
    for index in packed.indices { packed[index] ^= (~packed[index] & 0x55) << 1 }
  }

  /// Donors with a code.
  func count(of code: UInt8) -> Int {
    // Both bits of a donor are set where the code is this one.
    let pattern = ~(code &* 0x55)
    var count = 0
    for index in 0..<(donorCount / 4) {
      let equal = packed[index] ^ pattern
      count &+= (equal & equal >> 1 & 0x55).nonzeroBitCount
    }
    for donor in (donorCount / 4 * 4)..<donorCount where self.code(donor) == code { count += 1 }
    return count
  }
}
