import BlockGzip
import Tables

/// Variants of a dosage table: `chrom pos variant_id ref alt` and one column per donor, separated
/// by tabs; plain, gzip or BGZF, read through from the start.
///
/// Dosages are numbers from 0 to 2; `NA` and empty fields are missing. A `#` before the header is
/// accepted, and `id` for `variant_id`. An id `.` becomes `chrom_pos_ref_alt`.
package final class DosageTableSource: RecordSource {
  package let path: String
  package let donorIDs: [String]
  package var counts: GenotypeCounts { selection.counts }
  package var chromosomes: [String] { selection.chromosomes }
  package let fieldDescription = "a dosage table"
  package var notes: [String] { reader.notes }

  let reader: LineReader
  var selection: AlleleSelection
  var handedOut: Int?
  var selectedDonorCount: Int { donors.selectedCount }
  private var donors: DonorSlots
  /// The open row.
  private var row: DosageTableRow
  /// Whether the first row, read when the file was opened, is still to be used.
  private var isAtFirst = true

  /// Opens the file and reads its header and first row.
  ///
  /// - Parameters:
  ///   - selection: rows outside it are checked for order and columns, and counted.
  ///   - requiresEndMarker: whether a BGZF file without its end-of-file block is refused.
  /// - Throws: `InputError` for an unreadable file, a malformed header or no rows.
  package init(
    path: String, selection: VariantSelection, requiresEndMarker: Bool = true
  ) throws(InputError) {
    self.path = path
    self.selection = AlleleSelection(selection, words: .table)
    reader = try LineReader(path: path, requiresEndMarker: requiresEndMarker)
    donorIDs = try DosageTableHeader(reader: reader).donorIDs
    donors = DonorSlots(columnCount: donorIDs.count)
    guard let line = try reader.next() else {
      throw reader.error(
        "no rows after the header", found: "the end of the file", expected: "a row per variant",
        advice: "the file may have been cut or filtered to nothing; make it again")
    }
    row = try DosageTableRow(line, donorCount: donorIDs.count, reader: reader)
  }

  package func select(donors: [Int]) {
    self.donors = DonorSlots(columnCount: donorIDs.count, selected: donors)
  }

  package func nextBatch(maximumVariants: Int) throws(InputError) -> DosageBatch? {
    try fillBatch(maximumVariants: maximumVariants)
  }

  func decode(
    _ alleles: ArraySlice<Int>, isFirstPass: Bool, to dosages: inout [Float]
  ) throws(InputError) {
    do throws(DosageFault) {
      try row.append(donors, to: &dosages, clamped: &selection.counts.clampedDosages)
    } catch {
      throw DosageTableRow.error(error, reader: reader, donorIDs: donorIDs)
    }
  }

  func advance() throws(InputError) -> Bool {
    while try nextRow() {
      try selection.enter(chromosome: row.bytes(row.chromosome), reader: reader)
      try selection.enter(
        position: parseInteger(row.bytes(row.position)), text: row.string(row.position),
        reader: reader)
      selection.site.id = row.bytes(row.id)
      selection.site.reference = row.bytes(row.reference)
      selection.site.alternates.removeAll(keepingCapacity: true)
      selection.site.alternates.append(row.bytes(row.alternate))
      try selection.enterAlleles(reader: reader)
      if !selection.isInRegion {
        selection.leaveOut()
      } else if selection.keep(field: .ds) {
        return true
      }
      try checkColumnCount()
    }
    return false
  }

  private func nextRow() throws(InputError) -> Bool {
    if isAtFirst {
      isAtFirst = false
      return true
    }
    guard let line = try reader.nextRow() else { return false }
    row = try DosageTableRow(line, donorCount: donorIDs.count, reader: reader)
    return true
  }

  /// Skipped rows are checked as well, because a wrong count betrays a damaged file.
  private func checkColumnCount() throws(InputError) {
    var tabs = 0
    for byte in row.bytes(row.donors) where byte == UInt8(ascii: "\t") { tabs &+= 1 }
    guard tabs + 1 == donorIDs.count else {
      throw DosageTableRow.error(
        DosageFault(.columnCount(tabs + 1)), reader: reader, donorIDs: donorIDs)
    }
  }
}
