import BlockGzip
import Glibc
import Tables

/// A genetic relationship (kinship) matrix between donors, from a square table with ids, sparse
/// triplets, or GCTA's binary form (`.grm.bin` beside `.grm.id`).
package struct RelationshipTable: Sendable {
  /// Donors × donors, row-major, symmetric, in the order of the donors asked for.
  package let values: [Double]
  package let path: String

  /// Reads the values between some donors; others of the file are passed over.
  ///
  /// - Throws: `InputError` for an unreadable or malformed file, donors without a row, values that
  ///   are not finite or differ across the diagonal.
  package init(
    path: String, donorIDs: [String], requiresEndMarker: Bool = true
  ) throws(InputError) {
    self.path = path
    let places = Dictionary(uniqueKeysWithValues: donorIDs.enumerated().map { ($1, $0) })
    var table = Values(count: donorIDs.count, path: path)
    if path.hasSuffix(".grm.bin") {
      try table.readBinary(places)
    } else {
      try table.readText(places, requiresEndMarker: requiresEndMarker)
    }
    let missing = donorIDs.indices.filter { table.values[$0 * donorIDs.count + $0].isNaN }
    guard missing.isEmpty else {
      throw InputError(
        "donors without a relationship", path: path,
        found: InputError.list(missing.map { donorIDs[$0] }),
        expected: "every donor with expression",
        advice: "add them, or leave them out with --keep-donors")
    }
    // What sparse files leave out is 0.
    values = table.values.map { $0.isNaN ? 0 : $0 }
  }

  /// The values as they are gathered; NaN where none was met.
  private struct Values {
    let count: Int
    let path: String
    var values: [Double]

    init(count: Int, path: String) {
      self.count = count
      self.path = path
      values = [Double](repeating: .nan, count: count * count)
    }

    /// Enters a value and its mirror.
    ///
    /// - Parameter place: an error without its words, where the value stands.
    mutating func set(
      _ value: Double, _ row: Int, _ column: Int, place: () -> InputError
    ) throws(InputError) {
      func error(_ what: String, _ found: String, _ expected: String) -> InputError {
        var error = place()
        error.what = what
        error.found = found
        error.expected = expected
        error.advice = "make the matrix again"
        return error
      }
      guard value.isFinite else {
        throw error("relationship is not finite", "\(value)", "a finite number")
      }
      let earlier = values[row * count + column]
      // Files are rounded, their halves sometimes apart.
      if !earlier.isNaN, abs(earlier - value) > 1e-4 * max(1, abs(value)) {
        throw error(
          "relationship differs across the diagonal", "\(value) and \(earlier)",
          "a symmetric matrix")
      }
      values[row * count + column] = value
      values[column * count + row] = value
    }

    /// The first id of a donor asked for that comes twice.
    private static func firstRepeated(_ ids: [String], of places: [String: Int]) -> String? {
      var seen: Set<String> = []
      return ids.first { places[$0] != nil && !seen.insert($0).inserted }
    }

    mutating func readText(
      _ places: [String: Int], requiresEndMarker: Bool
    ) throws(InputError) {
      let reader = try LineReader(path: path, requiresEndMarker: requiresEndMarker)
      guard let first = try reader.next() else {
        throw InputError(
          "the file is empty", path: path, line: 1, found: "no lines",
          expected: "a square table with ids, or triplets of two ids and a value",
          advice: "make the file again")
      }
      let isTabbed = first.contains(UInt8(ascii: "\t"))
      var fields = Fields(separator: isTabbed ? .tab : .spaces)
      fields.split(first)
      let header = fields.strings(of: first)
      if header.count == 3 {
        try readTriplets(reader, &fields, first: header, places)
      } else {
        try readSquare(reader, &fields, header: header, places)
      }
    }

    private mutating func readTriplets(
      _ reader: LineReader, _ fields: inout Fields, first: [String], _ places: [String: Int]
    ) throws(InputError) {
      // A first line whose third field is no number is a header.
      if let value = Double(first[2]) {
        try enter(first, value, places, reader)
      }
      while let line = try reader.nextRow(expected: "two ids and a value") {
        fields.split(line)
        let words = fields.strings(of: line)
        guard words.count == 3, let value = Double(words[2]) else {
          throw reader.error(
            "malformed triplet", found: "'\(words.joined(separator: " "))'",
            expected: "two ids and a number", advice: "mend the row")
        }
        try enter(words, value, places, reader)
      }
    }

    private mutating func enter(
      _ words: [String], _ value: Double, _ places: [String: Int], _ reader: LineReader
    ) throws(InputError) {
      guard let row = places[words[0]], let column = places[words[1]] else { return }
      try set(value, row, column) {
        reader.error("", column: "\(words[0]), \(words[1])")
      }
    }

    private mutating func readSquare(
      _ reader: LineReader, _ fields: inout Fields, header: [String], _ places: [String: Int]
    ) throws(InputError) {
      var ids: [String] = []
      var known: [Int?] = []
      while let line = try reader.nextRow(expected: "an id and one value per donor") {
        fields.split(line)
        let words = fields.strings(of: line)
        if ids.isEmpty {
          // R leaves the corner of a table out.
          ids = header.count == words.count ? Array(header.dropFirst()) : header
          known = ids.map { places[$0] }
          if let twice = Self.firstRepeated(ids, of: places) {
            throw InputError(
              "duplicate donor", path: path, line: 1, column: twice, found: "two columns",
              expected: "one column per donor", advice: "remove or rename one of them")
          }
        }
        guard words.count == ids.count + 1 else {
          throw reader.error(
            "row of another length than the header", found: "\(words.count) columns",
            expected: "an id and \(ids.count) values", advice: "mend the row")
        }
        guard let row = places[words[0]] else { continue }
        for (index, column) in known.enumerated() {
          guard let column else { continue }
          let text = words[index + 1]
          guard let value = Double(text) else {
            throw reader.error(
              "relationship is not a number", column: ids[index], found: "'\(text)'",
              expected: "a number", advice: "mend the cell")
          }
          try set(value, row, column) {
            reader.error("", column: "\(words[0]), \(ids[index])")
          }
        }
      }
    }

    /// The lower triangle with its diagonal, row by row, as 32-bit floats; ids in the second column
    /// of `.grm.id`.
    mutating func readBinary(_ places: [String: Int]) throws(InputError) {
      let idPath = path.dropLast("bin".count) + "id"
      let reader = try LineReader(path: String(idPath))
      var ids: [String] = []
      var rows: [Int?] = []
      while let line = try reader.nextRow(expected: "family and individual ids") {
        let words = String(decoding: line, as: UTF8.self)
          .split { $0 == "\t" || $0 == " " }.map(String.init)
        guard words.count >= 2 else {
          throw reader.error(
            "malformed row of ids", found: "\(words.count) columns",
            expected: "family and individual ids", advice: "mend the row")
        }
        rows.append(places[words[1]])
        ids.append(words[1])
      }
      if let twice = Self.firstRepeated(ids, of: places) {
        throw InputError(
          "duplicate donor", path: String(idPath), column: twice, found: "two rows",
          expected: "individual ids (the second column) that differ",
          advice: "remove or rename one of them")
      }
      guard let file = fopen(path, "rb") else {
        throw InputError(
          "cannot open the file: \(systemErrorText(errno))", kind: .unreadable, path: path)
      }
      defer { fclose(file) }
      let expected = rows.count * (rows.count + 1) / 2 * 4
      fseek(file, 0, SEEK_END)
      let size = ftell(file)
      guard size == expected else {
        throw InputError(
          "the file has another size than its ids need", path: path, found: "\(size) bytes",
          expected: "\(expected) bytes for \(rows.count) ids",
          advice: "make it again together with its .grm.id")
      }
      rewind(file)
      for (index, row) in rows.enumerated() {
        var line = [Float](repeating: 0, count: index + 1)
        guard fread(&line, 4, index + 1, file) == index + 1 else {
          throw InputError("cannot read the file", kind: .readFailed, path: path)
        }
        guard let row else { continue }
        for (other, value) in line.enumerated() {
          guard let column = rows[other] else { continue }
          let place = InputError("", path: path, column: "\(ids[index]), \(ids[other])")
          try set(Double(value), row, column) { place }
        }
      }
    }
  }
}
