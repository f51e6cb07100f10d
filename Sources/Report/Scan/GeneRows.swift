import BlockGzip
import Glibc
import Results

/// The table of genes in memory: a report shows its rows as they stand there.
struct GeneRows: Sendable {
  /// A gene with what is sorted and counted by; everything else by the name of its column.
  struct Row: Sendable {
    var id: String
    /// NaN where the gene has none.
    var logP: Double
    var logQ: Double
    var slopeDeviation: Double
    var pattern: String
    var status: String
    var fields: [String]
  }

  let columns: TableColumns
  let rows: [Row]
  /// Genes by the p-value of their lead variants, smallest first; those without one left out.
  let ranked: [Row]

  /// - Throws: `InputError` for a damaged table.
  init(_ result: FinishedResult) throws(InputError) {
    let table = try result.genes()
    columns = table.columns
    let (id, p, q) = (
      try columns.require("phenotype_id"), try columns.require("pval_gi"),
      try columns.require("qval")
    )
    let (slope, pattern) = (try columns.require("sd_slope"), try columns.require("pattern"))
    let status = try columns.require("status")
    var rows: [Row] = []
    while try table.advance() {
      rows.append(
        Row(
          id: table.text(id), logP: try table.logProbability(p), logQ: try table.logProbability(q),
          slopeDeviation: try table.number(slope), pattern: table.text(pattern),
          status: table.text(status),
          fields: columns.names.indices.map(table.text)))
    }
    self.rows = rows
    ranked = rows.indices.filter { !rows[$0].logP.isNaN }
      .sorted { (rows[$0].logP, $0) < (rows[$1].logP, $1) }.map { rows[$0] }
  }

  /// A field of a row as the table has it; `NA` where there is no such column.
  func text(_ name: String, of row: Row) -> String { columns[name].map { row.fields[$0] } ?? "NA" }

  /// A number of a row; NaN where it is missing.
  func number(_ name: String, of row: Row) -> Double { Double(text(name, of: row)) ?? .nan }

  /// Genes that have a pair.
  var withPairs: Int { rows.count { (Int(text("num_var", of: $0)) ?? 0) > 0 } }

  /// The lead variants of genes with a q-value up to a rate: id and position by gene.
  func leads(_ rate: Double) -> [String: PairPass.Lead] {
    Dictionary(
      significant(rate).map {
        (
          $0.id,
          PairPass.Lead(
            variant: text("variant_id", of: $0), position: text("pos", of: $0), logP: $0.logP)
        )
      }
    ) { first, _ in first }
  }

  /// Genes with a q-value up to a rate.
  func significant(_ rate: Double) -> [Row] { ranked.filter { $0.logQ <= log(rate) } }
}
