import BlockGzip
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
  private var fields = Fields(separator: .tab)
  /// The current row without its line end; the bytes belong to the reader.
  private(set) var line = UnsafeRawBufferPointer(start: nil, count: 0)
  private(set) var count = 0

  /// Opens the table and checks its header.
  init(_ result: ShardResult, number: Int, order: Order) throws(InputError) {
    shard = number
    self.order = order
    reader = try LineReader(path: result.prefix + ".pairs.tsv.gz")
    guard let header = try reader.next(), header.elementsEqual(PairTable.header.utf8) else {
      throw InputError(
        "is not a table of pairs of this version", path: reader.path, line: 1,
        advice: "make the shard again with --force")
    }
  }

  /// Reads the next row.
  ///
  /// - Returns: its place; nil after the last.
  func advance() throws(InputError) -> Place? {
    guard let next = try reader.next() else { return nil }
    line = next
    count += 1
    fields.split(next)
    guard fields.count > Self.geneColumn,
      let chromosome = order.chromosomes[fields.string(0, of: next)],
      let position = parseInteger(fields.bytes(1, of: next)),
      let gene = order.genes[fields.string(Self.geneColumn, of: next)]
    else {
      throw InputError(
        "row of an unknown gene or chromosome", path: reader.path, line: reader.lineNumber,
        advice: "make the shard again with --force")
    }
    return Place(chromosome: chromosome, position: position, gene: gene, shard: shard)
  }
}
