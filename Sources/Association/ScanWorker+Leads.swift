import MixedModels

/// Lead variants of genes.
extension ScanWorker {
  /// Fits a gene's candidates for the lead exactly and settles which one leads.
  ///
  /// - Returns: the rows of candidates whose fast fit is in the pairs table.
  func settle(
    _ summary: inout GeneSummary, of model: GeneModel, chromosomes: [String]
  ) -> [ReplacedRow] {
    let candidates = summary.lead.candidates
    let open = candidates.indices.filter { candidates[$0].fit == nil }
    guard !open.isEmpty, let gene = model.exactGene else { return [] }
    let dosages = open.flatMap { candidates[$0].dosages }
    let requests = open.indices.map { PairRequest(gene: 0, variant: $0) }
    let kernel =
      model.design.flatMap { $0 === context.design ? nil : context.exactFits($0) } ?? exact
    let fits = dosages.withUnsafeBufferPointer { all -> [PairFit] in
      guard let base = all.baseAddress else { return [] }
      return kernel.fit(requests, genes: [gene], reduced: [model.reduced], dosages: base)
    }
    let logPValues = tails.logPValues(fits.map(\.interaction))
    var settled = candidates
    var replaced: [ReplacedRow] = []
    for (place, index) in open.enumerated() {
      settled[index].fit = fits[place]
      settled[index].logPValue = logPValues[place]
      if !context.options.guards.jackknife { settled[index].dosages = [] }
      guard candidates[index].isReported else { continue }
      let candidate = settled[index]
      let text = VariantRowText(
        chromosome: chromosomes[candidate.variant.chromosome], variant: candidate.variant,
        number: candidate.fileIndex, summary: candidate.summary, format: context.table.format)
      var row = ReplacedRow(key: PairRowKey(variant: text.key, gene: model.index))
      context.table.append(
        variant: text, gene: GeneRowText(model), fit: fits[place],
        logPValues: tails.logPValues(of: fits[place], interaction: logPValues[place]),
        to: &row.text)
      replaced.append(row)
    }
    summary.lead.settle(settled)
    return replaced
  }
}
