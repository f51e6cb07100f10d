import Association
import BlockGzip
import Glibc
import Results

/// What a report takes from the table of pairs, in one pass over its rows.
struct PairPass: Sendable {
  /// p-values of one kind by bins of minor-allele frequency, and over all.
  struct Binned: Sendable {
    var bins: [PValueSample]
    /// λ of all bins together; NaN before `sort`.
    private(set) var inflation = Double.nan

    init(stride: Int) {
      bins = PValueHistogram.frequencyBins.map { _ in PValueSample(stride: stride) }
    }

    mutating func add(_ logP: Double, bin: Int) { bins[bin].add(logP) }

    mutating func sort() {
      inflation = PValueSample(joining: bins).inflation
      for bin in bins.indices { bins[bin].sort() }
    }
  }

  /// A gene's lead variant, as the tables have it.
  struct Lead {
    var variant: String
    var position: String
    /// The natural logarithm of its p-value.
    var logP: Double

    func isRow(variant: String, position: String) -> Bool {
      (self.variant, self.position) == (variant, position)
    }
  }

  /// p-values that are kept at most, of each kind.
  private static let mostValues = 20_000_000

  private(set) var rows = 0
  private(set) var interaction: Binned
  private(set) var main: Binned
  /// Genes whose lead variant's fit lies on the boundary.
  private(set) var boundaryLeads: Set<String> = []
  private(set) var genome = GenomePoints()
  /// Degrees of freedom by value, in bins of `freedomWidth`.
  private(set) var freedom: [Int: Int] = [:]
  let freedomWidth: Double
  /// Of the larger p-values every so many-th is kept.
  let stride: Int

  /// Reads the table through.
  ///
  /// - Parameter leads: of the genes found, by gene.
  /// - Throws: `InputError` for a damaged table.
  init(_ result: FinishedResult, leads: [String: Lead]) throws(InputError) {
    stride = max(1, (result.manifest.rows + Self.mostValues - 1) / Self.mostValues)
    interaction = Binned(stride: stride)
    main = Binned(stride: stride)
    freedomWidth = max(1, (Double(result.manifest.design.donors) / 50).rounded())
    let table = try result.pairs()
    let columns = table.columns
    let (chromosome, position) = (try columns.require("chrom"), try columns.require("pos"))
    let frequency = try columns.require("af")
    let (pInteraction, pMain) = (try columns.require("pval_gi"), try columns.require("pval_g"))
    let (gene, variant) = (
      try columns.require("phenotype_id"), try columns.require("variant_id")
    )
    let status = try columns.require("status")
    let df = try columns.require("df_gi")
    // No other row can be a lead's.
    let largest = leads.values.map(\.logP).max() ?? -.infinity
    while try table.advance() {
      rows += 1
      let bin = PValueHistogram.frequencyBin(try table.number(frequency))
      let logP = try table.logProbability(pInteraction)
      interaction.add(logP, bin: bin)
      main.add(try table.logProbability(pMain), bin: bin)
      genome.add(
        chromosome: table.bytes(chromosome), position: try table.integer(position),
        minusLog10P: -logP / M_LN10)
      if logP <= largest, table.bytes(status).elementsEqual("boundary".utf8),
        let lead = leads[table.text(gene)],
        lead.isRow(variant: table.text(variant), position: table.text(position))
      {
        boundaryLeads.insert(table.text(gene))
      }
      add(freedom: try table.number(df))
    }
    interaction.sort()
    main.sort()
  }

  private mutating func add(freedom value: Double) {
    // Infinite ones, of normal tests, have no place on an axis.
    guard value >= 0, value < 1e9 else { return }
    freedom[Int(value / freedomWidth), default: 0] += 1
  }
}
