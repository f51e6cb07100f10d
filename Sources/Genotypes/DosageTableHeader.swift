import BlockGzip
import Tables

/// What the header line of a dosage table says: its donors.
struct DosageTableHeader {
  /// The columns before the donors.
  static let fixedColumns = ["chrom", "pos", "variant_id", "ref", "alt"]

  /// Donors in file order.
  let donorIDs: [String]

  /// - Throws: `InputError` for an empty file, a malformed header, no donors, empty or duplicate
  ///   donors.
  init(reader: LineReader) throws(InputError) {
    guard let line = try reader.next() else {
      throw InputError(
        "the file is empty", path: reader.path, line: 1, found: "no lines",
        expected: "a dosage table", advice: "make the file again")
    }
    let content =
      line.first == UInt8(ascii: "#")
      ? UnsafeRawBufferPointer(rebasing: line.dropFirst()) : line
    var fields = Fields(separator: .tab)
    fields.split(content)
    let names = fields.strings(of: content)
    if names.count == 1, content.contains(UInt8(ascii: " ")) {
      throw reader.error(
        "header is separated by spaces", found: "spaces", expected: "tabs",
        advice: "put tabs between the columns")
    }
    for (index, expected) in Self.fixedColumns.enumerated() {
      let name = index < names.count ? names[index] : nil
      guard name == expected || (expected == "variant_id" && name == "id") else {
        throw reader.error(
          "malformed header line", column: "column \(index + 1)",
          found: name.map { "'\($0)'" } ?? "\(names.count) columns", expected: "'\(expected)'",
          advice: "begin the header with \(Self.fixedColumns.joined(separator: ", "))")
      }
    }
    guard names.count > Self.fixedColumns.count else {
      throw reader.error(
        "header without donors", found: "\(names.count) columns",
        expected: "the 5 columns chrom to alt and one column per donor",
        advice: "check that this is a dosage table")
    }
    donorIDs = Array(names[Self.fixedColumns.count...])
    try DonorSlots.check(donorIDs, columnsBefore: Self.fixedColumns.count, reader: reader)
  }
}
