import MixedModels
import Tables

/// The independent signals of a gene by forward–backward conditioning, as tensorQTL's `map_independent`
/// finds them (GTEx Consortium 2017, doi:10.1038/nature24277).
///
/// Forward: the lead variant's main effect and its genotype × time join the covariates and all variants
/// are tested again, as long as the new lead passes. Backward: each signal in turn is left out and all
/// variants are tested with the others as covariates; the lead then stands for the signal.
struct SignalSearch {
  /// Forward steps of a gene at most.
  static let most = 10

  let context: ScanContext
  let model: GeneModel
  let design: DesignCrossProducts
  let response: [Double]
  let variants: GeneVariants
  let chromosomes: [String]
  /// The gene-level log p of a step from its lead's and its combined log p.
  let geneLevel: (_ smallest: Double, _ combined: Double) -> Double
  /// Steps above this cannot pass, whatever the other genes.
  let logLimit: Double

  /// A step: the lead given other signals.
  private struct Lead {
    var member: Int
    var fit: PairFit
    var pairLogP: Double
    var geneLogP: Double
  }

  /// - Parameter first: the gene's own log p, the criterion of the first step.
  /// - Returns: no rows where the first step does not pass.
  func rows(first: Double) -> [SignalRow] {
    guard first <= logLimit, let lead = lead(given: []) else { return [] }
    var found = [lead]
    found[0].geneLogP = first
    var rows = [row(found[0], rank: 1, count: 1, forward: first)]
    var forward = first
    while found.count < Self.most, let next = self.lead(given: found.map(\.member)),
      next.geneLogP <= logLimit
    {
      found.append(next)
      forward = max(forward, next.geneLogP)
      for rank in 1...found.count {
        let others = found.indices.filter { $0 + 1 != rank }.map { found[$0].member }
        // The last one was found given all others.
        let kept = rank == found.count ? next : self.lead(given: others)
        guard let kept else { continue }
        rows.append(row(kept, rank: rank, count: found.count, forward: forward))
      }
    }
    return rows
  }

  /// The lead with the signals of some members among the covariates; nil where the model cannot hold
  /// them.
  private func lead(given members: [Int]) -> Lead? {
    var matrices = design.matrices
    let genotype = context.plan.columns
    let columns = [genotype.genotype, genotype.interaction].compactMap(\.self)
    for member in members {
      matrices = matrices.conditioned(
        on: variants.dosages(variants.members[member].column), columns: columns, of: design)
    }
    guard matrices.fixed.rows > matrices.fixed.columns + matrices.genotype.columns + 2,
      let own = members.isEmpty ? design : try? DesignCrossProducts(matrices),
      let scan = GeneScan(
        context: context, design: own, charts: charts(own), response: response, variants: variants,
        wantsMain: false),
      let lead = scan.lead(variants)
    else { return nil }
    let smallest = min(lead.logP, 0)
    return Lead(
      member: lead.member, fit: lead.fit, pairLogP: lead.logP,
      geneLogP: geneLevel(smallest, scan.combined(variants)))
  }

  private func charts(_ own: DesignCrossProducts) -> ChartDesign? {
    guard let shared = context.charts else { return nil }
    return ChartDesign(
      design: own, columns: context.plan.columns, criterion: context.options.criterion,
      method: shared.method, isDirect: shared.method == .satterthwaite)
  }

  private func row(_ lead: Lead, rank: Int, count: Int, forward: Double) -> SignalRow {
    let member = variants.members[lead.member]
    let text = VariantRowText(
      chromosome: chromosomes[member.variant.chromosome], variant: member.variant,
      number: member.fileIndex, summary: member.summary, format: context.table.format)
    var row = TextBuffer()
    context.table.append(
      variant: text, gene: GeneRowText(model), fit: lead.fit,
      logPValues: PairTails(kernel: context.options.level.kernel)
        .logPValues(of: lead.fit, interaction: lead.pairLogP),
      to: &row)
    let line = row.withUnsafeBytes { String(decoding: $0.dropLast(), as: UTF8.self) }
    return SignalRow(
      rank: rank, count: count, forward: forward, backward: lead.geneLogP, text: line)
  }
}
