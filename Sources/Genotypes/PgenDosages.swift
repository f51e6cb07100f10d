/// The dosages of a `.pgen` record with one ALT allele; donors without one have their call's.
struct PgenDosages {
  /// The stored number that stands for two alleles.
  private static let twoAlleles: UInt16 = 0x8000
  private static let missing: UInt16 = 0xFFFF

  private var list = PgenDonorList()

  /// Whether a record of this type has dosages.
  static func isPresent(type: UInt8) -> Bool { type & 0x60 != 0 }

  /// Puts the record's dosages over those of its calls.
  ///
  /// - Parameter cursor: behind the main track.
  /// - Throws: a fault of the tracks.
  mutating func read(
    type: UInt8, calls: PgenCalls, donors: DonorColumns, _ cursor: inout PgenCursor,
    to output: UnsafeMutablePointer<Float>
  ) throws(PgenFault) {
    if type & 0x10 != 0 { try skipPhase(calls, &cursor) }
    let slots = donors.slots.slots
    let count: Int
    switch type & 0x60 {
    case 0x20:
      try list.read(&cursor, donorCount: calls.donorCount, hasCodes: false)
      count = list.donors.count
      let values = try cursor.take(2 * count)
      for (index, donor) in list.donors.enumerated() {
        try Self.put(index, of: values, slots[Int(donor)], output)
      }
    case 0x40:
      count = calls.donorCount
      let values = try cursor.take(2 * count)
      for donor in 0..<count { try Self.put(donor, of: values, slots[donor], output) }
    default:
      let bits = try cursor.take(PackedBits.byteCount(calls.donorCount, width: 1))
      count = PackedBits.ones(calls.donorCount, of: bits)
      let values = try cursor.take(2 * count)
      var index = 0
      for place in bits.indices {
        var eight = bits[place]
        while eight != 0, index < count {
          let donor = 8 * place + eight.trailingZeroBitCount
          try Self.put(index, of: values, slots[donor], output)
          index += 1
          eight &= eight - 1
        }
      }
    }
    if type & 0x80 != 0 { try skipPhasedDosages(type: type, dosageCount: count, &cursor) }
  }

  @inline(__always)
  private static func put(
    _ index: Int, of values: UnsafeRawBufferPointer, _ slot: Int32,
    _ output: UnsafeMutablePointer<Float>
  ) throws(PgenFault) {
    let value = UInt16(
      littleEndian: values.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
    if value == missing { return }
    guard value <= twoAlleles else { throw .malformedDosage }
    // Safe: slots are below the selected donors, for which `output` has room. Sixteen bits are
    // exact in single precision.
    if slot >= 0 { output[Int(slot)] = Float(value) * 0x1p-14 }
  }

  /// The track of phases has a bit that says whether a bit for each heterozygous call follows,
  /// then a bit for each phased one.
  private func skipPhase(_ calls: PgenCalls, _ cursor: inout PgenCursor) throws(PgenFault) {
    let heterozygous = calls.count(of: 1)
    let bits = try cursor.take(PackedBits.byteCount(heterozygous + 1, width: 1))
    guard bits[0] & 1 == 1 else { return }
    let phased = PackedBits.ones(heterozygous + 1, of: bits) - 1
    _ = try cursor.take(PackedBits.byteCount(phased, width: 1))
  }

  private func skipPhasedDosages(
    type: UInt8, dosageCount: Int, _ cursor: inout PgenCursor
  ) throws(PgenFault) {
    if type & 0x60 == 0x40 {
      _ = try cursor.take(2 * dosageCount)
      return
    }
    let bits = try cursor.take(PackedBits.byteCount(dosageCount, width: 1))
    _ = try cursor.take(2 * PackedBits.ones(dosageCount, of: bits))
  }
}
