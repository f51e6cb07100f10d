import Tables

/// The site columns of one record; the bytes belong to the reader and last until its next record.
struct RecordSite {
  var chromosome = UnsafeRawBufferPointer(start: nil, count: 0)
  /// One-based.
  var position = 0
  var id = UnsafeRawBufferPointer(start: nil, count: 0)
  var reference = UnsafeRawBufferPointer(start: nil, count: 0)
  /// The ALT alleles; empty where ALT is `.`.
  var alternates: [UnsafeRawBufferPointer] = []

  /// Whether the record has an id of its own.
  var hasID: Bool { !id.isEmpty && !(id.count == 1 && id[0] == UInt8(ascii: ".")) }

  /// Whether `allele` is `*`, `.` or symbolic (`<DEL>`).
  static func isWithoutSequence(_ allele: UnsafeRawBufferPointer) -> Bool {
    switch allele.first {
    case UInt8(ascii: "*"), UInt8(ascii: "<"), UInt8(ascii: "."): true
    default: false
    }
  }

  /// `chrom_pos_ref_alt`, the id of a variant whose record has none; `allele` counts from one.
  func madeID(allele: Int) -> TextBuffer {
    var text = TextBuffer(capacity: 64)
    text.append(bytes: chromosome)
    text.append(byte: UInt8(ascii: "_"))
    text.append(position)
    for bytes in [reference, alternates[allele - 1]] {
      text.append(byte: UInt8(ascii: "_"))
      text.append(bytes: bytes)
    }
    return text
  }

  /// The variant of ALT allele `allele`, counted from one.
  func variant(allele: Int, chromosome: Int) -> Variant {
    let id =
      hasID
      ? String(decoding: id, as: UTF8.self)
      : madeID(allele: allele).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    return Variant(
      chromosome: chromosome, position: position, id: id,
      reference: String(decoding: reference, as: UTF8.self),
      alternate: String(decoding: alternates[allele - 1], as: UTF8.self))
  }
}
