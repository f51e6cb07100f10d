import BlockGzip
import CHTSlib

/// Variants of a BCF file, read by htslib: through from the start, or by its index where regions are
/// selected.
///
/// The same data give the same variants, dosages and counts as through `VCFTextSource`; errors
/// name the number of the record where that names the line.
package final class BCFSource: RecordSource {
  /// The fields of the open record, or the record as text where DS is stored as text.
  private enum Plan {
    case values(BCFDosageDecoder.Plan)
    case text(VCFRecord, FormatPlan)
  }

  package let path: String
  package let donorIDs: [String]
  package var counts: GenotypeCounts { selection.counts }
  package var chromosomes: [String] { selection.chromosomes }
  package var fieldDescription: String { usedFields.description }
  package private(set) var notes: [String] = []
  package private(set) var warnings: [String] = []

  let reader: BCFReader
  var selection: AlleleSelection
  var handedOut: Int?
  private(set) var selectedDonorCount: Int
  private let field: DosageField?
  private let dosageNumber: Int32
  private let genotypeNumber: Int32
  private var plan: Plan
  private var usedFields: UsedFields
  private var decoder: BCFDosageDecoder
  private var textDecoder: DosageDecoder
  /// Whether the first record, read when the file was opened, is still to be used.
  private var isAtFirst = true
  private var isIndexed = false

  /// Opens the file and reads its header and first record.
  ///
  /// - Parameters:
  ///   - field: where dosages come from; nil takes DS where a record has it, else GT.
  ///   - selection: records outside it are checked for order, and counted.
  ///   - requiresEndMarker: whether a BGZF file without its end-of-file block is refused.
  /// - Throws: `InputError` for an unreadable file, content other than BCF, a malformed header, no
  ///   records, or a first record without a usable FORMAT field.
  package init(
    path: String, field: DosageField?, selection: VariantSelection,
    requiresEndMarker: Bool = true
  ) throws(InputError) {
    self.path = path
    self.field = field
    self.selection = AlleleSelection(selection)
    let reader = try BCFReader(path: path, requiresEndMarker: requiresEndMarker)
    self.reader = reader
    donorIDs = reader.donorIDs
    let slots = DonorSlots(columnCount: donorIDs.count)
    selectedDonorCount = donorIDs.count
    decoder = BCFDosageDecoder(slots)
    textDecoder = DosageDecoder(slots)
    let dosageNumber = reader.number(ofFormat: DosageField.ds.rawValue)
    let genotypeNumber = reader.number(ofFormat: DosageField.gt.rawValue)
    self.dosageNumber = dosageNumber
    self.genotypeNumber = genotypeNumber
    guard try reader.next() else { throw VCFTextSource.noRecords(reader) }
    let first = try Self.plan(
      reader: reader, wanted: field, dosageNumber: dosageNumber, genotypeNumber: genotypeNumber)
    plan = first.plan
    usedFields = UsedFields(first.field)
    try seekRegions(selection.regions)
  }

  /// Goes on with the regions alone where the file has an index.
  private func seekRegions(_ regions: [GenomicRegion]?) throws(InputError) {
    guard let regions else { return }
    guard reader.isBlocked,
      let index = try RegionIndex(path: path, regions: regions, header: reader.header)
    else {
      notes = [RegionIndex.absence(path)]
      return
    }
    warnings = index.warning.map { [$0] } ?? []
    notes = [index.note(path)]
    try reader.restrict(to: index.ranges)
    selection.restrict(toIndexed: index.chromosomes)
    isAtFirst = false
    isIndexed = true
  }

  package func select(donors: [Int]) {
    let slots = DonorSlots(columnCount: donorIDs.count, selected: donors)
    selectedDonorCount = slots.selectedCount
    decoder = BCFDosageDecoder(slots)
    textDecoder = DosageDecoder(slots)
  }

  package func nextBatch(maximumVariants: Int) throws(InputError) -> DosageBatch? {
    do throws(InputError) {
      return try fillBatch(maximumVariants: maximumVariants)
    } catch {
      throw isIndexed ? RegionIndex.doubting(error, at: selection) : error
    }
  }

  func decode(
    _ alleles: ArraySlice<Int>, isFirstPass: Bool, to dosages: inout [Float]
  ) throws(InputError) {
    let alternateCount = selection.site.alternates.count
    do throws(DosageFault) {
      switch plan {
      case .values(let plan):
        try decoder.append(
          alleles, alternateCount: alternateCount, plan: plan, isFirstPass: isFirstPass,
          to: &dosages, counts: &selection.counts)
      case .text(let record, let plan):
        try textDecoder.append(
          alleles, of: record, alternateCount: alternateCount, plan: plan,
          isFirstPass: isFirstPass, to: &dosages, counts: &selection.counts
        ) { $0 }
      }
    } catch { throw error.error(reader: reader, donorIDs: donorIDs) }
  }

  func advance() throws(InputError) -> Bool {
    while try nextRecord() {
      try selection.enter(chromosome: reader.chromosome, reader: reader)
      // htslib counts from 0, with -1 for a position 0 of the text.
      let position = Int(reader.record.pointee.pos) + 1
      try selection.enter(position: position, text: String(position), reader: reader)
      readSite()
      try selection.enterAlleles(reader: reader)
      if selection.isInRegion {
        let next = try Self.plan(
          reader: reader, wanted: field, dosageNumber: dosageNumber, genotypeNumber: genotypeNumber)
        plan = next.plan
        usedFields.insert(next.field)
        if selection.keep(field: next.field) { return true }
      } else {
        selection.leaveOut()
      }
    }
    return false
  }

  private func nextRecord() throws(InputError) -> Bool {
    if isAtFirst {
      isAtFirst = false
    } else if try !reader.next() {
      return false
    }
    let count = Int(reader.record.pointee.n_sample)
    guard count == donorIDs.count || reader.record.pointee.n_fmt == 0 else {
      throw reader.error(
        count < donorIDs.count ? "record has too few donors" : "record has too many donors",
        found: "\(count) donors", expected: "\(donorIDs.count) donors, as in the header",
        advice: "make the file again, for example with bcftools view -O b")
    }
    return true
  }

  private func readSite() {
    let record = reader.record
    selection.site.id = BCFReader.bytes(record.pointee.d.id)
    selection.site.reference = BCFReader.bytes(nil)
    selection.site.alternates.removeAll(keepingCapacity: true)
    guard let alleles = record.pointee.d.allele, record.pointee.n_allele > 0 else { return }
    // Safe: htslib holds `n_allele` strings after unpacking.
    selection.site.reference = BCFReader.bytes(alleles[0])
    for index in 1..<max(1, Int(record.pointee.n_allele)) {
      selection.site.alternates.append(BCFReader.bytes(alleles[index]))
    }
  }

  private static func plan(
    reader: BCFReader, wanted: DosageField?, dosageNumber: Int32, genotypeNumber: Int32
  ) throws(InputError) -> (plan: Plan, field: DosageField) {
    let formats = try reader.formats()
    let dosage = dosageNumber < 0 ? nil : formats.first { $0.id == dosageNumber }
    let genotype = genotypeNumber < 0 ? nil : formats.first { $0.id == genotypeNumber }
    let field = wanted ?? (dosage == nil ? .gt : .ds)
    guard let chosen = field == .ds ? dosage : genotype else {
      throw FormatPlan.noUsableField(
        formats.map { reader.name(of: $0) }, wanted: wanted, reader: reader)
    }
    let genotypes = genotype.flatMap { BCFValues($0) }
    if let genotypes, !genotypes.isInteger {
      throw reader.error(
        "GT is not stored as genotypes", column: "FORMAT", found: "another type",
        expected: "integers, as the BCF specification has them",
        advice: "make the file again, for example with bcftools view -O b")
    }
    let values = BCFValues(chosen)
    if field == .ds, let values, !values.isFloat, !values.isInteger {
      // Headers that lack DS, or call it a String, leave it as text in BCF.
      let line = try reader.textLine()
      guard let record = VCFRecord(line) else {
        throw DosageFault(.columnCount(0)).error(reader: reader, donorIDs: reader.donorIDs)
      }
      let format = record.bytes(record.format)
      return (
        .text(record, try FormatPlan(format: format, wanted: field, reader: reader)), field
      )
    }
    return (
      .values(BCFDosageDecoder.Plan(field: field, values: values, genotypes: genotypes)), field
    )
  }
}
