import LinearAlgebra
import MixedModels

/// Fits the pairs of chunks on one thread.
struct ScanWorker {
  let options: ScanOptions
  let plan: ModelPlan
  let shared: DesignCrossProducts
  let table: PairTable

  /// Genes that share one loading of a variant: enough to make it cheap, few enough that their
  /// cross-products stay in the cache.
  private static let tileSize = 16

  /// Every pair of a chunk, as a sorted run.
  ///
  /// - Parameter genes: models of the chunk's genes, in its order.
  func process(_ chunk: ScanChunk, genes: [GeneModel], chromosomes: [String]) -> ChunkOutcome {
    var outcome = ChunkOutcome(genes: chunk.genes, progress: chunk.progress)
    let sharing = genes.filter { $0.design == nil || $0.design === shared }
    let kernel = kernel(for: shared)
    for batch in chunk.variants {
      for start in stride(from: 0, to: sharing.count, by: Self.tileSize) {
        let tile = sharing[start..<min(start + Self.tileSize, sharing.count)]
        process(tile, batch, kernel: kernel, chromosomes: chromosomes, into: &outcome)
      }
    }
    for gene in genes {
      guard let design = gene.design, design !== shared else { continue }
      let kernel = self.kernel(for: design)
      for batch in chunk.variants where !window(of: gene, in: batch).isEmpty {
        let own = PreparedVariants(
          batch: batch.batch, firstIndex: batch.firstIndex, design: design,
          filter: options.filter)
        process([gene][...], own, kernel: kernel, chromosomes: chromosomes, into: &outcome)
      }
    }
    outcome.run.sort()
    return outcome
  }

  private func kernel(for design: DesignCrossProducts) -> any InteractionKernel {
    ExactInteractionKernel(
      design: design, columns: plan.columns, criterion: options.criterion,
      method: options.degreesOfFreedom, refit: options.refit)
  }

  private func window(of gene: GeneModel, in batch: PreparedVariants) -> Range<Int> {
    options.isTrans
      ? batch.variants.indices : batch.indices(positions: gene.gene.cisWindow(options.window))
  }

  /// Pairs of genes of one design with a batch prepared for it.
  private func process(
    _ genes: ArraySlice<GeneModel>, _ batch: PreparedVariants, kernel: any InteractionKernel,
    chromosomes: [String], into outcome: inout ChunkOutcome
  ) {
    let windows = genes.map { window(of: $0, in: batch) }
    let first = windows.map(\.lowerBound).min() ?? 0
    let last = windows.map(\.upperBound).max() ?? 0
    let texts = genes.map(GeneRowText.init)
    batch.dosages.withUnsafeBufferPointer { dosages in
      guard let base = dosages.baseAddress else { return }
      for index in first..<max(first, last) where batch.summaries[index].verdict == .tested {
        var isLoaded = false
        let variant = batch.variants[index]
        let text = VariantRowText(
          chromosome: chromosomes[variant.chromosome], variant: variant,
          number: batch.firstIndex + index, summary: batch.summaries[index], format: table.format)
        for ((gene, geneText), window) in zip(zip(genes, texts), windows)
        where window.contains(index) {
          guard let response = gene.response, let null = gene.null, gene.failure == nil else {
            report(
              .failed(gene.failure ?? .notIdentifiable), geneText, text, batch, index,
              into: &outcome)
            continue
          }
          if !isLoaded {
            // Safe: the column of variant `index` starts there and has donorCount values.
            kernel.load(dosages: base + index * batch.donorCount)
            isLoaded = true
          }
          report(
            kernel.fit(response: response, null: null), geneText, text, batch, index,
            into: &outcome)
        }
      }
    }
  }

  private func report(
    _ fit: PairFit, _ gene: GeneRowText, _ text: VariantRowText, _ batch: PreparedVariants,
    _ index: Int, into outcome: inout ChunkOutcome
  ) {
    let logPValue = PairLogPValues.logPValue(fit.interaction)
    let variant = batch.variants[index]
    let summary = batch.summaries[index]
    outcome.counts.add(fit.status)
    outcome.histogram.add(logPValue: logPValue, alleleFrequency: summary.frequency)
    outcome.summaries[gene.index, default: GeneSummary()].add(logPValue) {
      LeadVariant.Candidate(
        logPValue: logPValue, variant: variant, fileIndex: batch.firstIndex + index,
        frequency: summary.frequency, fit: fit)
    }
    guard isReported(logPValue) else { return }
    let logPValues = PairLogPValues(fit, interaction: logPValue)
    outcome.run.add(PairRowKey(variant: text.key, gene: gene.index)) { row in
      table.append(variant: text, gene: gene, fit: fit, logPValues: logPValues, to: &row)
    }
    outcome.counts.rows += 1
  }

  private func isReported(_ logPValue: Double) -> Bool {
    options.pValueThreshold >= 1 || logPValue <= Double.log(options.pValueThreshold)
  }
}
