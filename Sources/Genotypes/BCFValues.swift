import CHTSlib

/// One FORMAT field of a BCF record: the same number of typed values for every donor.
struct BCFValues {
  /// One value of a donor.
  enum Integer: Equatable {
    case value(Int)
    case missing
    /// The donor has fewer values than the field has room for.
    case end
  }

  /// Bits of the floats that BCF reserves.
  static let missingFloat: UInt32 = 0x7F80_0001
  static let endFloat: UInt32 = 0x7F80_0002

  let base: UnsafeRawPointer
  /// Values per donor.
  let width: Int
  /// Bytes per donor.
  let stride: Int
  /// One of htslib's `BCF_BT_` types.
  let type: Int32

  /// Nil for a field without values.
  init?(_ format: bcf_fmt_t) {
    guard let base = format.p, format.n > 0 else { return nil }
    self.base = UnsafeRawPointer(base)
    width = Int(format.n)
    stride = Int(format.size)
    type = format.type
  }

  var isInteger: Bool { type == BCF_BT_INT8 || type == BCF_BT_INT16 || type == BCF_BT_INT32 }
  var isFloat: Bool { type == BCF_BT_FLOAT }

  /// Value `index` of donor column `column`; the field must be of integers.
  @inline(__always)
  func integer(_ column: Int, _ index: Int) -> Integer {
    // Safe: htslib checked that the record holds `width` values for every donor.
    let donor = base + column * stride
    switch type {
    case BCF_BT_INT8: return Self.integer(donor.load(fromByteOffset: index, as: Int8.self))
    case BCF_BT_INT16:
      return Self.integer(donor.loadUnaligned(fromByteOffset: 2 * index, as: Int16.self))
    default: return Self.integer(donor.loadUnaligned(fromByteOffset: 4 * index, as: Int32.self))
    }
  }

  @inline(__always)
  private static func integer<Stored: FixedWidthInteger & SignedInteger>(
    _ stored: Stored
  ) -> Integer {
    if stored == Stored.min { return .missing }
    return stored == Stored.min + 1 ? .end : .value(Int(stored))
  }

  /// The bits of value `index` of donor column `column`; the field must be of floats.
  @inline(__always)
  func floatBits(_ column: Int, _ index: Int) -> UInt32 {
    // Safe: as in `integer`.
    (base + column * stride).loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
  }

  /// Value `index` as a number: NaN where missing, nil where the donor has no such value.
  ///
  /// A NaN that the file holds comes as infinity, because neither is a dosage.
  @inline(__always)
  func number(_ column: Int, _ index: Int) -> Float? {
    if isFloat {
      let bits = floatBits(column, index)
      if bits == Self.endFloat { return nil }
      if bits == Self.missingFloat { return .nan }
      let value = Float(bitPattern: bits)
      return value.isNaN ? .infinity : value
    }
    return switch integer(column, index) {
    case .value(let value): Float(value)
    case .missing: .nan
    case .end: nil
    }
  }

  /// How many values donor column `column` has.
  func count(_ column: Int) -> Int {
    var count = 0
    while count < width, number(column, count) != nil { count += 1 }
    return count
  }

  /// The numbers of donor column `column` as text, as VCF would have them.
  func numberText(_ column: Int) -> String {
    (0..<count(column)).map { index in
      if isFloat {
        let bits = floatBits(column, index)
        if bits == Self.missingFloat { return "." }
        let text = Float(bitPattern: bits).description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
      }
      if case .value(let value) = integer(column, index) { return String(value) }
      return "."
    }.joined(separator: ",")
  }

  /// The genotype of donor column `column` as text, as VCF would have it.
  func genotypeText(_ column: Int) -> String {
    var text = ""
    for index in 0..<width {
      let value = integer(column, index)
      if value == .end { break }
      var allele = "."
      var isPhased = false
      if case .value(let bits) = value {
        if bits >> 1 != 0 { allele = String((bits >> 1) - 1) }
        isPhased = bits & 1 == 1
      }
      if index > 0 { text += isPhased ? "|" : "/" }
      text += allele
    }
    return text
  }

  /// The call of donor column `column`, nil when it has more than two alleles or invalid ones;
  /// a donor without values is missing.
  @inline(__always)
  func call(_ column: Int) -> GenotypeCall? {
    guard let first = allele(column, 0) else {
      if integer(column, 0) == .end {
        return GenotypeCall(first: GenotypeCall.missing, second: GenotypeCall.absent)
      }
      return nil
    }
    if width == 1 || integer(column, 1) == .end {
      return GenotypeCall(first: first, second: GenotypeCall.absent)
    }
    guard let second = allele(column, 1), width == 2 || integer(column, 2) == .end else {
      return nil
    }
    return GenotypeCall(first: first, second: second)
  }

  @inline(__always)
  private func allele(_ column: Int, _ index: Int) -> Int? {
    switch integer(column, index) {
    case .missing: GenotypeCall.missing
    case .end: nil
    // A value is the allele number plus one, shifted left over the phase bit; 0 is missing, which
    // is `GenotypeCall.missing` after the subtraction.
    case .value(let bits): bits >= 0 ? (bits >> 1) - 1 : nil
    }
  }
}
