import BlockGzip
import Tables

/// What the header of a VCF file says: its donors.
struct VCFHeader {
  /// The columns before the donors.
  static let fixedColumns = [
    "#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT",
  ]

  /// Donors in file order.
  let donorIDs: [String]

  /// Reads up to and with the `#CHROM` line.
  ///
  /// - Throws: `InputError` for BCF content, an empty file, a missing or malformed `#CHROM` line,
  ///   no donors, empty or duplicate donors.
  init(reader: LineReader) throws(InputError) {
    if try reader.starts(with: "BCF".utf8) {
      throw InputError(
        "the file is BCF", path: reader.path, found: "BCF's magic bytes", expected: "VCF text",
        advice: "convert it with bcftools view -O z")
    }
    while let line = try reader.next() {
      if line.starts(with: "##".utf8) { continue }
      guard line.first == UInt8(ascii: "#") else {
        throw Self.noColumnLine(reader, found: "a line that does not start with '#'")
      }
      donorIDs = try Self.donors(of: line, reader: reader)
      return
    }
    guard reader.lineNumber > 0 else {
      throw InputError(
        "the file is empty", path: reader.path, line: 1, found: "no lines", expected: "a VCF file",
        advice: "make the file again")
    }
    throw Self.noColumnLine(reader, found: "the end of the file")
  }

  static func noColumnLine(_ reader: some RecordReader, found: String) -> InputError {
    reader.error(
      "no #CHROM header line", found: found,
      expected: "a line that starts with '#CHROM' after the '##' lines",
      advice: "check that this is a VCF file with its header")
  }

  /// The donors that the `#CHROM` line names.
  static func donors(
    of line: UnsafeRawBufferPointer, reader: some RecordReader
  ) throws(InputError) -> [String] {
    var fields = Fields(separator: .tab)
    fields.split(line)
    let names = fields.strings(of: line)
    if names.count == 1, line.contains(UInt8(ascii: " ")) {
      throw reader.error(
        "header is separated by spaces", found: "spaces", expected: "tabs",
        advice: "put tabs between the columns")
    }
    for (index, expected) in fixedColumns.enumerated() where index < names.count {
      guard names[index] == expected else {
        throw reader.error(
          "malformed #CHROM header line", column: "column \(index + 1)",
          found: "'\(names[index])'", expected: "'\(expected)'",
          advice: "check that this is a VCF file")
      }
    }
    guard names.count > fixedColumns.count else {
      throw reader.error(
        "header without donors", found: "\(names.count) columns",
        expected: "the 9 columns #CHROM to FORMAT and one column per donor",
        advice: "give the file with genotypes, not one of sites only")
    }
    let donors = Array(names[fixedColumns.count...])
    try DonorSlots.check(donors, columnsBefore: fixedColumns.count, reader: reader)
    return donors
  }
}
