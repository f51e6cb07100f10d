/// An ascending list of donors in a `.pgen` record (the format's "difflist"), with or without a
/// two-bit code for each.
struct PgenDonorList {
  /// Donors of one group; each group starts with a donor's number, the others are differences.
  private static let groupSize = 64

  private(set) var donors: [Int32] = []
  /// A code for each of `donors`; empty in a list without codes.
  private(set) var codes: [UInt8] = []

  /// Reads a list.
  ///
  /// - Throws: a fault for a list that is cut, not ascending, or has donors beyond `donorCount`.
  mutating func read(
    _ cursor: inout PgenCursor, donorCount: Int, hasCodes: Bool
  ) throws(PgenFault) {
    donors.removeAll(keepingCapacity: true)
    codes.removeAll(keepingCapacity: true)
    let count = try cursor.number()
    guard count > 0 else { return }
    guard count <= donorCount else { throw .malformedList }
    let groups = (count + Self.groupSize - 1) / Self.groupSize
    let width = Self.numberWidth(donorCount)
    let firsts = try cursor.take(groups * width / 8)
    // The byte sizes of all groups but the last serve readers that skip groups.
    _ = try cursor.take(groups - 1)
    let packed = hasCodes ? try cursor.take(PackedBits.byteCount(count, width: 2)) : nil
    var donor = -1
    for index in 0..<count {
      let next =
        index % Self.groupSize == 0
        ? PackedBits.value(index / Self.groupSize, width: width, of: firsts)
        : donor + (try cursor.number())
      guard next > donor, next < donorCount else { throw .malformedList }
      donor = next
      donors.append(Int32(donor))
      if let packed { codes.append(UInt8(PackedBits.value(index, width: 2, of: packed))) }
    }
  }

  /// Bits of a donor's number.
  private static func numberWidth(_ donorCount: Int) -> Int {
    switch donorCount {
    case ...0x100: 8
    case ...0x1_0000: 16
    case ...0x100_0000: 24
    default: 32
    }
  }
}
