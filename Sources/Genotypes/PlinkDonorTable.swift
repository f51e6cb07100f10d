import BlockGzip

/// The donors of a PLINK file set, from `.fam` or `.psam`: their IIDs, in the order of the
/// genotypes.
///
/// A `.psam` has a header line that starts with `#FID` or `#IID`; without one its columns are
/// those of `.fam`: FID, IID, parents, sex and further ones.
struct PlinkDonorTable {
  /// In file order.
  let donorIDs: [String]
  /// What was met and passed over, for a mention.
  let notes: [String]

  /// - Throws: `InputError` for an unreadable file, malformed rows, no donors, and IIDs that come
  ///   twice.
  init(path: String) throws(InputError) {
    let reader = try LineReader(path: path)
    var fields = BlankFields()
    var idColumn = 1
    var columnCount: Int?
    var ids: [String] = []
    var lines: [String: Int] = [:]
    while let line = try reader.next() {
      fields.split(line)
      if fields.count == 0 { continue }
      let first = fields.string(0, of: line)
      if first.hasPrefix("#"), ids.isEmpty {
        if first == "#FID" || first == "#IID" {
          idColumn = first == "#FID" ? 1 : 0
          columnCount = fields.count
          try Self.checkHeader(fields, of: line, idColumn: idColumn, reader: reader)
        }
        continue
      }
      // Without a header: the five columns up to sex, further ones as the first row has them.
      let expected = columnCount ?? max(5, min(fields.count, 6))
      columnCount = expected
      guard fields.count >= expected else {
        throw reader.error(
          "row has too few columns", column: "column \(fields.count + 1)",
          found: "\(fields.count) columns", expected: "\(expected) columns",
          advice: "mend the row; ids cannot hold blanks")
      }
      let id = fields.string(idColumn, of: line)
      try Self.check(id, column: idColumn + 1, earlier: lines[id], reader: reader)
      lines[id] = reader.lineNumber
      ids.append(id)
    }
    guard !ids.isEmpty else {
      throw InputError(
        "no donors in the file", path: path, line: reader.lineNumber, found: "no rows",
        expected: "a row per donor", advice: "make the file again")
    }
    donorIDs = ids
    notes = reader.notes
  }

  private static func checkHeader(
    _ fields: BlankFields, of line: UnsafeRawBufferPointer, idColumn: Int, reader: LineReader
  ) throws(InputError) {
    guard idColumn == 1 else { return }
    let name = fields.count > 1 ? fields.string(1, of: line) : nil
    guard name == "IID" else {
      throw reader.error(
        "malformed header line", column: "column 2", found: name.map { "'\($0)'" } ?? "1 column",
        expected: "'IID' after '#FID'", advice: "mend the header")
    }
  }

  private static func check(
    _ id: String, column: Int, earlier: Int?, reader: LineReader
  ) throws(InputError) {
    if id == "0" {
      throw reader.error(
        "donor without an id", column: "column \(column)", found: "'0'", expected: "a donor id",
        advice: "name the donor in the column IID")
    }
    if let earlier {
      throw reader.error(
        "duplicate donor", column: "column \(column)",
        found: "IID '\(id)' in lines \(earlier) and \(reader.lineNumber)",
        expected: "different IIDs: donors are told apart by the IID alone",
        advice: "give each donor an IID of its own, for example with plink2 --update-ids, and use "
          + "the same in the sample sheet")
    }
  }
}
