import BlockGzip
import Tables

/// Variants of a PLINK file set, read through from the start.
///
/// Donors are told apart by their IIDs. PLINK 1's A1 is the effect allele and A2 the reference.
/// PLINK keeps no ploidy: haploid calls are dosages of 0 and 2, as they stand in the file.
package final class PlinkSource: RecordSource {
  package let path: String
  package let paths: [String]
  package let effectAllele: String
  package let donorIDs: [String]
  package var counts: GenotypeCounts { selection.counts }
  package var chromosomes: [String] { selection.chromosomes }
  package var fieldDescription: String { genotypes.fieldDescription }
  package var notes: [String] { donorNotes + sites.reader.notes }

  var selection: AlleleSelection
  var handedOut: Int?
  var selectedDonorCount: Int { donors.selectedCount }
  private let genotypes: any PlinkGenotypes
  private let files: PlinkFileSet
  private let donorNotes: [String]
  private var sites: PlinkSiteTable
  private var donors: DonorColumns
  /// The open record, counted from 0.
  private var record = -1

  /// Opens PLINK 1's `PREFIX.bed`, `.bim` and `.fam`.
  ///
  /// - Throws: `InputError` for missing and malformed files, files that do not belong together,
  ///   and for dosages asked of a format without them.
  package static func bed(
    prefix: String, field: DosageField?, selection: VariantSelection
  ) throws(InputError) -> PlinkSource {
    let files = try PlinkFileSet.bed(prefix)
    guard field != .ds else {
      throw InputError(
        "no dosages in a .bed file", path: files.genotypes, found: "called genotypes",
        expected: "DS, as asked for", advice: "leave --field out or choose GT")
    }
    return try PlinkSource(files, effectAllele: "A1", selection: selection) {
      (donorCount, recordCount) throws(InputError) in
      try BedGenotypes(files, donorCount: donorCount, recordCount: recordCount)
    }
  }

  /// Opens PLINK 2's `PREFIX.pgen`, `.pvar` (or `.pvar.zst`) and `.psam`.
  ///
  /// - Parameter field: `.gt` leaves stored dosages aside; otherwise donors without a stored dosage
  ///   have that of their called genotype.
  /// - Throws: `InputError` for missing and malformed files and files that do not belong together.
  package static func pgen(
    prefix: String, field: DosageField?, selection: VariantSelection
  ) throws(InputError) -> PlinkSource {
    let files = try PlinkFileSet.pgen(prefix)
    return try PlinkSource(files, effectAllele: "ALT", selection: selection) {
      (donorCount, recordCount) throws(InputError) in
      try PgenGenotypes.open(
        files, field: field, donorCount: donorCount, recordCount: recordCount)
    }
  }

  private init(
    _ files: PlinkFileSet, effectAllele: String, selection: VariantSelection,
    genotypes: (_ donorCount: Int, _ recordCount: Int) throws(InputError) -> any PlinkGenotypes
  ) throws(InputError) {
    self.files = files
    path = files.genotypes
    paths = [files.genotypes, files.sites, files.donors]
    self.effectAllele = effectAllele
    let table = try PlinkDonorTable(path: files.donors)
    donorIDs = table.donorIDs
    donorNotes = table.notes
    donors = DonorColumns(count: donorIDs.count)
    sites = try PlinkSiteTable(path: files.sites)
    // Counted beforehand, so that files that do not belong together are refused at once.
    self.genotypes = try genotypes(donorIDs.count, PlinkSiteTable.count(path: files.sites))
    self.selection = AlleleSelection(selection, words: .plink(files))
  }

  package func select(donors: [Int]) {
    self.donors = DonorColumns(count: donorIDs.count, selected: donors)
  }

  package func nextBatch(maximumVariants: Int) throws(InputError) -> DosageBatch? {
    try fillBatch(maximumVariants: maximumVariants)
  }

  func decode(
    _ alleles: ArraySlice<Int>, isFirstPass: Bool, to dosages: inout [Float]
  ) throws(InputError) {
    try append(
      alleles, alternateCount: selection.site.alternates.count, donors: donors, to: &dosages)
  }

  func advance() throws(InputError) -> Bool {
    while try sites.next() {
      record += 1
      try selection.enter(chromosome: sites.chromosome, reader: sites.reader)
      let position = parseInteger(sites.position)
      if let position, position <= 0 { throw unplaced(position) }
      try selection.enter(
        position: position, text: String(decoding: sites.position, as: UTF8.self),
        reader: sites.reader)
      selection.site.id = sites.id
      selection.site.reference = sites.reference
      splitAlternates()
      if selection.isInRegion, hasUnnamedAllele {
        try checkUnnamedAlleles()
        selection.site.alternates.removeAll(keepingCapacity: true)
      }
      try selection.enterAlleles(reader: sites.reader)
      if !selection.isInRegion {
        selection.leaveOut()
      } else if selection.keep(field: try genotypes.field(ofRecord: record)) {
        return true
      }
    }
    return false
  }

  private func append(
    _ alleles: ArraySlice<Int>, alternateCount: Int, donors: DonorColumns,
    to dosages: inout [Float]
  ) throws(InputError) {
    let start = dosages.count
    // `repeatElement` keeps the array's geometric growth.
    dosages.append(
      contentsOf: repeatElement(Float.nan, count: alleles.count * donors.selectedCount))
    var fault: InputError?
    dosages.withUnsafeMutableBufferPointer { all in
      // Safe: `alleles.count * selectedCount` values follow `start`.
      guard let base = all.baseAddress else { return }
      do throws(InputError) {
        try genotypes.read(
          record: record, alleles: alleles, alternateCount: alternateCount, donors: donors,
          to: base + start)
      } catch { fault = error }
    }
    if let fault { throw fault }
  }

  private func splitAlternates() {
    selection.site.alternates.removeAll(keepingCapacity: true)
    let column = sites.alternates
    var start = 0
    for index in 0...column.count
    where index == column.count || column[index] == UInt8(ascii: ",") {
      selection.site.alternates.append(UnsafeRawBufferPointer(rebasing: column[start..<index]))
      start = index + 1
    }
  }

  /// PLINK writes `0` or `.` for the allele that a monomorphic variant lacks.
  private static func isUnnamed(_ allele: UnsafeRawBufferPointer) -> Bool {
    allele.count == 1 && (allele[0] == UInt8(ascii: "0") || allele[0] == UInt8(ascii: "."))
  }

  private var hasUnnamedAllele: Bool {
    Self.isUnnamed(selection.site.reference)
      || selection.site.alternates.count == 1 && Self.isUnnamed(selection.site.alternates[0])
  }

  /// A variant with one named allele has no effect to estimate; that someone carries the other
  /// one contradicts its table.
  private func checkUnnamedAlleles() throws(InputError) {
    let everyone = DonorColumns(count: donorIDs.count)
    var dosages: [Float] = []
    try append([1], alternateCount: 1, donors: everyone, to: &dosages)
    let lacksReference = Self.isUnnamed(selection.site.reference)
    let lacksAlternate = selection.site.alternates.allSatisfy(Self.isUnnamed)
    let carrier = dosages.firstIndex {
      !$0.isNaN && (lacksAlternate && $0 != 0 || lacksReference && $0 != 2)
    }
    guard let carrier else { return }
    throw sites.reader.error(
      "allele without a name has carriers",
      column: lacksAlternate ? selection.words.alternate : selection.words.reference,
      found: "donor \(donorIDs[carrier]) carries the allele "
        + "'\(String(decoding: lacksAlternate ? sites.alternates : sites.reference, as: UTF8.self))'",
      expected: "alleles with names where donors carry them",
      advice: "make the file set again, or leave the variant out")
  }

  private func unplaced(_ position: Int) -> InputError {
    sites.reader.error(
      "variant without a position", column: selection.words.position, found: "\(position)",
      expected: "a positive integer",
      advice: "leave unplaced variants out, for example with \(files.command) --not-chr 0 "
        + "\(files.makeFlag) --out NEW")
  }
}
