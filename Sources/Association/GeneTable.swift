import BlockGzip
import Cohort
import Distributions
import MixedModels
import Tables

/// `PREFIX.genes.tsv.gz`: one row per gene in the order of the expression file.
struct GeneTable {
  static let header =
    "phenotype_id\tchrom\tstart\tend\tn_samples\tn_donors\tnum_var\tsd_intercept\tsd_slope\t"
    + "cor_intercept_slope\tsd_residual\tdeviance\tstatus\tvariant_id\tvar_chrom\tpos\tref\talt\taf\t"
    + "b_g\tb_g_se\tb_gi\tb_gi_se\tdf_gi\tpval_gi\tpval_acat\tqval\tpattern"

  /// One gene's row, before q-values.
  struct Row: Sendable {
    var gene: Gene
    var sampleCount: Int
    var donorCount: Int
    var components: VarianceComponents
    var deviance: Double
    var status: FitStatus
    var summary: GeneSummary
    /// The lead variant's test without each donor; nil where it was not asked for.
    var jackknife: LeaveOneOut.Result?
  }

  /// The columns that `--jackknife` appends, with the tab before them.
  static let jackknifeHeader = "\tpval_jackknife\tjackknife_donor"

  let pairs: PairTable
  /// First and last time of the cohort, as the model has it.
  let times: (first: Double, last: Double)
  let chromosomes: [String]
  /// Whether the rows are those of all genes; q-values of some would not be those of all.
  let isWhole: Bool
  /// Whether the rows have the columns of `--jackknife`.
  var hasJackknife = false

  /// Writes all rows; q-values are over the genes with a combined p-value.
  func write(_ rows: [Row], to writer: BlockGzipWriter) throws(OutputError) {
    try writer.write(Self.header + (hasJackknife ? Self.jackknifeHeader : "") + "\n")
    let combined = rows.map { $0.summary.combination.logP }
    let q =
      isWhole ? QValues.logQValues(combined) : [Double](repeating: .nan, count: rows.count)
    var text = TextBuffer()
    for (index, row) in rows.enumerated() {
      append(row, logCombined: combined[index], logQ: q[index], to: &text)
      try text.withUnsafeBytes { bytes throws(OutputError) in try writer.write(bytes) }
      text.removeAll()
    }
  }

  private func append(
    _ row: Row, logCombined: Double, logQ: Double, to text: inout TextBuffer
  ) {
    text.append(row.gene.id)
    text.appendTab()
    text.append(row.gene.chromosome)
    for count in [row.gene.start, row.gene.end, row.sampleCount, row.donorCount, row.summary.pairs]
    {
      text.appendTab()
      text.append(count)
    }
    pairs.append(components: row.components, to: &text)
    pairs.append(row.deviance, to: &text)
    text.appendTab()
    text.append(row.status.description)
    append(row.summary.lead.leader, to: &text)
    for probability in [logCombined, logQ] {
      text.appendTab()
      pairs.append(logProbability: probability, to: &text)
    }
    text.appendTab()
    text.append(pattern(row.summary.lead.leader)?.rawValue ?? "NA")
    if hasJackknife { append(row.jackknife, to: &text) }
    text.appendNewline()
  }

  private func append(_ lead: LeadVariant.Candidate?, to text: inout TextBuffer) {
    let words =
      lead.map {
        [
          $0.variant.id, chromosomes[$0.variant.chromosome], String($0.variant.position),
          $0.variant.reference, $0.variant.alternate,
        ]
      } ?? [String](repeating: "NA", count: 5)
    for word in words {
      text.appendTab()
      text.append(word)
    }
    let fit = lead?.fit ?? .failed(.notIdentifiable)
    let numbers = [
      lead?.summary.frequency ?? .nan, fit.genotype.value, fit.genotype.standardError,
      fit.interaction.value, fit.interaction.standardError, fit.interaction.degreesOfFreedom,
    ]
    for number in numbers { pairs.append(number, to: &text) }
    text.appendTab()
    pairs.append(logProbability: lead?.logPValue ?? .nan, to: &text)
  }

  private func append(_ jackknife: LeaveOneOut.Result?, to text: inout TextBuffer) {
    text.appendTab()
    pairs.append(logProbability: jackknife?.logPValue ?? .nan, to: &text)
    text.appendTab()
    text.append(jackknife?.donor ?? "NA")
  }

  /// From the allele's effect at the first and the last time.
  private func pattern(_ lead: LeadVariant.Candidate?) -> EffectPattern? {
    guard let fit = lead?.fit else { return nil }
    return EffectPattern(
      first: fit.genotype.value + fit.interaction.value * times.first,
      last: fit.genotype.value + fit.interaction.value * times.last)
  }
}
