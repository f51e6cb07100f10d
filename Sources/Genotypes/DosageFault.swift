import BlockGzip

/// Something wrong in the donors' columns of a record, before it is put in words.
///
/// The decoder's inner loops hand out this small value; the message is made only when it is thrown.
struct DosageFault: Error {
  enum Kind {
    /// The record has this many donor columns.
    case columnCount(Int)
    case malformedGenotype
    /// The column has more subfields than FORMAT.
    case subfieldCount(Int)
    case alleleBeyondAlternates(alternateCount: Int)
    case malformedDosage
    case dosageOutOfRange(maximum: Int)
    case dosageCount(found: Int, expected: Int)
  }

  let kind: Kind
  /// The donor's column, counted from 0.
  let column: Int
  /// The subfield as it stands in the file.
  let text: String

  init(_ kind: Kind, column: Int = 0, text: String = "") {
    self.kind = kind
    self.column = column
    self.text = text
  }

  /// The fault in words, at the reader's current record.
  func error(reader: some RecordReader, donorIDs: [String]) -> InputError {
    let found = "'\(text)'"
    let donor = donorIDs[min(column, donorIDs.count - 1)]
    let cut = reader.isCutOff ? "the file looks cut off; copy it again" : nil
    switch kind {
    case .columnCount(let count):
      return Self.columnCountError(
        found: count + VCFHeader.fixedColumns.count,
        expected: donorIDs.count + VCFHeader.fixedColumns.count, reader: reader)
    case .subfieldCount(let expected):
      return reader.error(
        "column has more subfields than FORMAT", column: donor, found: found,
        expected: "at most \(expected), with colons between", advice: cut ?? "mend the record")
    case .malformedGenotype:
      return reader.error(
        "malformed genotype", column: donor, found: found,
        expected: "GT of one or two alleles such as 0/1, 1|1, 0 or ./.",
        advice: cut ?? "mend the record")
    case .alleleBeyondAlternates(let count):
      return reader.error(
        "allele index beyond ALT", column: donor, found: found,
        expected: "allele numbers 0 to \(count)", advice: cut ?? "mend the record")
    case .malformedDosage:
      return reader.error(
        "malformed dosage", column: donor, found: found, expected: "DS as a finite number or '.'",
        advice: cut ?? "mend the record; write missing dosages as '.'")
    case .dosageOutOfRange(let maximum):
      return reader.error(
        "dosage out of range", column: donor, found: found,
        expected: "DS from 0 to \(maximum) (0.01 beyond is taken for rounding)",
        advice: cut ?? "check that DS counts ALT alleles")
    case .dosageCount(let count, let expected):
      return reader.error(
        "wrong number of dosages", column: donor, found: "\(found) (\(count) values)",
        expected: "\(expected), one DS value per ALT", advice: cut ?? "mend the record")
    }
  }

  /// The message for a record whose number of columns is not the header's.
  static func columnCountError(
    found: Int, expected: Int, reader: some RecordReader
  ) -> InputError {
    let cut = reader.isCutOff && found < expected
    return reader.error(
      found < expected ? "record has too few columns" : "record has too many columns",
      column: "column \(min(found, expected) + 1)",
      found: "\(found) columns\(cut ? " in a last line without its line end" : "")",
      expected: "\(expected) tab-separated columns, as in the header",
      advice: cut ? "the file looks cut off; copy it again" : "mend the record")
  }
}
