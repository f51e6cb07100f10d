import BlockGzip

/// `PREFIX.signals.tsv.gz`: the independent signals of genes, in the order of the expression file and then
/// of rank, in the columns of the pairs table and `rank`.
///
/// A shard's table holds every row that may become a signal, with what decides on it.
enum SignalTable {
  static let suffix = ".signals.tsv.gz"
  private static let rankColumn = "\trank"
  private static let candidateColumns = rankColumn + "\tset_size\tlog_p_forward\tlog_p_backward"
  private static let geneColumn = 5

  /// Writes the signals at a threshold.
  ///
  /// - Parameters:
  ///   - candidates: of genes in the order of the expression file.
  ///   - header: of the pairs table.
  static func write(
    _ candidates: [[SignalRow]], logThreshold: Double, header: String, to path: String
  ) throws(OutputError) {
    let writer = try BlockGzipWriter(path: path)
    try writer.write(header + rankColumn + "\n")
    for rows in candidates {
      for row in SignalRow.chosen(rows, logThreshold: logThreshold) {
        try writer.write("\(row.text)\t\(row.rank)\n")
      }
    }
    try writer.finish()
  }

  /// Writes what a merge decides on.
  static func writeCandidates(
    _ candidates: [[SignalRow]], header: String, to path: String
  ) throws(OutputError) {
    let writer = try BlockGzipWriter(path: path)
    try writer.write(header + candidateColumns + "\n")
    for row in candidates.joined() {
      try writer.write(
        "\(row.text)\t\(row.rank)\t\(row.count)\t\(row.forward)\t\(row.backward)\n")
    }
    try writer.finish()
  }

  /// The candidates of all shards by gene, in the order of the expression file.
  ///
  /// - Parameters:
  ///   - genes: places in the expression file by id.
  ///   - header: of the shards' pairs tables.
  /// - Throws: `InputError` where a table is not what a shard writes.
  static func readCandidates(
    _ paths: [String], genes: [String: Int], header: String
  ) throws(InputError) -> [[SignalRow]] {
    var rows: [Int: [SignalRow]] = [:]
    for path in paths {
      let reader = try LineReader(path: path)
      guard let first = try reader.next(),
        first.elementsEqual((header + candidateColumns).utf8)
      else {
        throw InputError(
          "is not a shard's table of signals of this version", path: path, line: 1,
          advice: "make the shard again with --force")
      }
      while let line = try reader.next() {
        let cells = String(decoding: line, as: UTF8.self)
          .split(separator: "\t", omittingEmptySubsequences: false)
        guard cells.count > geneColumn + 4, let gene = genes[String(cells[geneColumn])],
          let row = row(cells)
        else {
          throw InputError(
            "malformed row of a signal", path: path, line: reader.lineNumber,
            advice: "make the shard again with --force")
        }
        rows[gene, default: []].append(row)
      }
    }
    return rows.sorted { $0.key < $1.key }.map(\.value)
  }

  private static func row(_ cells: [Substring]) -> SignalRow? {
    let last = cells.suffix(4).map(String.init)
    guard let rank = Int(last[0]), let count = Int(last[1]), let forward = Double(last[2]),
      let backward = Double(last[3])
    else { return nil }
    return SignalRow(
      rank: rank, count: count, forward: forward, backward: backward,
      text: cells.dropLast(4).joined(separator: "\t"))
  }
}
