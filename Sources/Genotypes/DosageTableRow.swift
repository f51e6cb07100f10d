import BlockGzip
import Glibc
import Tables

/// Where the columns of one row of a dosage table lie; holds no copies.
struct DosageTableRow {
  /// The line without its end; valid until the reader's next line.
  let line: UnsafeRawBufferPointer
  let chromosome: Range<Int>
  let position: Range<Int>
  let id: Range<Int>
  let reference: Range<Int>
  let alternate: Range<Int>
  /// All donors' columns.
  let donors: Range<Int>

  /// - Throws: `InputError` when the line has fewer than 6 columns.
  init(
    _ line: UnsafeRawBufferPointer, donorCount: Int, reader: LineReader
  ) throws(InputError) {
    var start = 0
    // Safe: memchr stays inside [start, line.count), and start ≤ line.count always.
    func field() -> Range<Int>? {
      guard let base = line.baseAddress,
        let tab = memchr(base + start, Int32(UInt8(ascii: "\t")), line.count - start)
      else { return nil }
      let end = UnsafeRawPointer(tab) - base
      defer { start = end + 1 }
      return start..<end
    }
    guard let chromosome = field(), let position = field(), let id = field(),
      let reference = field(), let alternate = field()
    else { throw Self.tooFewColumns(line, donorCount: donorCount, reader: reader) }
    self.line = line
    self.chromosome = chromosome
    self.position = position
    self.id = id
    self.reference = reference
    self.alternate = alternate
    donors = start..<line.count
  }

  /// The bytes of a column.
  func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: line[range])
  }

  /// The text of a column.
  func string(_ range: Range<Int>) -> String { String(decoding: line[range], as: UTF8.self) }

  /// Appends a dosage per selected donor.
  ///
  /// - Throws: the first fault of the row.
  func append(
    _ slots: DonorSlots, to dosages: inout [Float], clamped: inout Int
  ) throws(DosageFault) {
    let start = dosages.count
    // Missing until read; `repeatElement` keeps the array's geometric growth.
    dosages.append(contentsOf: repeatElement(Float.nan, count: slots.selectedCount))
    var fault: DosageFault?
    dosages.withUnsafeMutableBufferPointer { all in
      // Safe: `selectedCount` values follow `start`, and slots are below selectedCount.
      guard let base = all.baseAddress else { return }
      do throws(DosageFault) {
        try read(slots.slots, into: base + start, clamped: &clamped)
      } catch { fault = error }
    }
    if let fault { throw fault }
  }

  private func read(
    _ slots: [Int32], into output: UnsafeMutablePointer<Float>, clamped: inout Int
  ) throws(DosageFault) {
    let columns = bytes(donors)
    var column = 0
    var start = 0
    while column < slots.count, start <= columns.count {
      var end = start
      while end < columns.count, columns[end] != UInt8(ascii: "\t") { end += 1 }
      let slot = Int(slots[column])
      if slot >= 0 {
        let digit = end - start == 1 ? columns[start] &- UInt8(ascii: "0") : 255
        // Tables made from called genotypes hold little else than single digits.
        output[slot] =
          digit <= 2
          ? Float(digit) : try Self.dosage(columns, start, end, column: column, clamped: &clamped)
      }
      start = end + 1
      column += 1
    }
    guard column == slots.count, start == columns.count + 1 else {
      var tabs = 0
      for byte in columns where byte == UInt8(ascii: "\t") { tabs += 1 }
      throw DosageFault(.columnCount(tabs + 1))
    }
  }

  private static func dosage(
    _ columns: UnsafeRawBufferPointer, _ start: Int, _ end: Int, column: Int, clamped: inout Int
  ) throws(DosageFault) -> Float {
    let text = UnsafeRawBufferPointer(rebasing: columns[start..<end])
    if text.isEmpty || text.elementsEqual("NA".utf8) { return .nan }
    let value = parseDouble(text).map(Float.init) ?? .nan
    if let dosage = DosageRange.dosage(value, maximum: 2, clamped: &clamped) { return dosage }
    // Long enough for any real number, short enough for a message about a damaged file.
    throw DosageFault(
      value.isFinite ? .dosageOutOfRange(maximum: 2) : .malformedDosage, column: column,
      text: String(decoding: text.prefix(40), as: UTF8.self))
  }

  /// A fault in words, at the reader's current line.
  static func error(
    _ fault: DosageFault, reader: LineReader, donorIDs: [String]
  ) -> InputError {
    let donor = donorIDs[min(fault.column, donorIDs.count - 1)]
    let cut = reader.isCutOff ? "the file looks cut off; copy it again" : nil
    switch fault.kind {
    case .columnCount(let count):
      let before = DosageTableHeader.fixedColumns.count
      return DosageFault.columnCountError(
        found: count + before, expected: donorIDs.count + before, reader: reader)
    case .dosageOutOfRange:
      return reader.error(
        "dosage out of range", column: donor, found: "'\(fault.text)'",
        expected: "a dosage from 0 to 2 (0.01 beyond is taken for rounding)",
        advice: cut ?? "check that the table holds ALT dosages")
    default:
      return reader.error(
        "malformed dosage", column: donor, found: "'\(fault.text)'",
        expected: "a number from 0 to 2, NA or an empty field",
        advice: cut ?? "mend the row; write missing dosages as NA")
    }
  }

  private static func tooFewColumns(
    _ line: UnsafeRawBufferPointer, donorCount: Int, reader: LineReader
  ) -> InputError {
    var fields = Fields(separator: .tab)
    fields.split(line)
    if fields.count == 1, line.contains(UInt8(ascii: " ")) {
      return reader.error(
        "row is separated by spaces", found: "spaces", expected: "tabs",
        advice: "put tabs between the columns")
    }
    return DosageFault.columnCountError(
      found: fields.count, expected: donorCount + DosageTableHeader.fixedColumns.count,
      reader: reader)
  }
}
