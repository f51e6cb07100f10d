import BlockGzip
import Tables

/// Variants of a VCF text file: plain, gzip or BGZF, read through from the start.
///
/// A record with several ALT alleles gives one variant per ALT, all with the record's id; they are
/// told apart by their alleles. An id `.` becomes `chrom_pos_ref_alt`.
package final class VCFTextSource: GenotypeSource {
  /// A record whose variants are being handed out.
  private struct OpenRecord {
    let record: VCFRecord
    let chromosome: Int
    let position: Int
    /// How many of the kept alleles are handed out already.
    var handedOut = 0
  }

  package let path: String
  package let donorIDs: [String]
  package private(set) var counts = GenotypeCounts()
  package var chromosomes: [String] { order.chromosomes }

  let reader: LineReader
  private let field: DosageField?
  private let region: GenomicRegion?
  private let ids: ByteStringSet?
  private var order = SiteOrder()
  private var isInRegion = true
  private var plan: FormatPlan
  private var usedFields: Set<DosageField> = []
  private var decoder: DosageDecoder
  /// The first record's line, read when the file was opened.
  private var firstLine: UnsafeRawBufferPointer?
  private var open: OpenRecord?
  /// The ALT column's alleles, as byte ranges in the line.
  private var alternates: [Range<Int>] = []
  /// One-based numbers of the ALT alleles that become variants.
  private var kept: [Int] = []

  /// Opens the file and reads its header and first record.
  ///
  /// - Parameters:
  ///   - field: where dosages come from; nil takes DS where a record has it, else GT.
  ///   - selection: records outside it are checked for order and columns, and counted.
  ///   - requiresEndMarker: whether a BGZF file without its end-of-file block is refused.
  /// - Throws: `InputError` for an unreadable file, BCF content, a malformed header, no records,
  ///   or a first record without a usable FORMAT field.
  package init(
    path: String, field: DosageField?, selection: VariantSelection,
    requiresEndMarker: Bool = true
  ) throws(InputError) {
    self.path = path
    self.field = field
    region = selection.region
    ids = selection.ids.map { ByteStringSet($0) }
    reader = try LineReader(path: path, requiresEndMarker: requiresEndMarker)
    donorIDs = try VCFHeader(reader: reader).donorIDs
    decoder = DosageDecoder(columnCount: donorIDs.count)
    guard let line = try reader.next() else {
      throw reader.error(
        "no records after the header", found: "the end of the file", expected: "variant records",
        advice: "the file may have been cut or filtered to nothing; make it again")
    }
    guard let record = VCFRecord(line) else {
      throw Self.tooFewColumns(line, donorCount: donorIDs.count, reader: reader)
    }
    plan = try FormatPlan(format: record.bytes(record.format), wanted: field, reader: reader)
    usedFields.insert(plan.field)
    firstLine = line
  }

  /// Which FORMAT field the dosages read so far came from, in words.
  package var fieldDescription: String {
    if usedFields.count > 1 { return "DS where the record has it, else GT" }
    return plan.field == .ds ? "DS (dosage)" : "GT (called genotype)"
  }

  /// Whether a byte-order mark or a carriage return was met and passed over, for a mention.
  package var textNotes: [String] {
    var notes: [String] = []
    if reader.sawByteOrderMark { notes.append("\(path) starts with a byte-order mark") }
    if reader.sawCarriageReturn { notes.append("\(path) has lines that end in CR LF") }
    return notes
  }

  package func select(donors: [Int]) {
    decoder = DosageDecoder(columnCount: donorIDs.count, selected: donors)
  }

  package func nextBatch(maximumVariants: Int) throws(InputError) -> DosageBatch? {
    precondition(maximumVariants > 0, "a batch of \(maximumVariants) variants")
    var variants: [Variant] = []
    var dosages: [Float] = []
    while variants.count < maximumVariants {
      if open == nil { open = try nextRecord() }
      guard var current = open else { break }
      if let first = variants.first, first.chromosome != current.chromosome { break }
      let alleles = kept[current.handedOut...].prefix(maximumVariants - variants.count)
      for allele in alleles { variants.append(variant(allele, of: current)) }
      try decoder.append(
        alleles, of: current.record, alternateCount: alternates.count, plan: plan,
        isFirstPass: current.handedOut == 0, to: &dosages, counts: &counts
      ) { [reader, donorIDs] (fault) in fault.error(reader: reader, donorIDs: donorIDs) }
      current.handedOut += alleles.count
      open = current.handedOut == kept.count ? nil : current
    }
    guard !variants.isEmpty else { return nil }
    return DosageBatch(variants: variants, donorCount: decoder.donorCount, dosages: dosages)
  }

  /// The next record with at least one kept allele.
  private func nextRecord() throws(InputError) -> OpenRecord? {
    while let line = try nextLine() {
      guard let record = VCFRecord(line) else {
        throw Self.tooFewColumns(line, donorCount: donorIDs.count, reader: reader)
      }
      counts.records += 1
      if try order.enter(chromosome: record.bytes(record.chromosome), reader: reader) {
        isInRegion = region?.isOnChromosome(named: order.chromosomes.last ?? "") ?? true
      }
      let position = try self.position(of: record)
      try order.enter(position: position, reader: reader)
      try splitAlternates(of: record)
      if isInRegion, region?.contains(position: position) ?? true {
        try updatePlan(for: record)
        keepAlleles(of: record)
        if !kept.isEmpty {
          return OpenRecord(
            record: record, chromosome: order.chromosomes.count - 1, position: position)
        }
      } else {
        counts.deselected += alternates.count
      }
      try checkColumnCount(of: record)
    }
    return nil
  }

  private func nextLine() throws(InputError) -> UnsafeRawBufferPointer? {
    if let line = firstLine {
      firstLine = nil
      return line
    }
    guard let line = try reader.next() else { return nil }
    guard line.isEmpty else { return line }
    let number = reader.lineNumber
    while let line = try reader.next() {
      guard line.isEmpty else {
        throw InputError(
          "empty line between records", path: path, line: number, found: "no columns",
          expected: "a record", advice: "remove the line")
      }
    }
    return nil
  }

  private func position(of record: VCFRecord) throws(InputError) -> Int {
    if let position = parseInteger(record.bytes(record.position)), position > 0 { return position }
    throw reader.error(
      "malformed position", column: "POS", found: "'\(record.string(record.position))'",
      expected: "a positive integer", advice: "mend the record")
  }

  /// Fills `alternates`, and takes alleles in for the check of duplicates.
  private func splitAlternates(of record: VCFRecord) throws(InputError) {
    alternates.removeAll(keepingCapacity: true)
    let column = record.alternate
    if column.count == 1, record.line[column.lowerBound] == UInt8(ascii: ".") { return }
    var start = column.lowerBound
    for index in column.lowerBound...column.upperBound {
      guard index == column.upperBound || record.line[index] == UInt8(ascii: ",") else { continue }
      guard index > start, !record.reference.isEmpty else {
        throw reader.error(
          "empty allele", column: record.reference.isEmpty ? "REF" : "ALT",
          found: "'\(record.string(column))'", expected: "alleles separated by commas, or '.'",
          advice: "mend the record")
      }
      alternates.append(start..<index)
      if !isWithoutSequence(record.line[start]) {
        let sharesSite = try order.enter(
          reference: record.bytes(record.reference), alternate: record.bytes(start..<index),
          id: record.bytes(record.id), reader: reader)
        if sharesSite { counts.sharedSites += 1 }
      }
      start = index + 1
    }
  }

  /// Whether an allele that starts with `byte` is `*`, `.` or symbolic (`<DEL>`).
  private func isWithoutSequence(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "*") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ".")
  }

  private func updatePlan(for record: VCFRecord) throws(InputError) {
    let format = record.bytes(record.format)
    if format.elementsEqual(plan.format) { return }
    plan = try FormatPlan(format: format, wanted: field, reader: reader)
    usedFields.insert(plan.field)
  }

  /// Fills `kept` with the alleles that have a dosage and are selected.
  private func keepAlleles(of record: VCFRecord) {
    kept.removeAll(keepingCapacity: true)
    if alternates.isEmpty { counts.allelesWithoutDosage += 1 }
    for (index, range) in alternates.enumerated() {
      if plan.field == .gt, isWithoutSequence(record.line[range.lowerBound]) {
        counts.allelesWithoutDosage += 1
      } else if isWanted(record, alternate: range) {
        kept.append(index + 1)
      } else {
        counts.deselected += 1
      }
    }
  }

  private func isWanted(_ record: VCFRecord, alternate: Range<Int>) -> Bool {
    guard let ids else { return true }
    if hasID(record) { return ids.contains(record.bytes(record.id)) }
    var made = TextBuffer(capacity: 64)
    append(madeIDOf: record, alternate: alternate, to: &made)
    return made.withUnsafeBytes { ids.contains($0) }
  }

  private func hasID(_ record: VCFRecord) -> Bool {
    !record.id.isEmpty
      && !(record.id.count == 1 && record.line[record.id.lowerBound] == UInt8(ascii: "."))
  }

  private func append(
    madeIDOf record: VCFRecord, alternate: Range<Int>, to text: inout TextBuffer
  ) {
    text.append(bytes: record.bytes(record.chromosome))
    for column in [record.position, record.reference, alternate] {
      text.append(byte: UInt8(ascii: "_"))
      text.append(bytes: record.bytes(column))
    }
  }

  private func variant(_ allele: Int, of current: OpenRecord) -> Variant {
    let record = current.record
    let alternate = alternates[allele - 1]
    var id = ""
    if hasID(record) {
      id = record.string(record.id)
    } else {
      var made = TextBuffer(capacity: 64)
      append(madeIDOf: record, alternate: alternate, to: &made)
      id = made.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
    return Variant(
      chromosome: current.chromosome, position: current.position, id: id,
      reference: record.string(record.reference), alternate: record.string(alternate))
  }

  /// Skipped records are checked as well, because a wrong count betrays a damaged file.
  private func checkColumnCount(of record: VCFRecord) throws(InputError) {
    var tabs = 0
    for byte in record.bytes(record.donors) where byte == UInt8(ascii: "\t") { tabs &+= 1 }
    guard tabs + 1 == donorIDs.count else {
      throw DosageFault(.columnCount(tabs + 1)).error(reader: reader, donorIDs: donorIDs)
    }
  }

  private static func tooFewColumns(
    _ line: UnsafeRawBufferPointer, donorCount: Int, reader: LineReader
  ) -> InputError {
    var fields = Fields(separator: .tab)
    fields.split(line)
    if line.first == UInt8(ascii: "#") {
      return reader.error(
        "header line among the records", found: "a line that starts with '#'",
        expected: "a record", advice: "join VCF files with bcftools concat")
    }
    if fields.count == 1, line.contains(UInt8(ascii: " ")) {
      return reader.error(
        "record is separated by spaces", found: "spaces", expected: "tabs",
        advice: "put tabs between the columns")
    }
    return DosageFault.columnCountError(
      found: fields.count, expected: donorCount + VCFHeader.fixedColumns.count, reader: reader)
  }
}
