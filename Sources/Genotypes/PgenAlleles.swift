/// Both alleles of every donor in a `.pgen` record with several ALT alleles.
struct PgenAlleles {
  /// The allele that stands for a missing call.
  private static let missing: Int32 = -1

  private var first: [Int32] = []
  private var second: [Int32] = []
  private var list = PgenDonorList()

  /// Takes in calls, all ALT alleles being the first, and the record's patches of others.
  ///
  /// - Parameter hasPatches: whether the record has the track of multi-allelic calls.
  /// - Throws: a fault of that track.
  mutating func read(
    _ calls: PgenCalls, alternateCount: Int, hasPatches: Bool, _ cursor: inout PgenCursor
  ) throws(PgenFault) {
    first.removeAll(keepingCapacity: true)
    second.removeAll(keepingCapacity: true)
    for donor in 0..<calls.donorCount {
      let code = calls.code(donor)
      first.append(code == 3 ? Self.missing : code == 2 ? 1 : 0)
      second.append(code == 3 ? Self.missing : code == 0 ? 0 : 1)
    }
    guard hasPatches else { return }
    let formats = try cursor.byte()
    try patchOne(calls, alternateCount, format: formats & 15, &cursor)
    try patchTwo(calls, alternateCount, format: formats >> 4, &cursor)
  }

  /// How often a donor has `allele`; NaN where the call is missing.
  @inline(__always)
  func dosage(donor: Int, allele: Int) -> Float {
    if first[donor] == Self.missing { return .nan }
    return (first[donor] == allele ? 1 : 0) + (second[donor] == allele ? 1 : 0)
  }

  /// Calls of REF with an ALT after the first.
  private mutating func patchOne(
    _ calls: PgenCalls, _ alternateCount: Int, format: UInt8, _ cursor: inout PgenCursor
  ) throws(PgenFault) {
    guard let donors = try patched(calls, code: 1, format: format, &cursor) else { return }
    let width =
      switch alternateCount {
      case ...2: 0
      case 3: 1
      case ...5: 2
      case ...17: 4
      case ...257: 8
      case ...65537: 16
      default: 24
      }
    let values = try cursor.take(PackedBits.byteCount(donors.count, width: width))
    for (index, donor) in donors.enumerated() {
      let allele = 2 + (width == 0 ? 0 : PackedBits.value(index, width: width, of: values))
      guard allele <= alternateCount else { throw .malformedAlleles }
      second[Int(donor)] = Int32(allele)
    }
  }

  /// Calls of two ALT alleles other than twice the first.
  private mutating func patchTwo(
    _ calls: PgenCalls, _ alternateCount: Int, format: UInt8, _ cursor: inout PgenCursor
  ) throws(PgenFault) {
    guard let donors = try patched(calls, code: 2, format: format, &cursor) else { return }
    if alternateCount == 2 {
      let bits = try cursor.take(PackedBits.byteCount(donors.count, width: 1))
      for (index, donor) in donors.enumerated() {
        if PackedBits.value(index, width: 1, of: bits) == 1 { first[Int(donor)] = 2 }
        second[Int(donor)] = 2
      }
      return
    }
    let width =
      switch alternateCount {
      case ...4: 2
      case ...16: 4
      case ...256: 8
      case ...65536: 16
      default: 24
      }
    let values = try cursor.take(PackedBits.byteCount(2 * donors.count, width: width))
    for (index, donor) in donors.enumerated() {
      let low = 1 + PackedBits.value(2 * index, width: width, of: values)
      let high = 1 + PackedBits.value(2 * index + 1, width: width, of: values)
      guard low <= alternateCount, high <= alternateCount else { throw .malformedAlleles }
      first[Int(donor)] = Int32(low)
      second[Int(donor)] = Int32(high)
    }
  }

  /// The donors of a patch: by a bit for each donor with the code, or as a list; nil for no patch.
  private mutating func patched(
    _ calls: PgenCalls, code: UInt8, format: UInt8, _ cursor: inout PgenCursor
  ) throws(PgenFault) -> [Int32]? {
    switch format {
    case 15: return nil
    case 0:
      let bits = try cursor.take(PackedBits.byteCount(calls.count(of: code), width: 1))
      var donors: [Int32] = []
      var place = 0
      for donor in 0..<calls.donorCount where calls.code(donor) == code {
        if PackedBits.value(place, width: 1, of: bits) == 1 { donors.append(Int32(donor)) }
        place += 1
      }
      return donors
    case 1:
      try list.read(&cursor, donorCount: calls.donorCount, hasCodes: false)
      return list.donors
    default: throw .malformedAlleles
    }
  }
}
