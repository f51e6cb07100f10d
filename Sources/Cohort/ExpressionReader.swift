import BlockGzip
import Tables

/// Reads an expression file: the header first, then gene by gene the values of the samples that are
/// wanted.
///
/// Reading the header by itself lets the join and the model decide which columns are stored, and in
/// which order, before the first value is read.
package final class ExpressionReader {
  package let path: String
  /// Samples in file order.
  package let sampleIDs: [String]
  /// Columns before the first sample: 4, or 6 with a strand.
  package let leadingColumns: Int

  /// The line read last; nil in compressed files that have none.
  package var lineNumber: Int? { reader.hasLineNumbers ? reader.lineNumber : nil }

  private let reader: LineReader
  private var fields = Fields(separator: .tab)
  private let header: [String]
  /// The line of each gene read.
  private var lines: [String: Int] = [:]

  /// Opens the file and reads its header.
  ///
  /// - Parameters:
  ///   - sheetSamples: samples of the sheet; the first of them ends the leading columns.
  ///   - requiresEndMarker: whether a BGZF file without its end-of-file block is refused.
  /// - Throws: `InputError` for an unreadable or empty file, a header without tabs, without a
  ///   sample of the sheet, with another number of leading columns, or with duplicate samples.
  package init(
    path: String, sheetSamples: Set<String>, requiresEndMarker: Bool = true
  ) throws(InputError) {
    self.path = path
    reader = try LineReader(path: path, requiresEndMarker: requiresEndMarker)
    guard let line = try reader.next() else {
      throw InputError(
        "the file is empty", path: path, line: 1, found: "no lines",
        expected: "an expression table (BED)", advice: "make the file again")
    }
    fields.split(line)
    let header = fields.strings(of: line)
    if header.count == 1, line.contains(UInt8(ascii: " ")) {
      throw reader.error(
        "header is separated by spaces", found: "spaces", expected: "tabs",
        advice: "put tabs between the columns")
    }
    leadingColumns = try Self.leadingColumns(header, sheetSamples: sheetSamples, reader: reader)
    sampleIDs = Array(header[leadingColumns...])
    self.header = header
    var seen: [String: Int] = [:]
    for (index, id) in sampleIDs.enumerated() {
      let column = index + leadingColumns + 1
      guard !id.isEmpty else {
        throw reader.error(
          "sample without an id", column: "column \(column)", found: "an empty header",
          expected: "a sample id", advice: "name the sample or remove the extra tab")
      }
      if let earlier = seen.updateValue(column, forKey: id) {
        throw reader.error(
          "duplicate sample", column: id, found: "'\(id)' in columns \(earlier) and \(column)",
          expected: "one column per sample", advice: "rename or remove one of the columns")
      }
    }
  }

  /// Reads the next gene.
  ///
  /// - Parameters:
  ///   - samples: indices into `sampleIDs`, in the order wanted.
  ///   - values: becomes their values; NaN where missing.
  /// - Returns: nil after the last gene.
  /// - Throws: `InputError` for a damaged file, a ragged row, malformed coordinates or strand, a
  ///   duplicate gene, a value that is neither a finite number nor NA, or no genes at all.
  package func next(
    samples: [Int], into values: inout [Double]
  ) throws(InputError) -> Gene? {
    while let line = try reader.nextRow(expected: "\(header.count) columns") {
      fields.split(line)
      guard fields.count == header.count else { throw raggedRow() }
      let gene = try gene(line)
      if let earlier = lines.updateValue(reader.lineNumber, forKey: gene.id) {
        throw reader.error(
          "duplicate gene", column: header[3],
          found: "'\(gene.id)', which is on line \(earlier) too", expected: "one row per gene",
          advice: "remove or rename one of the rows")
      }
      values.removeAll(keepingCapacity: true)
      for sample in samples { values.append(try value(line, column: sample + leadingColumns)) }
      return gene
    }
    guard !lines.isEmpty else {
      throw reader.error(
        "expression file without genes", found: "a header line only", expected: "one row per gene",
        advice: "check that this is the right file")
    }
    return nil
  }

  private static func leadingColumns(
    _ header: [String], sheetSamples: Set<String>, reader: LineReader
  ) throws(InputError) -> Int {
    guard let first = header.firstIndex(where: { sheetSamples.contains($0) }) else {
      throw reader.error(
        "no column is a sample of the sample sheet",
        found: "the columns \(InputError.list(Array(header.dropFirst(4))))",
        expected: "samples of the sheet: \(InputError.list(sheetSamples.sorted()))",
        advice: "use the same sample ids in both files")
    }
    guard first == 4 || first == 6 else {
      throw reader.error(
        "unknown layout of the leading columns", column: "column \(first + 1)",
        found: "\(first) columns before '\(header[first])', the first sample of the sheet: "
          + header.prefix(min(first, 10)).joined(separator: ", "),
        expected: "4 (chromosome, start, end, id) or 6 (…, strand in the sixth)",
        advice: "remove extra columns, or add the samples that the sheet lacks")
    }
    return first
  }

  private func raggedRow() -> InputError {
    let isShort = fields.count < header.count
    let isCut = reader.lastLineIsUnterminated && isShort
    return reader.error(
      isShort ? "row has too few columns" : "row has too many columns",
      column: isShort ? header[fields.count] : "column \(header.count + 1)",
      found: "\(fields.count) columns\(isCut ? " in a last line without its line end" : "")",
      expected: "\(header.count) tab-separated columns, as in the header",
      advice: isCut ? "the file looks cut off; copy it again" : "mend the row")
  }

  private func gene(_ line: UnsafeRawBufferPointer) throws(InputError) -> Gene {
    for index in [0, 3] where fields.ranges[index].isEmpty {
      throw reader.error(
        index == 0 ? "gene without a chromosome" : "gene without an id", column: header[index],
        found: "an empty field", expected: index == 0 ? "a chromosome name" : "a gene id",
        advice: "mend the row")
    }
    let start = try coordinate(line, column: 1, minimum: 0)
    let end = try coordinate(line, column: 2, minimum: start)
    var strand = Gene.Strand.unknown
    if leadingColumns == 6 {
      switch fields.string(5, of: line) {
      case "+": strand = .forward
      case "-": strand = .reverse
      case ".": strand = .unknown
      case let other:
        throw reader.error(
          "malformed strand", column: header[5], found: "'\(other)'",
          expected: "+, - or . in the sixth of 6 leading columns",
          advice: "mend the row; or, if '\(header[5])' is a sample, add it to the sample sheet")
      }
    }
    return Gene(
      id: fields.string(3, of: line), chromosome: fields.string(0, of: line), start: start,
      end: end, strand: strand)
  }

  private func coordinate(
    _ line: UnsafeRawBufferPointer, column: Int, minimum: Int
  ) throws(InputError) -> Int {
    if let value = parseInteger(fields.bytes(column, of: line)), value >= minimum { return value }
    throw reader.error(
      "malformed coordinate", column: header[column],
      found: "'\(fields.string(column, of: line))'", expected: "an integer of at least \(minimum)",
      advice: "mend the row; starts are counted from 0 and lie before ends")
  }

  private func value(
    _ line: UnsafeRawBufferPointer, column: Int
  ) throws(InputError) -> Double {
    let text = fields.bytes(column, of: line)
    if let value = parseDouble(text), value.isFinite { return value }
    if text.elementsEqual("NA".utf8) { return .nan }
    throw reader.error(
      "expression value is not a number", column: header[column],
      found: "'\(fields.string(column, of: line))'", expected: "a finite number or NA",
      advice: text.contains(UInt8(ascii: ","))
        ? "write decimals with a point" : "mend the value; write missing ones as NA")
  }
}
