import Foundation

/// The genotypes of a cohort as PLINK file sets, in their forms of fixed width.
struct PlinkFiles {
  let cohort: CohortFiles

  /// Subfield `index` of every donor in every record.
  private func cells(_ index: Int) -> [[String]] {
    cohort.vcf.dropFirst().map { record in
      record.dropFirst(9).map { ResultTable.subfield(index, of: $0) }
    }
  }

  /// Two bits per donor: `codes` for 0, 1 and 2 ALT alleles and for a missing call.
  private func packed(_ row: [String], codes: [UInt8]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (row.count + 3) / 4)
    for (donor, call) in row.enumerated() {
      let alleles = call.contains(".") ? 3 : call.filter { $0 == "1" }.count
      bytes[donor / 4] |= codes[alleles] << UInt8(2 * (donor % 4))
    }
    return bytes
  }

  private func write(_ bytes: [UInt8], to name: String, in folder: ScratchFolder) throws {
    try Data(bytes).write(to: folder.url.appendingPathComponent(name))
  }

  /// `NAME.bed`, `.bim` and `.fam`; A1 is ALT.
  func writeBed(_ name: String, to folder: ScratchFolder) throws {
    let records = cells(0).flatMap { packed($0, codes: [3, 2, 0, 1]) }
    try write([0x6C, 0x1B, 1] + records, to: name + ".bed", in: folder)
    try folder.write(
      CohortFiles.text(
        cohort.vcf.dropFirst().map { [$0[0], $0[2], "0", $0[1], $0[4], $0[3]] }),
      to: name + ".bim")
    try folder.write(
      CohortFiles.text(cohort.donors.map { ["0", $0, "0", "0", "0", "-9"] }), to: name + ".fam")
  }

  /// `NAME.pgen`, `.pvar` and `.psam`; with dosages in storage mode 3, else in mode 2.
  func writePgen(_ name: String, withDosages: Bool, to folder: ScratchFolder) throws {
    var bytes: [UInt8] = [0x6C, 0x1B, withDosages ? 3 : 2]
    for count in [cohort.vcf.count - 1, cohort.donors.count] {
      bytes += (0..<4).map { UInt8(count >> (8 * $0) & 255) }
    }
    bytes.append(0x40)
    for (calls, dosages) in zip(cells(0), cells(1)) {
      bytes += packed(calls, codes: [0, 1, 2, 3])
      guard withDosages else { continue }
      for dosage in dosages {
        let value = Double(dosage).map { Int(($0 * 16384).rounded()) } ?? 65535
        bytes += [UInt8(value & 255), UInt8(value >> 8)]
      }
    }
    try write(bytes, to: name + ".pgen", in: folder)
    try folder.write(
      CohortFiles.text(
        [["#CHROM", "POS", "ID", "REF", "ALT"]] + cohort.vcf.dropFirst().map { Array($0[..<5]) }),
      to: name + ".pvar")
    try folder.write(
      CohortFiles.text([["#IID", "SEX"]] + cohort.donors.map { [$0, "NA"] }), to: name + ".psam")
  }
}
