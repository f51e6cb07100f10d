import LinearAlgebra
import MixedModels

/// Fits the pairs of chunks on one thread.
struct ScanWorker {
  let options: ScanOptions
  let plan: ModelPlan
  let shared: DesignCrossProducts
  let table: PairTable

  /// What became of a chunk.
  struct Outcome {
    var run = PairRun()
    var counts = PairCounts()
  }

  /// Every pair of a chunk, as a sorted run.
  ///
  /// - Parameter genes: models of the chunk's genes, in its order.
  func process(_ chunk: ScanChunk, genes: [GeneModel], chromosomes: [String]) -> Outcome {
    var outcome = Outcome()
    for variants in chunk.variants {
      for gene in genes {
        process(gene, variants, chromosomes: chromosomes, into: &outcome)
      }
    }
    outcome.run.sort()
    return outcome
  }

  private func process(
    _ gene: GeneModel, _ batch: PreparedVariants, chromosomes: [String],
    into outcome: inout Outcome
  ) {
    let range =
      options.isTrans
      ? batch.variants.indices : batch.indices(positions: gene.gene.cisWindow(options.window))
    guard !range.isEmpty else { return }
    let design = gene.design ?? shared
    let prepared =
      design === shared
      ? batch
      : PreparedVariants(
        batch: batch.batch, firstIndex: batch.firstIndex, design: design, filter: options.filter)
    let kernel = gene.kernel(
      columns: plan.columns, criterion: options.criterion, method: options.degreesOfFreedom)
    prepared.dosages.withUnsafeBufferPointer { dosages in
      guard let base = dosages.baseAddress else { return }
      for index in range {
        let summary = prepared.summaries[index]
        guard summary.verdict == .tested else { continue }
        // Safe: the column of variant `index` starts there and has donorCount values.
        let fit =
          kernel?.fit(dosages: base + index * prepared.donorCount)
          ?? .failed(gene.failure ?? .notIdentifiable)
        let logPValue = PairTable.logPValue(fit.interaction)
        outcome.counts.add(fit.status)
        guard isReported(logPValue) else { continue }
        let variant = prepared.variants[index]
        let key = PairRowKey(
          chromosome: variant.chromosome, position: variant.position, gene: gene.index,
          alternate: variant.alternate, variant: prepared.firstIndex + index)
        outcome.run.add(key) { text in
          table.append(
            chromosome: chromosomes[variant.chromosome], variant: prepared, at: index,
            summary: summary, gene: gene, fit: fit, logPValue: logPValue, to: &text)
        }
        outcome.counts.rows += 1
      }
    }
  }

  private func isReported(_ logPValue: Double) -> Bool {
    options.pValueThreshold >= 1 || logPValue <= Double.log(options.pValueThreshold)
  }
}
