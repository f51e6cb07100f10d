import BlockGzip

/// The variants of a PLINK file set, from `.bim` or `.pvar`, row by row.
///
/// A `.pvar` has lines that start with `##` and a header line that starts with `#CHROM`; without
/// the latter its columns are those of `.bim`: chromosome, id, centimorgan (which may lack),
/// position, ALT (A1) and REF (A2).
struct PlinkSiteTable {
  private struct Columns {
    var chromosome: Int
    var position: Int
    var id: Int
    var reference: Int
    var alternate: Int
    /// How many a row must have.
    var count: Int
    /// Whether a row may have more.
    var isOpen: Bool
  }

  let reader: LineReader
  private var columns: Columns
  private var fields = BlankFields()
  /// The first row, read when the table was opened.
  private var pending: UnsafeRawBufferPointer?
  /// The open row; valid until the next.
  private var line = UnsafeRawBufferPointer(start: nil, count: 0)

  /// Opens the table and reads its header and first row.
  ///
  /// - Throws: `InputError` for an unreadable file, a malformed header or no rows.
  init(path: String) throws(InputError) {
    reader = try LineReader(path: path)
    var header: Columns?
    while let line = try reader.next() {
      guard line.first == UInt8(ascii: "#") else {
        pending = line
        break
      }
      if line.starts(with: "#CHROM".utf8) { header = try Self.columns(of: line, reader: reader) }
    }
    guard let first = pending else {
      throw reader.error(
        "no variants in the file", found: "the end of the file", expected: "a row per variant",
        advice: "the file may have been cut or filtered to nothing; make it again")
    }
    fields.split(first)
    columns =
      header
      ?? (fields.count == 5
        ? Columns(
          chromosome: 0, position: 2, id: 1, reference: 4, alternate: 3, count: 5, isOpen: false)
        : Columns(
          chromosome: 0, position: 3, id: 1, reference: 5, alternate: 4, count: 6, isOpen: false))
  }

  /// Rows of a table: of its lines those that are neither header nor empty.
  ///
  /// - Throws: `InputError` for an unreadable or damaged file.
  static func count(path: String) throws(InputError) -> Int {
    let reader = try LineReader(path: path)
    var count = 0
    while let line = try reader.next() {
      if line.isEmpty || (count == 0 && line[0] == UInt8(ascii: "#")) { continue }
      count += 1
    }
    return count
  }

  private static func columns(
    of line: UnsafeRawBufferPointer, reader: LineReader
  ) throws(InputError) -> Columns {
    var fields = BlankFields()
    fields.split(line)
    let names = (0..<fields.count).map { fields.string($0, of: line) }
    func place(_ name: String) throws(InputError) -> Int {
      if let place = names.firstIndex(of: name) { return place }
      throw reader.error(
        "malformed header line", column: name,
        found: "the columns \(names.prefix(12).joined(separator: ", "))",
        expected: "#CHROM, POS, ID, REF and ALT", advice: "mend the header")
    }
    let places = (
      try place("#CHROM"), try place("POS"), try place("ID"), try place("REF"), try place("ALT")
    )
    let last = max(places.0, places.1, places.2, places.3, places.4)
    return Columns(
      chromosome: places.0, position: places.1, id: places.2, reference: places.3,
      alternate: places.4, count: last + 1, isOpen: true)
  }

  /// Reads the next row; false after the last.
  ///
  /// - Throws: `InputError` for damaged compression and malformed rows.
  mutating func next() throws(InputError) -> Bool {
    guard let line = try nextLine() else { return false }
    fields.split(line, limit: columns.isOpen ? columns.count : .max)
    guard fields.count == columns.count else {
      let isShort = fields.count < columns.count
      throw reader.error(
        isShort ? "row has too few columns" : "row has too many columns",
        column: "column \(min(fields.count, columns.count) + 1)",
        found: "\(fields.count) columns"
          + (isShort && reader.isCutOff ? " in a last line without its line end" : ""),
        expected: columns.isOpen
          ? "at least \(columns.count) columns, as in the header"
          : "\(columns.count) columns, as in the first row",
        advice: isShort && reader.isCutOff
          ? "the file looks cut off; copy it again" : "mend the row; ids cannot hold blanks")
    }
    guard line[0] != UInt8(ascii: "#") else {
      throw reader.error(
        "header line among the rows", found: "a line that starts with '#'",
        expected: "a row of a variant", advice: "remove the line")
    }
    self.line = line
    return true
  }

  var chromosome: UnsafeRawBufferPointer { fields.bytes(columns.chromosome, of: line) }
  var position: UnsafeRawBufferPointer { fields.bytes(columns.position, of: line) }
  var id: UnsafeRawBufferPointer { fields.bytes(columns.id, of: line) }
  var reference: UnsafeRawBufferPointer { fields.bytes(columns.reference, of: line) }
  /// ALT alleles, separated by commas.
  var alternates: UnsafeRawBufferPointer { fields.bytes(columns.alternate, of: line) }

  private mutating func nextLine() throws(InputError) -> UnsafeRawBufferPointer? {
    if let first = pending {
      pending = nil
      return first
    }
    return try reader.nextRow()
  }
}
