import BlockGzip

/// Genotypes of a PLINK 2 `.pgen` file: dosages where they are stored, else called genotypes.
///
/// Written from the draft specification,
/// <https://github.com/chrchang/plink-ng/tree/master/pgen_spec>: its storage modes of fixed width
/// (2, 3 and 4) and of variable width (0x10). Phases are passed over.
final class PgenGenotypes: PlinkGenotypes {
  var path: String { file.path }
  let fieldDescription: String
  private let file: BinaryFile
  /// Whether dosages are left aside.
  private let isCallsOnly: Bool
  private var index: PgenIndex
  private var calls: PgenCalls
  private var alleles = PgenAlleles()
  private var dosages = PgenDosages()

  /// Opens a PLINK 2 file; one in PLINK 1's storage mode is read by `BedGenotypes`.
  ///
  /// - Parameter field: `.gt` leaves stored dosages aside.
  /// - Throws: `InputError` for other content, unknown storage modes, and files that do not fit the
  ///   tables of donors and variants.
  static func open(
    _ files: PlinkFileSet, field: DosageField?, donorCount: Int, recordCount: Int
  ) throws(InputError) -> any PlinkGenotypes {
    let file = try BinaryFile(path: files.genotypes)
    let start = try file.bytes(at: 0, count: min(3, file.size))
    guard start.count == 3, start.starts(with: BedGenotypes.magic) else {
      throw InputError(
        "the file is not a .pgen file", path: file.path, found: BedGenotypes.hexadecimal(start),
        expected: "6c 1b as its first bytes", advice: "check that this is the right file")
    }
    switch start[2] {
    case 0, 1:
      return try BedGenotypes(files, donorCount: donorCount, recordCount: recordCount)
    case 2, 3, 4, 0x10:
      return try PgenGenotypes(
        file, files, field: field, donorCount: donorCount, recordCount: recordCount)
    default:
      throw InputError(
        "storage mode of the .pgen file is not supported", path: file.path,
        found: "mode 0x" + String(start[2], radix: 16),
        expected: "mode 0x1, 0x2, 0x3, 0x4 or 0x10",
        advice: "convert it with \(files.command) --make-pgen --out NEW, or with "
          + "\(files.command) --export vcf bgz vcf-dosage=DS --out NEW and give --vcf NEW.vcf.gz")
    }
  }

  private init(
    _ file: BinaryFile, _ files: PlinkFileSet, field: DosageField?, donorCount: Int,
    recordCount: Int
  ) throws(InputError) {
    let header = try PgenHeader(file)
    for (what, found, expected, table) in [
      ("variants", header.variantCount, recordCount, files.sites),
      ("donors", header.donorCount, donorCount, files.donors),
    ] where found != expected {
      throw InputError(
        "number of \(what) does not fit \(PlinkFileSet.name(table))", path: file.path,
        found: "\(found) \(what)", expected: "\(expected), as in \(PlinkFileSet.name(table))",
        advice: "copy the files again; all three must come from one run of PLINK")
    }
    self.file = file
    isCallsOnly = field == .gt
    index = try PgenIndex(file, header: header)
    calls = PgenCalls(donorCount: donorCount)
    let hasDosages = try index.hasDosages()
    fieldDescription =
      field != .gt && hasDosages
      ? "dosages where they are stored, else called genotypes" : "called genotypes"
  }

  func field(ofRecord record: Int) throws(InputError) -> DosageField {
    let type = try index.place(of: record).type
    return isCallsOnly || !PgenDosages.isPresent(type: type) ? .gt : .ds
  }

  func read(
    record: Int, alleles wanted: ArraySlice<Int>, alternateCount: Int, donors: DonorColumns,
    to output: UnsafeMutablePointer<Float>
  ) throws(InputError) {
    let place = try index.place(of: record)
    if let stored = try index.alleleCount(of: record), stored != alternateCount + 1 {
      throw error(
        record, found: "\(stored) alleles",
        expected: "\(alternateCount + 1), as in the table of variants",
        advice: "copy the files again; all three must come from one run of PLINK")
    }
    let hasDosages = !isCallsOnly && PgenDosages.isPresent(type: place.type)
    if hasDosages, alternateCount > 1 || place.type & 8 != 0 { throw multiallelicDosages(record) }
    if PgenCalls.needsBase(type: place.type) { try readBase(of: record) }
    var cursor = PgenCursor(try file.bytes(at: place.bytes.lowerBound, count: place.bytes.count))
    do throws(PgenFault) {
      try calls.read(record: record, type: place.type, &cursor)
      if alternateCount > 1 {
        try readAlleles(
          wanted, alternateCount, hasPatches: place.type & 8 != 0, donors, &cursor, to: output)
      } else if place.type & 8 != 0 {
        throw .malformedAlleles
      } else {
        calls.packed.withUnsafeBytes { CallTable.pgen.write($0, donors: donors, to: output) }
      }
      if hasDosages {
        try dosages.read(type: place.type, calls: calls, donors: donors, &cursor, to: output)
      }
      let isRead = hasDosages || place.type & 0xF0 == 0
      if isRead, cursor.remaining > 0 { throw .tooLong }
    } catch {
      throw self.error(
        record, found: error.text, expected: "a record as PLINK 2's specification has it",
        advice: "the file is damaged; copy or make it again")
    }
  }

  /// Reads the record that another one is stored as differences to.
  private func readBase(of record: Int) throws(InputError) {
    guard let base = try index.base(of: record) else { return }
    if base == calls.baseRecord { return }
    let place = try index.place(of: base)
    var cursor = PgenCursor(try file.bytes(at: place.bytes.lowerBound, count: place.bytes.count))
    do throws(PgenFault) {
      try calls.read(record: base, type: place.type, &cursor)
    } catch {
      throw self.error(
        base, found: error.text, expected: "a record as PLINK 2's specification has it",
        advice: "the file is damaged; copy or make it again")
    }
  }

  private func readAlleles(
    _ wanted: ArraySlice<Int>, _ alternateCount: Int, hasPatches: Bool, _ donors: DonorColumns,
    _ cursor: inout PgenCursor, to output: UnsafeMutablePointer<Float>
  ) throws(PgenFault) {
    try alleles.read(calls, alternateCount: alternateCount, hasPatches: hasPatches, &cursor)
    var target = output
    for allele in wanted {
      for (donor, slot) in donors.slots.slots.enumerated() where slot >= 0 {
        // Safe: slots are below the selected donors; `output` has room for them for each allele.
        target[Int(slot)] = alleles.dosage(donor: donor, allele: allele)
      }
      target += donors.selectedCount
    }
  }

  private func multiallelicDosages(_ record: Int) -> InputError {
    error(
      record, found: "dosages of several ALT alleles",
      expected: "dosages of one ALT allele, or called genotypes",
      advice: "read the called genotypes with --field GT, or split the records of the VCF with "
        + "bcftools norm -m -any before importing it")
  }

  private func error(
    _ record: Int, found: String, expected: String, advice: String
  ) -> InputError {
    InputError(
      "cannot read the record of a variant", path: path, line: record + 1, found: found,
      expected: expected, advice: advice)
  }
}
