import BlockGzip
import Genotypes
import MixedModels

/// Fits the pairs of chunks on one thread.
///
/// A chunk's variants are taken into a block once; genes pass over it in tiles. Pairs are fitted in
/// their gene's chart; those with a small p-value and those that do not settle there are collected
/// over the tile and fitted exactly.
final class ScanWorker {
  let context: ScanContext
  let exact: ExactPairFits
  private let fast: FastFits?
  let tails: PairTails
  private let structured: StructuredPairs

  /// Genes whose rows are held at once.
  private static let tileSize = 64

  init(context: ScanContext) {
    self.context = context
    exact = context.exactFits(context.design)
    fast = context.charts.map { FastFits(context: context, shared: $0) }
    tails = PairTails(kernel: context.options.level.kernel)
    structured = StructuredPairs(context: context)
  }

  /// Every pair of a chunk, as sorted runs.
  ///
  /// - Throws: `OutputError` where a gene's expression cannot be read back.
  func process(_ chunk: ScanChunk, chromosomes: [String]) throws(OutputError) -> ChunkOutcome {
    var outcome = ChunkOutcome(chunk)
    var models: [GeneModel] = []
    for gene in chunk.genes { models.append(try context.models.model(gene)) }
    let batch = chunk.batch
    let sharing = models.filter { $0.design == nil || $0.design === context.design }
    let distinct = DistinctVariants(batch)
    if !sharing.isEmpty { fast?.load(batch, distinct) }
    for start in stride(from: 0, to: sharing.count, by: Self.tileSize) {
      let tile = sharing[start..<min(start + Self.tileSize, sharing.count)]
      report(
        fit(tile, batch, distinct, fast: fast, kernel: exact), batch, distinct,
        chromosomes: chromosomes, into: &outcome)
    }
    for model in models {
      guard let design = model.design, design !== context.design else { continue }
      guard !window(of: model, in: batch).isEmpty else { continue }
      let own = context.variants(of: batch, for: design)
      // Dosages of the same donors in another order are equal where they were.
      let ownDistinct =
        design.donorCount == context.design.donorCount ? distinct : DistinctVariants(own)
      let fast = model.chart.map { FastFits(context: context, shared: $0.shared) }
      fast?.load(own, ownDistinct)
      report(
        fit([model], own, ownDistinct, fast: fast, kernel: context.exactFits(design)), own,
        ownDistinct, chromosomes: chromosomes, into: &outcome)
    }
    return outcome
  }

  private func window(of model: GeneModel, in batch: PreparedVariants) -> Range<Int> {
    context.options.isTrans
      ? batch.variants.indices
      : batch.indices(positions: model.gene.cisWindow(context.options.window))
  }

  // MARK: Fits

  /// The pairs of genes of one design with a batch prepared for it.
  private func fit(
    _ models: ArraySlice<GeneModel>, _ batch: PreparedVariants, _ distinct: DistinctVariants,
    fast: FastFits?, kernel: @autoclosure () -> ExactPairFits
  ) -> [PairBatch] {
    var pairs: [PairBatch] = []
    var genes: [PairGene] = []
    var reduced: [ReducedGene?] = []
    var requests: [PairRequest] = []
    for model in models {
      let window = window(of: model, in: batch)
      var used = [Bool](repeating: false, count: distinct.representatives.count)
      let mask = context.options.keepPairs.map { list in
        let wanted = list.variants[model.gene.id, default: []]
        return window.map { wanted.contains(batch.variants[$0].id) }
      }
      for (place, index) in window.enumerated()
      where distinct.slots[index] >= 0 && mask?[place] ?? true {
        used[distinct.slots[index]] = true
      }
      guard let first = used.firstIndex(of: true), let last = used.lastIndex(of: true) else {
        continue
      }
      var own = PairBatch(
        model: model, window: window, mask: mask, slots: first..<(last + 1))
      if model.failure == nil, let gene = model.generalized {
        let slots = own.slots.filter { used[$0] }
        own.fit(
          gene, slots: slots, variants: slots.map { distinct.representatives[$0] }, batch: batch,
          tails: tails)
        pairs.append(own)
        continue
      }
      if model.failure == nil, let gene = model.structured {
        let slots = own.slots.filter { used[$0] }
        structured.fit(
          &own, gene: gene, slots: slots, variants: slots.map { distinct.representatives[$0] },
          batch: batch)
        pairs.append(own)
        continue
      }
      guard let gene = model.exactGene else {
        let failed = PairFit.failed(model.failure ?? .notIdentifiable)
        for slot in own.slots { own.set(failed, at: slot) }
        pairs.append(own)
        continue
      }
      fast?.fit(&own)
      for slot in own.slots where used[slot] && needsExact(own, slot) {
        requests.append(
          PairRequest(
            gene: genes.count, variant: distinct.representatives[slot],
            start: model.chart == nil ? nil : fast?.start(at: slot)))
        own.slotsToMend.append(slot)
      }
      genes.append(gene)
      reduced.append(model.reduced)
      pairs.append(own)
    }
    if !requests.isEmpty {
      mend(&pairs, requests, genes: genes, reduced: reduced, batch: batch, kernel: kernel())
    }
    return pairs
  }

  /// Whether a pair of the tile is still to be fitted exactly.
  private func needsExact(_ pairs: PairBatch, _ slot: Int) -> Bool {
    let logPValue = pairs.logPValues[slot - pairs.slots.lowerBound]
    return !(logPValue >= ScanContext.exactBelow)
  }

  /// Fits the requests exactly.
  private func mend(
    _ pairs: inout [PairBatch], _ requests: [PairRequest], genes: [PairGene],
    reduced: [ReducedGene?], batch: PreparedVariants, kernel: ExactPairFits
  ) {
    let fits = batch.dosages.withUnsafeBufferPointer { dosages -> [PairFit] in
      guard let base = dosages.baseAddress, !requests.isEmpty else { return [] }
      return kernel.fit(requests, genes: genes, reduced: reduced, dosages: base)
    }
    let logPValues = tails.logPValues(fits.map(\.interaction))
    var next = 0
    for index in pairs.indices {
      for slot in pairs[index].slotsToMend {
        pairs[index].set(fits[next], at: slot)
        pairs[index].logPValues[slot - pairs[index].slots.lowerBound] = logPValues[next]
        next += 1
      }
    }
  }

  // MARK: Reports

  /// Counts a tile's pairs and writes its rows as one run.
  private func report(
    _ tile: [PairBatch], _ batch: PreparedVariants, _ distinct: DistinctVariants,
    chromosomes: [String], into outcome: inout ChunkOutcome
  ) {
    for pairs in tile { count(pairs, batch, distinct, into: &outcome) }
    let rows = PairRows(
      table: context.table, tails: tails, logThreshold: context.logThreshold)
    let run = rows.run(tile, batch, distinct, chromosomes: chromosomes)
    outcome.append(run)
  }

  private func count(
    _ pairs: PairBatch, _ batch: PreparedVariants, _ distinct: DistinctVariants,
    into outcome: inout ChunkOutcome
  ) {
    var logPValues: [Double] = []
    var frequencies: [Double] = []
    logPValues.reserveCapacity(pairs.window.count)
    frequencies.reserveCapacity(pairs.window.count)
    var summary = outcome.summaries[pairs.model.index] ?? GeneSummary()
    for index in pairs.window where distinct.slots[index] >= 0 && pairs.wants(index) {
      let place = distinct.slots[index] - pairs.slots.lowerBound
      let logPValue = pairs.logPValues[place]
      logPValues.append(logPValue)
      frequencies.append(batch.summaries[index].frequency)
      outcome.counts.add(pairs.statuses[place])
      if !logPValue.isNaN, summary.lead.accepts(logPValue, isExact: pairs.isExact[place]) {
        summary.lead.add(candidate(pairs, place, batch, index))
      }
    }
    summary.pairs += logPValues.count
    tails.add(logPValues, frequencies: frequencies, to: &summary, &outcome.histogram)
    outcome.summaries[pairs.model.index] = summary
  }

  private func candidate(
    _ pairs: PairBatch, _ place: Int, _ batch: PreparedVariants, _ index: Int
  ) -> LeadVariant.Candidate {
    let isExact = pairs.isExact[place]
    let logPValue = pairs.logPValues[place]
    let start = index * batch.donorCount
    return LeadVariant.Candidate(
      logPValue: logPValue, variant: batch.variants[index], fileIndex: batch.firstIndex + index,
      summary: batch.summaries[index], fit: isExact ? pairs.fits[place] : nil,
      dosages: isExact && !context.options.guards.jackknife
        ? [] : Array(batch.dosages[start..<(start + batch.donorCount)]),
      isReported: logPValue <= context.logThreshold)
  }
}
