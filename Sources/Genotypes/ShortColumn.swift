/// A usual form of donor columns, read a word at a time in records of one ALT.
///
/// The forms are types of their own so that each has a loop of its own.
protocol ShortColumn {
  /// The dosage of the column, NaN where it is missing; nil for a column of another form.
  ///
  /// - Parameters:
  ///   - length: bytes of the column.
  ///   - readable: bytes that can be read at `column`, those of later columns included.
  func dosage(_ column: UnsafeRawPointer, length: Int, readable: Int) -> Float?
}

/// No usual form.
struct OtherColumn: ShortColumn {
  @inline(__always)
  func dosage(_ column: UnsafeRawPointer, length: Int, readable: Int) -> Float? { nil }
}

/// A diploid call that fills the column or ends at a colon: `0|1`, `./.:3`.
struct CallColumn: ShortColumn {
  @inline(__always)
  func dosage(_ column: UnsafeRawPointer, length: Int, readable: Int) -> Float? {
    guard readable >= 4 else { return nil }
    // Safe: four of the readable bytes.
    let word = UInt32(littleEndian: column.loadUnaligned(as: UInt32.self))
    guard length == 3 || length > 3 && word >> 24 == 0x3A else { return nil }
    // The bytes of "0|0" and "0/0"; a called ALT allele differs from them in one bit.
    let call = word & 0xFF_FFFF
    guard (call ^ 0x30_7C30) & 0xFE_FFFE == 0 || (call ^ 0x30_2F30) & 0xFE_FFFE == 0 else {
      return call == 0x2E_7C2E || call == 0x2E_2F2E ? .nan : nil
    }
    return Float(Int32(truncatingIfNeeded: (call & 1) &+ (call >> 16 & 1)))
  }
}

/// DS that fills the column, in a record without GT: `0.98`.
struct LastDosageColumn: ShortColumn {
  @inline(__always)
  func dosage(_ column: UnsafeRawPointer, length: Int, readable: Int) -> Float? {
    guard readable >= 8, length <= ShortDosage.maximumLength else { return nil }
    // Safe: eight of the readable bytes.
    let word = UInt64(littleEndian: column.loadUnaligned(as: UInt64.self))
    if length == 1, word & 0xFF == 0x2E { return .nan }
    return ShortDosage.value(word, length: length)
  }
}

/// DS with other subfields behind it: `.:0.1,0.9`, `0.98:0.02,0.98,0`.
struct InnerDosageColumn: ShortColumn {
  @inline(__always)
  func dosage(_ column: UnsafeRawPointer, length: Int, readable: Int) -> Float? {
    guard readable >= 8 else { return nil }
    // Safe: eight of the readable bytes.
    let word = UInt64(littleEndian: column.loadUnaligned(as: UInt64.self))
    let end = min(length, ShortDosage.place(of: UInt8(ascii: ":"), in: word))
    return LastDosageColumn().dosage(column, length: end, readable: readable)
  }
}

/// A diploid call, subfields that are passed over, and DS: `0|1:0.98:…`, `./.:.`, `0/1:7,0:0.98`.
struct CallThenColumn<Rest: ShortColumn>: ShortColumn {
  let rest: Rest
  /// How many subfields are passed over.
  var skipped = 0

  @inline(__always)
  func dosage(_ column: UnsafeRawPointer, length: Int, readable: Int) -> Float? {
    guard length > 4 else { return nil }
    // Safe: four bytes of the column.
    let word = UInt32(littleEndian: column.loadUnaligned(as: UInt32.self))
    guard
      (word ^ 0x3A30_7C30) & 0xFFFE_FFFE == 0 || (word ^ 0x3A30_2F30) & 0xFFFE_FFFE == 0
        || word == 0x3A2E_7C2E || word == 0x3A2E_2F2E
    else { return nil }
    var start = 4
    for _ in 0..<skipped {
      // Safe: stays in the column.
      while start < length, column.load(fromByteOffset: start, as: UInt8.self) != 0x3A {
        start &+= 1
      }
      start &+= 1
    }
    guard start < length else { return nil }
    return rest.dosage(column + start, length: length &- start, readable: readable &- start)
  }
}
