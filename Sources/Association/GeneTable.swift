import BlockGzip
import Cohort
import Distributions
import MixedModels
import Tables

/// `PREFIX.genes.tsv.gz`: one row per gene in the order of the expression file.
struct GeneTable {
  /// The header line, without its line end.
  static func header(_ columns: GeneColumns) -> String {
    let tested =
      columns.testedCount == 1
      ? ["b_gi", "b_gi_se"]
      : (1...columns.testedCount).flatMap { ["b_gi\($0)", "b_gi\($0)_se"] }
    let jackknife = columns.hasJackknife ? ["pval_jackknife", "jackknife_donor"] : []
    return
      (firstColumns + tested + ["df_gi", "pval_gi"] + columns.names + ["qval", "pattern"]
      + jackknife).joined(separator: "\t")
  }

  private static let firstColumns =
    ("phenotype_id\tchrom\tstart\tend\tn_samples\tn_donors\tnum_var\tsd_intercept\tsd_slope\t"
    + "cor_intercept_slope\tsd_residual\tdeviance\tstatus\tvariant_id\tvar_chrom\tpos\tref\talt\taf\t"
    + "b_g\tb_g_se").split(separator: "\t").map(String.init)

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
    /// What a second pass found; nil without one.
    var level: GeneLevelResult?

    /// The natural logarithm of a method's p-value.
    func logP(of method: GenePValueMethod) -> Double {
      let combined = summary.combination.logP
      return (level ?? GeneLevelResult()).logP(
        of: method, combined: combined, smallest: summary.lead.leader?.logPValue ?? .nan)
    }
  }

  let pairs: PairTable
  /// First and last time of the cohort, as the model has it.
  let times: (first: Double, last: Double)
  let chromosomes: [String]
  /// Whether the rows are those of all genes; q-values of some would not be those of all.
  let isWhole: Bool
  let columns: GeneColumns

  /// Writes all rows; q-values are over the genes with a p-value.
  func write(_ rows: [Row], to writer: BlockGzipWriter) throws(OutputError) {
    try writer.write(Self.header(columns) + "\n")
    let significance = GeneLevelSignificance(
      rows.map { GeneLevelNumbers($0, columns.options) }, columns.options)
    var text = TextBuffer()
    for (index, row) in rows.enumerated() {
      append(
        row, logQ: isWhole ? significance.logQValues[index] : .nan,
        threshold: isWhole ? significance.nominalThresholds[index] : .nan, to: &text)
      try text.withUnsafeBytes { bytes throws(OutputError) in try writer.write(bytes) }
      text.removeAll()
    }
  }

  private func append(
    _ row: Row, logQ: Double, threshold: Double, to text: inout TextBuffer
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
    append(level: row, threshold: threshold, to: &text)
    append(logProbability: logQ, to: &text)
    text.appendTab()
    text.append(pattern(row.summary.lead.leader)?.rawValue ?? "NA")
    if columns.hasJackknife { append(row.jackknife, to: &text) }
    text.appendNewline()
  }

  /// The columns of gene-level p-values, in the order of `GeneColumns.names`.
  private func append(level row: Row, threshold: Double, to text: inout TextBuffer) {
    let options = columns.options
    for name in ["acat", "emt", "bootstrap", "permutation"] {
      guard let method = options.methods.first(where: { $0.name == name }) else { continue }
      append(logProbability: row.logP(of: method), to: &text)
      guard method == .effectiveTests else { continue }
      text.appendTab()
      if let count = row.level?.effectiveTests, count > 0 {
        text.append(count)
      } else {
        text.append(literal: "NA")
      }
    }
    guard let method = options.resampling else { return }
    let resampled = row.level?.resampled(by: method)
    pairs.append(resampled?.shape1 ?? .nan, to: &text)
    pairs.append(resampled?.shape2 ?? .nan, to: &text)
    pairs.append(threshold, to: &text)
  }

  private func append(logProbability: Double, to text: inout TextBuffer) {
    text.appendTab()
    pairs.append(logProbability: logProbability, to: &text)
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
    let block = fit.details?.block ?? []
    let tested =
      columns.testedCount == 1
      ? [fit.interaction.value, fit.interaction.standardError]
      : (0..<columns.testedCount).flatMap { place in
        place < block.count ? [block[place].value, block[place].standardError] : [.nan, .nan]
      }
    let degreesOfFreedom =
      columns.testedCount == 1
      ? fit.interaction.degreesOfFreedom : fit.details?.test.denominatorDegreesOfFreedom ?? .nan
    let numbers =
      [lead?.summary.frequency ?? .nan, fit.genotype.value, fit.genotype.standardError]
      + tested + [degreesOfFreedom]
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
    if columns.testedCount > 1 {
      guard let ends = columns.basis?.ends, let block = fit.details?.block else { return nil }
      func effect(_ basis: [Double]) -> Double {
        fit.genotype.value + zip(basis, block).reduce(0) { $0 + $1.0 * $1.1.value }
      }
      return EffectPattern(first: effect(ends.first), last: effect(ends.last))
    }
    return EffectPattern(
      first: fit.genotype.value + fit.interaction.value * times.first,
      last: fit.genotype.value + fit.interaction.value * times.last)
  }
}
