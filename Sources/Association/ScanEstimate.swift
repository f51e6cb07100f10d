import BlockGzip
import Genotypes

/// What a scan would do, found without any fit: every input read through, every pair counted.
package struct ScanEstimate {
  /// Genes by what a scan does with them.
  package struct GeneCounts: Sendable, Equatable {
    /// Asked for.
    package var listed = 0
    package var scanned = 0
    package var withoutValues = 0
    package var constant = 0
    /// Scanned genes without expression of some samples, which are fitted on the others.
    package var lackingSamples = 0
    /// Those among them whose samples cannot identify the model: rows without numbers.
    package var notIdentifiable = 0
    /// Scanned genes without a pair.
    package var withoutVariants = 0
  }

  package let inputs: ScanInputs
  package let genes: GeneCounts
  /// Variants by verdict over all donors, in the order of `VariantVerdict.allCases`.
  package let verdicts: [Int]
  /// Chromosomes of genes that the genotype file has and lacks.
  package let chromosomes: (matched: [String], unmatched: [String])
  /// Pairs that the scan would test.
  package let pairs: Int
  package let cost: ScanEstimateCost

  /// Reads all inputs and counts.
  ///
  /// - Throws: `ScanFailure`, as the scan of these options.
  /// - Complexity: O(donors · variants), and for every gene that lacks samples O(n p²) and, where
  ///   it lacks donors, O(donors · variants of its window).
  package init(options: ScanOptions, observer: any ScanObserver) throws(ScanFailure) {
    let inputs = try ScanInputs(options: options, keeping: .presence, observer: observer)
    let stream = inputs.stream()
    let genes = inputs.expression.genes
    let source: any ChunkSource =
      options.isTrans
      ? TransChunkSource(stream: stream, genes: inputs.genes)
      : CisChunkSource(
        stream: stream, genes: inputs.genes.map { ($0, genes[$0]) },
        window: options.window)
    var counter = try ScanFailure.writing { () throws(OutputError) in
      try ScanEstimateCounter(inputs: inputs)
    }
    let match = try ScanFailure.reading { () throws(InputError) in
      while let chunk = try source.next() {
        counter.count(chunk)
        observer.progress(share: chunk.progress, pairs: counter.pairs)
      }
      let match = ChromosomeMatch(
        genes: inputs.genes.map { genes[$0].chromosome },
        genotypes: stream.source.chromosomes, expressionPath: options.cohort.bedPath,
        genotypePath: stream.source.path)
      if !options.isTrans { try match.check(observer) }
      return match
    }

    self.inputs = inputs
    verdicts = stream.verdicts
    chromosomes = match.geneChromosomes
    pairs = counter.pairs
    self.genes = GeneCounts(
      listed: inputs.listedGenes.count, scanned: inputs.genes.count,
      withoutValues: inputs.unvaryingGenes.withoutValues,
      constant: inputs.unvaryingGenes.constant, lackingSamples: counter.genesLackingSamples,
      notIdentifiable: counter.unidentifiableGenes,
      withoutVariants: inputs.genes.count - counter.genesWithPairs)
    cost = ScanEstimateCost(inputs: inputs, counter: counter)
  }
}
