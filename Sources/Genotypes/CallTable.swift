/// Dosages of packed calls: two bits per donor, the first donor in the lowest bits of a byte.
struct CallTable: Sendable {
  /// PLINK 1: 0 is two effect alleles, 1 missing, 2 one, 3 none.
  static let bed = CallTable([2, .nan, 1, 0])
  /// PLINK 2: 0 to 2 count ALT, 3 is missing.
  static let pgen = CallTable([0, 1, 2, .nan])

  /// The dosage of each code.
  private let dosages: SIMD4<Float>
  /// The four dosages of each byte.
  private let fours: [SIMD4<Float>]

  private init(_ dosages: SIMD4<Float>) {
    self.dosages = dosages
    fours = (0..<256).map { byte in
      SIMD4(
        dosages[byte & 3], dosages[byte >> 2 & 3], dosages[byte >> 4 & 3], dosages[byte >> 6])
    }
  }

  /// Writes a dosage per selected donor.
  ///
  /// - Precondition: `packed` has two bits for every donor of the file; `output` has room for the
  ///   selected ones.
  func write(
    _ packed: UnsafeRawBufferPointer, donors: DonorColumns, to output: UnsafeMutablePointer<Float>
  ) {
    precondition(
      packed.count >= (donors.fileCount + 3) / 4,
      "\(packed.count) bytes for \(donors.fileCount) donors")
    guard let base = packed.baseAddress else { return }
    if let columns = donors.columns {
      gather(base, columns, to: output)
    } else {
      writeAll(base, donors.fileCount, to: output)
    }
  }

  private func writeAll(
    _ packed: UnsafeRawPointer, _ count: Int, to output: UnsafeMutablePointer<Float>
  ) {
    let target = UnsafeMutableRawPointer(output)
    let whole = count / 4
    fours.withUnsafeBufferPointer { fours in
      // Safe: `fours` has 256 entries; four floats go to 4 · index < count.
      for index in 0..<whole {
        let byte = packed.load(fromByteOffset: index, as: UInt8.self)
        target.storeBytes(
          of: fours[Int(byte)], toByteOffset: 16 &* index, as: SIMD4<Float>.self)
      }
    }
    guard count % 4 > 0 else { return }
    let last = fours[Int(packed.load(fromByteOffset: whole, as: UInt8.self))]
    for donor in 0..<(count % 4) { output[4 * whole + donor] = last[donor] }
  }

  private func gather(
    _ packed: UnsafeRawPointer, _ columns: [Int32], to output: UnsafeMutablePointer<Float>
  ) {
    withUnsafeBytes(of: dosages) { dosages in
      // Safe: columns are below the donors of the file, codes below 4.
      for (slot, column) in columns.enumerated() {
        let byte = packed.load(fromByteOffset: Int(column) >> 2, as: UInt8.self)
        let code = Int(byte >> UInt8(truncatingIfNeeded: (column & 3) &* 2)) & 3
        output[slot] = dosages.load(fromByteOffset: 4 &* code, as: Float.self)
      }
    }
  }
}
