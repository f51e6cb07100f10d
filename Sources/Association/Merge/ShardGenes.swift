import BlockGzip
import Distributions
import Tables

/// The rows of all shards' genes tables, in the order of the expression file.
struct ShardGenes {
  private struct Row {
    var place: Int
    var text: String
    var logP: Double
  }

  private static let countColumn = "num_var"
  private static let qValueColumn = "qval"

  private let header: [String]
  private let rows: [Row]
  /// Places in the expression file by gene id.
  let places: [String: Int]

  /// Reads the tables.
  ///
  /// - Throws: `InputError` where tables and manifests contradict each other.
  init(_ shards: ShardSet) throws(InputError) {
    var header: [String] = []
    var rows: [Row] = []
    var places: [String: Int] = [:]
    for shard in shards.shards {
      let path = shard.prefix + ".genes.tsv.gz"
      let reader = try LineReader(path: path)
      guard let first = try reader.next() else {
        throw InputError("empty table of genes", path: path)
      }
      header = Self.columns(String(decoding: first, as: UTF8.self))
      let countColumn = header.firstIndex(of: Self.countColumn) ?? 0
      var pairs = 0
      var read = 0
      while let line = try reader.next() {
        let text = String(decoding: line, as: UTF8.self)
        let cells = Self.columns(text)
        guard read < shard.part.genePlaces.count, cells.count == header.count,
          let count = Int(cells[countColumn]), let logP = Double(shard.part.genePValueLogs[read])
        else {
          throw InputError(
            "the table contradicts its manifest", path: path, line: reader.lineNumber,
            advice: "make the shard again with --force")
        }
        rows.append(Row(place: shard.part.genePlaces[read], text: text, logP: logP))
        places[cells[0]] = shard.part.genePlaces[read]
        pairs += count
        read += 1
      }
      guard read == shard.manifest.genes, pairs == shard.manifest.pairs else {
        throw InputError(
          "the table contradicts its manifest", path: path,
          found: "\(read) genes with \(pairs) pairs",
          expected: "\(shard.manifest.genes) genes with \(shard.manifest.pairs) pairs",
          advice: "make the shard again with --force")
      }
    }
    self.header = header
    self.rows = rows.sorted { $0.place < $1.place }
    self.places = places
  }

  /// Writes all rows, with q-values over all genes.
  func write(to path: String, format: NumberFormat) throws(OutputError) {
    let writer = try BlockGzipWriter(path: path)
    try writer.write(header.joined(separator: "\t") + "\n")
    let qValues = QValues.logQValues(rows.map(\.logP))
    let table = PairTable(format: format)
    let column = header.firstIndex(of: Self.qValueColumn) ?? 0
    for (row, qValue) in zip(rows, qValues) {
      var cells = Self.columns(row.text)
      var text = TextBuffer()
      table.append(logProbability: qValue, to: &text)
      cells[column] = text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      try writer.write(cells.joined(separator: "\t") + "\n")
    }
    try writer.finish()
  }

  private static func columns(_ line: String) -> [String] {
    line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
  }
}
