import BlockGzip

/// Called genotypes of a PLINK 1 `.bed` file, variant by variant; the effect allele is A1.
///
/// The format: <https://www.cog-genomics.org/plink/1.9/formats#bed>.
final class BedGenotypes: PlinkGenotypes {
  static let magic: [UInt8] = [0x6C, 0x1B]
  private static let headerSize = 3

  var path: String { file.path }
  let fieldDescription = "called genotypes"
  private let file: BinaryFile
  private let recordSize: Int

  /// Opens the file and checks its first bytes and its size.
  ///
  /// - Parameter sites: the table that says how many variants there are.
  /// - Throws: `InputError` for other content, the order of PLINK's sample-major files, and a size
  ///   that does not fit.
  init(_ files: PlinkFileSet, donorCount: Int, recordCount: Int) throws(InputError) {
    file = try BinaryFile(path: files.genotypes)
    recordSize = (donorCount + 3) / 4
    try Self.checkStart(file, files)
    let expected = Self.headerSize + recordSize * recordCount
    guard file.size == expected else {
      throw InputError(
        "size does not fit \(PlinkFileSet.name(files.sites)) and \(PlinkFileSet.name(files.donors))",
        path: file.path, found: "\(file.size) bytes",
        expected: "\(expected) bytes: 3 and \(recordSize) for each of \(recordCount) variants of "
          + "\(donorCount) donors",
        advice: "copy the files again; all three must come from one run of PLINK")
    }
  }

  private static func checkStart(_ file: BinaryFile, _ files: PlinkFileSet) throws(InputError) {
    let start = try file.bytes(at: 0, count: min(file.size, headerSize))
    guard start.count == headerSize, start.starts(with: magic) else {
      throw InputError(
        "the file is not a PLINK 1 .bed file", path: file.path, found: hexadecimal(start),
        expected: "6c 1b 01 as its first bytes", advice: "check that this is the right file")
    }
    switch start[2] {
    case 1: return
    case 0:
      throw InputError(
        "genotypes are in sample-major order", path: file.path, found: hexadecimal(start),
        expected: "6c 1b 01 as the first bytes: variant after variant",
        advice: "convert it with \(files.command) \(files.makeFlag) --out NEW")
    default:
      throw InputError(
        "the file is not a PLINK 1 .bed file", path: file.path, found: hexadecimal(start),
        expected: "6c 1b 01 as its first bytes",
        advice: "a file of PLINK 2 is named .pgen and given with --pfile")
    }
  }

  /// Bytes for a message.
  static func hexadecimal(_ bytes: UnsafeRawBufferPointer) -> String {
    guard !bytes.isEmpty else { return "an empty file" }
    return "the bytes "
      + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }

  func field(ofRecord record: Int) -> DosageField { .gt }

  func read(
    record: Int, alleles: ArraySlice<Int>, alternateCount: Int, donors: DonorColumns,
    to output: UnsafeMutablePointer<Float>
  ) throws(InputError) {
    let packed = try file.bytes(at: Self.headerSize + record * recordSize, count: recordSize)
    CallTable.bed.write(packed, donors: donors, to: output)
  }
}
