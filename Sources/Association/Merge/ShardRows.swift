import BlockGzip
import Glibc
import Tables

/// The rows of one shard's table of pairs, in their order.
final class ShardRows {
  /// Where a row stands in the merged table.
  struct Place: Comparable {
    var chromosome: Int
    var position: Int
    /// In the expression file.
    var gene: Int
    /// A shard has all rows of a gene, in their order.
    var shard: Int

    static func < (left: Place, right: Place) -> Bool {
      (left.chromosome, left.position, left.gene) < (right.chromosome, right.position, right.gene)
    }
  }

  /// What all shards share to find a row's place.
  struct Order {
    var chromosomes: [String: Int]
    /// Places in the expression file by gene id.
    var genes: [String: Int]
  }

  private static let geneColumn = 5

  private let reader: LineReader
  private let shard: Int
  private let order: Order
  /// Name of the chromosome last met and its number: rows of one chromosome come together.
  private var chromosome: (name: [UInt8], number: Int) = ([], -1)
  /// The current row without its line end; the bytes belong to the reader.
  private(set) var line = UnsafeRawBufferPointer(start: nil, count: 0)
  private(set) var count = 0

  /// Opens the table and checks its header.
  init(_ result: ShardResult, number: Int, order: Order) throws(InputError) {
    shard = number
    self.order = order
    reader = try LineReader(path: result.prefix + ".pairs.tsv.gz")
    _ = try Self.header(reader)
  }

  /// The header of a shard's table, which all shards of a plan share.
  static func header(of result: ShardResult) throws(InputError) -> String {
    try header(LineReader(path: result.prefix + ".pairs.tsv.gz"))
  }

  private static func header(_ reader: LineReader) throws(InputError) -> String {
    let line = try reader.next().map { String(decoding: $0, as: UTF8.self) } ?? ""
    guard PairColumns.areStart(of: line) else {
      throw InputError(
        "is not a table of pairs of this version", path: reader.path, line: 1,
        advice: "make the shard again with --force")
    }
    return line
  }

  /// Reads the next row.
  ///
  /// - Returns: its place; nil after the last.
  func advance() throws(InputError) -> Place? {
    guard let next = try reader.next() else { return nil }
    line = next
    count += 1
    let columns = firstColumns(of: next)
    guard columns.count > Self.geneColumn,
      let chromosome = chromosome(next[columns[0]]),
      let position = parseInteger(UnsafeRawBufferPointer(rebasing: next[columns[1]])),
      let gene = order.genes[
        String(decoding: next[columns[Self.geneColumn]], as: UTF8.self)]
    else {
      throw InputError(
        "row of an unknown gene or chromosome", path: reader.path, line: reader.lineNumber,
        advice: "make the shard again with --force")
    }
    return Place(chromosome: chromosome, position: position, gene: gene, shard: shard)
  }

  /// The columns up to that of the gene, fewer where the row has fewer.
  private func firstColumns(of line: UnsafeRawBufferPointer) -> InlineColumns {
    var columns = InlineColumns()
    var start = 0
    while columns.count <= Self.geneColumn, start <= line.count {
      // Safe: memchr stays inside [start, line.count).
      let tab = line.baseAddress.flatMap {
        memchr($0 + start, Int32(UInt8(ascii: "\t")), line.count - start)
      }
      let end = tab.map { UnsafeRawPointer($0) - line.baseAddress.unsafelyUnwrapped } ?? line.count
      columns.append(start..<end)
      start = end + 1
    }
    return columns
  }

  private func chromosome(_ name: Slice<UnsafeRawBufferPointer>) -> Int? {
    if !name.elementsEqual(chromosome.name) {
      guard let number = order.chromosomes[String(decoding: name, as: UTF8.self)] else {
        return nil
      }
      chromosome = (Array(name), number)
    }
    return chromosome.number
  }

  /// A few ranges without an allocation.
  private struct InlineColumns {
    private var ranges = InlineArray<6, Range<Int>>(repeating: 0..<0)
    private(set) var count = 0

    mutating func append(_ range: Range<Int>) {
      ranges[count] = range
      count += 1
    }

    subscript(_ index: Int) -> Range<Int> { ranges[index] }
  }
}
