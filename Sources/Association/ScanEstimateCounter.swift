import BlockGzip
import Genotypes
import MixedModels

/// Counts the pairs of chunks as `ScanWorker` tests them: the same windows, the same filter over
/// each gene's donors.
struct ScanEstimateCounter {
  /// What a gene's samples make of the model.
  private struct Fit {
    /// Donors over which variants are judged, as an index into `donorSets`.
    var donorSet: Int
    /// K; 0 where the model is not identifiable.
    var patternCount: Int
    var lacksSamples = true
  }

  let inputs: ScanInputs
  private(set) var pairs = 0
  /// Σ over pairs of K, the visit patterns of the pair's gene: what its fit costs depends on it.
  private(set) var patternSum = 0
  /// Pairs whose gene can be fitted.
  private(set) var fittedPairs = 0
  /// Those of genes that lack samples.
  private(set) var fittedPairsLackingSamples = 0
  /// Most variants of a chunk.
  private(set) var largestBatch = 0
  /// Most genes of a chunk.
  private(set) var largestGeneCount = 0
  /// Pairs of the chunk that has most.
  private(set) var largestChunk = 0
  private(set) var unidentifiableGenes = 0
  private(set) var genesLackingSamples = 0

  private var fits: [Int: Fit] = [:]
  /// The different sets of donors of genes, as the matrices number them; the first is nil, all.
  private var donorSets: [[Int]?] = [nil]
  private var indexOfDonorSet: [[Int]: Int] = [:]
  private var haveAPair: Set<Int> = []

  init(inputs: ScanInputs) throws(OutputError) {
    self.inputs = inputs
    for gene in inputs.genes { fits[gene] = try fit(of: gene) }
  }

  var genesWithPairs: Int { haveAPair.count }

  mutating func count(_ chunk: ScanChunk) {
    var inChunk = 0
    let batch = chunk.batch
    // Genes of the same donors share the judgement of the batch's variants.
    var testedBefore: [Int: [Int]] = [:]
    for gene in chunk.genes {
      guard let fit = fits[gene] else { continue }
      let window = window(of: gene, in: batch)
      guard !window.isEmpty else { continue }
      let before = testedBefore[fit.donorSet] ?? self.testedBefore(batch, donorSet: fit.donorSet)
      testedBefore[fit.donorSet] = before
      let tested = tested(gene, window, before, batch)
      guard tested > 0 else { continue }
      haveAPair.insert(gene)
      inChunk += tested
      patternSum += tested * fit.patternCount
      if fit.patternCount > 0 {
        fittedPairs += tested
        if fit.lacksSamples { fittedPairsLackingSamples += tested }
      }
    }
    pairs += inChunk
    largestChunk = max(largestChunk, inChunk)
    largestBatch = max(largestBatch, batch.variants.count)
    largestGeneCount = max(largestGeneCount, chunk.genes.count)
  }

  /// Variants of a window that the scan would pair with a gene.
  private func tested(
    _ gene: Int, _ window: Range<Int>, _ before: [Int], _ batch: PreparedVariants
  ) -> Int {
    guard let list = inputs.options.keepPairs else {
      return before[window.upperBound] - before[window.lowerBound]
    }
    let wanted = list.variants[inputs.expression.genes[gene].id, default: []]
    return window.count {
      before[$0 + 1] > before[$0] && wanted.contains(batch.variants[$0].id)
    }
  }

  /// For every variant of a batch, and for its end, how many tested ones come before it.
  private func testedBefore(_ batch: PreparedVariants, donorSet: Int) -> [Int] {
    let judged =
      donorSets[donorSet].map {
        PreparedVariants(
          batch: batch.batch, firstIndex: batch.firstIndex, donors: $0,
          filter: inputs.options.filter)
      } ?? batch
    var count = 0
    var before = [0]
    for summary in judged.summaries {
      if summary.verdict == .tested { count += 1 }
      before.append(count)
    }
    return before
  }

  private func window(of gene: Int, in batch: PreparedVariants) -> Range<Int> {
    inputs.options.isTrans
      ? batch.variants.indices
      : batch.indices(
        positions: inputs.expression.genes[gene].cisWindow(inputs.options.window))
  }

  private mutating func fit(of gene: Int) throws(OutputError) -> Fit {
    let all = inputs.design
    let present = try inputs.expression.presentSamples(ofGene: gene)
    guard present.count < inputs.expression.sampleCount else {
      return Fit(donorSet: 0, patternCount: all.patternCount, lacksSamples: false)
    }
    genesLackingSamples += 1
    guard let design = GeneModel.design(inputs.plan.matrices, samples: present) else {
      // As in the scan, such genes have a row for every variant that passes over all donors.
      unidentifiableGenes += 1
      return Fit(donorSet: 0, patternCount: 0)
    }
    guard design.donorCount < all.donorCount else {
      return Fit(donorSet: 0, patternCount: design.patternCount)
    }
    let donors = design.donorOrder.sorted()
    let index = indexOfDonorSet[donors] ?? donorSets.count
    if index == donorSets.count {
      donorSets.append(donors)
      indexOfDonorSet[donors] = index
    }
    return Fit(donorSet: index, patternCount: design.patternCount)
  }
}
