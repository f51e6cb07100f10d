import BlockGzip
import Tables

/// Variants of a VCF text file: plain, gzip or BGZF, read through from the start, or by its index
/// where regions are selected.
///
/// A record with several ALT alleles gives one variant per ALT, all with the record's id; they are
/// told apart by their alleles. An id `.` becomes `chrom_pos_ref_alt`.
package final class VCFTextSource: RecordSource {
  package let path: String
  package let donorIDs: [String]
  package var counts: GenotypeCounts { selection.counts }
  package var chromosomes: [String] { selection.chromosomes }
  package var fieldDescription: String { usedFields.description }

  let reader: LineReader
  var selection: AlleleSelection
  var handedOut: Int?
  private(set) var selectedDonorCount: Int
  private let field: DosageField?
  private var plan: FormatPlan
  private var usedFields: UsedFields
  private var decoder: DosageDecoder
  /// The first record's line, read when the file was opened.
  private var firstLine: UnsafeRawBufferPointer?
  /// What is to be said about the index, or the lack of one.
  private var indexNotes: [String] = []
  package private(set) var warnings: [String] = []
  /// The open record.
  private var record: VCFRecord

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
    self.selection = AlleleSelection(selection)
    reader = try LineReader(path: path, requiresEndMarker: requiresEndMarker)
    donorIDs = try VCFHeader(reader: reader).donorIDs
    selectedDonorCount = donorIDs.count
    decoder = DosageDecoder(DonorSlots(columnCount: donorIDs.count))
    guard let line = try reader.next() else { throw Self.noRecords(reader) }
    guard let record = VCFRecord(line) else {
      throw Self.tooFewColumns(line, donorCount: donorIDs.count, reader: reader)
    }
    plan = try FormatPlan(format: record.bytes(record.format), wanted: field, reader: reader)
    usedFields = UsedFields(plan.field)
    firstLine = line
    self.record = record
    try seekRegions(selection.regions)
  }

  /// Goes on with the regions alone where the file has an index.
  private func seekRegions(_ regions: [GenomicRegion]?) throws(InputError) {
    guard let regions else { return }
    guard reader.isBlocked, let index = try RegionIndex(path: path, regions: regions) else {
      indexNotes = [RegionIndex.absence(path)]
      return
    }
    warnings = index.warning.map { [$0] } ?? []
    indexNotes = [index.note(path)]
    try reader.restrict(to: index.ranges)
    selection.restrict(toIndexed: index.chromosomes)
    firstLine = nil
  }

  package var notes: [String] { reader.notes + indexNotes }

  package func select(donors: [Int]) {
    let slots = DonorSlots(columnCount: donorIDs.count, selected: donors)
    selectedDonorCount = slots.selectedCount
    decoder = DosageDecoder(slots)
  }

  package func nextBatch(maximumVariants: Int) throws(InputError) -> DosageBatch? {
    do throws(InputError) {
      return try fillBatch(maximumVariants: maximumVariants)
    } catch {
      throw reader.hasLineNumbers ? error : RegionIndex.doubting(error, at: selection)
    }
  }

  func decode(
    _ alleles: ArraySlice<Int>, isFirstPass: Bool, to dosages: inout [Float]
  ) throws(InputError) {
    try decoder.append(
      alleles, of: record, alternateCount: selection.site.alternates.count, plan: plan,
      isFirstPass: isFirstPass, to: &dosages, counts: &selection.counts
    ) { [reader, donorIDs] (fault) in fault.error(reader: reader, donorIDs: donorIDs) }
  }

  func advance() throws(InputError) -> Bool {
    while let line = try nextLine() {
      guard let record = VCFRecord(line) else {
        throw Self.tooFewColumns(line, donorCount: donorIDs.count, reader: reader)
      }
      self.record = record
      try selection.enter(chromosome: record.bytes(record.chromosome), reader: reader)
      try selection.enter(
        position: parseInteger(record.bytes(record.position)),
        text: record.string(record.position), reader: reader)
      selection.site.id = record.bytes(record.id)
      selection.site.reference = record.bytes(record.reference)
      splitAlternates()
      try selection.enterAlleles(reader: reader)
      if selection.isInRegion {
        try updatePlan()
        if selection.keep(field: plan.field) { return true }
      } else {
        selection.leaveOut()
      }
      try checkColumnCount()
    }
    return false
  }

  private func nextLine() throws(InputError) -> UnsafeRawBufferPointer? {
    if let line = firstLine {
      firstLine = nil
      return line
    }
    return try reader.nextRow("record")
  }

  private func splitAlternates() {
    selection.site.alternates.removeAll(keepingCapacity: true)
    let column = record.alternate
    if column.count == 1, record.line[column.lowerBound] == UInt8(ascii: ".") { return }
    var start = column.lowerBound
    for index in column.lowerBound...column.upperBound
    where index == column.upperBound || record.line[index] == UInt8(ascii: ",") {
      selection.site.alternates.append(record.bytes(start..<index))
      start = index + 1
    }
  }

  private func updatePlan() throws(InputError) {
    let format = record.bytes(record.format)
    if format.elementsEqual(plan.format) { return }
    plan = try FormatPlan(format: format, wanted: field, reader: reader)
    usedFields.insert(plan.field)
  }

  /// Skipped records are checked as well, because a wrong count betrays a damaged file.
  private func checkColumnCount() throws(InputError) {
    var tabs = 0
    for byte in record.bytes(record.donors) where byte == UInt8(ascii: "\t") { tabs &+= 1 }
    guard tabs + 1 == donorIDs.count else {
      throw DosageFault(.columnCount(tabs + 1)).error(reader: reader, donorIDs: donorIDs)
    }
  }

  static func noRecords(_ reader: some RecordReader) -> InputError {
    reader.error(
      "no records after the header", found: "the end of the file", expected: "variant records",
      advice: "the file may have been cut or filtered to nothing; make it again")
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
