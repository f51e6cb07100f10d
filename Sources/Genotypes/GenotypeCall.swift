/// The alleles of one GT subfield.
struct GenotypeCall: Equatable {
  static let missing = -1
  static let absent = -2

  /// Allele index, or `missing`.
  var first: Int
  /// Allele index, `missing`, or `absent` in a haploid call.
  var second: Int

  /// Whether any allele is missing; half-missing calls have no dosage.
  var isMissing: Bool { first == Self.missing || second == Self.missing }
  /// Whether the call has one allele.
  var isHaploid: Bool { second == Self.absent }

  /// How often `allele` was called.
  func count(of allele: Int) -> Int { (first == allele ? 1 : 0) + (second == allele ? 1 : 0) }

  init(first: Int, second: Int) {
    self.first = first
    self.second = second
  }

  /// Reads `0`, `0/1`, `.|.`, `10/2` and the like; a leading phase mark (VCF 4.4) is allowed.
  ///
  /// Nil for anything else, calls of more than two alleles included.
  @inline(__always)
  init?(_ line: UnsafeRawBufferPointer, from start: Int, to end: Int) {
    var index = start
    if end - start > 1, Self.isPhaseMark(line[index]) { index += 1 }
    guard let first = Self.allele(line, &index, end) else { return nil }
    self.first = first
    if index == end {
      second = Self.absent
      return
    }
    guard Self.isPhaseMark(line[index]) else { return nil }
    index += 1
    guard let second = Self.allele(line, &index, end), index == end else { return nil }
    self.second = second
  }

  @inline(__always)
  private static func isPhaseMark(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "|") || byte == UInt8(ascii: "/")
  }

  @inline(__always)
  private static func allele(
    _ line: UnsafeRawBufferPointer, _ index: inout Int, _ end: Int
  ) -> Int? {
    guard index < end else { return nil }
    if line[index] == UInt8(ascii: ".") {
      index += 1
      return missing
    }
    let start = index
    var value = 0
    while index < end {
      let digit = line[index] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      value = value &* 10 &+ Int(digit)
      index += 1
    }
    // Nine digits cannot overflow, and no record has a billion alleles.
    return index > start && index - start < 10 ? value : nil
  }
}
