import BlockGzip
import Distributions
import Tables

/// The rows of all shards' genes tables, in the order of the expression file.
struct ShardGenes {
  private struct Row {
    var place: Int
    var text: String
    var numbers: GeneLevelNumbers
  }

  private static let countColumn = "num_var"
  private static let qValueColumn = "qval"

  private let header: [String]
  private let rows: [Row]
  private let options: GeneLevelOptions
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
          let count = Int(cells[countColumn]),
          let numbers = GeneLevelNumbers(texts: shard.part.geneNumbers[read])
        else {
          throw InputError(
            "the table contradicts its manifest", path: path, line: reader.lineNumber,
            advice: "make the shard again with --force")
        }
        rows.append(Row(place: shard.part.genePlaces[read], text: text, numbers: numbers))
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
    options = GeneLevelOptions(settings: shards.plan.settings)
    self.header = header
    self.rows = rows.sorted { $0.place < $1.place }
    self.places = places
  }

  /// Significance over all genes.
  var significance: GeneLevelSignificance {
    GeneLevelSignificance(rows.map(\.numbers), options)
  }

  /// Writes all rows, with q-values and nominal thresholds over all genes.
  func write(to path: String, format: NumberFormat) throws(OutputError) {
    let writer = try BlockGzipWriter(path: path)
    try writer.write(header.joined(separator: "\t") + "\n")
    let significance = significance
    let table = PairTable(format: format)
    let column = header.firstIndex(of: Self.qValueColumn) ?? 0
    let thresholdColumn = header.firstIndex(of: GeneColumns.nominalThreshold)
    for (index, row) in rows.enumerated() {
      var cells = Self.columns(row.text)
      var text = TextBuffer()
      table.append(logProbability: significance.logQValues[index], to: &text)
      cells[column] = text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      if let thresholdColumn {
        text.removeAll()
        text.append(significance.nominalThresholds[index], format: format)
        cells[thresholdColumn] = text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      }
      try writer.write(cells.joined(separator: "\t") + "\n")
    }
    try writer.finish()
  }

  private static func columns(_ line: String) -> [String] {
    line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
  }
}
