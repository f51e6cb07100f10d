import BlockGzip
import Cohort
import Genotypes
import MixedModels
import Tables

/// One gene straight from the inputs: its rows as the scan of all genes has them, the dosages of
/// their variants, and the model behind them.
package struct Locus {
  package let inputs: ScanInputs
  package let gene: Gene
  /// Names of the rows' fields, without the `#` of the first.
  package let header: [String]
  /// In the order of the pairs table.
  package let pairs: [LocusPair]
  /// The variant that leads, as the genes table has it; nil where no pair has a p-value.
  package let lead: Int?
  /// Natural logarithm of the gene's p-value by the Cauchy combination; NaN without pairs.
  package let combinedLogPValue: Double
  package let model: GeneModel
  let variants: GeneVariants
  let context: ScanContext

  package var options: ScanOptions { inputs.options }

  /// Reads what the gene needs and fits all of its pairs.
  ///
  /// The rows are those of a scan with the same flags whatever else that scan has, since they are
  /// made in the same way: how pairs are fitted depends on the genes of the whole plan.
  ///
  /// - Parameters:
  ///   - id: of the gene.
  ///   - given: what a scan would be told.
  ///   - observer: of what is said when inputs are joined.
  ///   - folder: where expression is spooled that does not fit into memory.
  /// - Throws: `ScanFailure`: bad input, or no gene of that id.
  package init(
    gene id: String, options given: ScanOptions, folder: String, observer: any ScanObserver
  ) throws(ScanFailure) {
    var options = given
    options.focus = id
    options.shard = nil
    options.geneLevel = GeneLevelOptions(
      methods: [.acat], findsSignals: false, falseDiscoveryRate: 0.05, seed: 1)
    let inputs = try ScanInputs(
      options: options, keeping: .values(folder: folder), observer: observer)
    try self.init(gene: inputs.listedGenes[0], of: inputs)
  }

  /// Fits all pairs of a gene whose inputs are open.
  ///
  /// - Parameters:
  ///   - index: among the genes of the expression file.
  ///   - given: the inputs of the whole plan.
  ///   - site: of the one variant that is looked at; nil is all of them.
  /// - Throws: `ScanFailure` where genotypes or expression cannot be read.
  package init(
    gene index: Int, of given: ScanInputs, site: (id: String, region: GenomicRegion)? = nil
  ) throws(ScanFailure) {
    var inputs = given
    if let site {
      inputs.options.keepVariants = [site.id]
      inputs.options.region = site.region
    }
    // All rows, with the digits that read back to the same doubles.
    inputs.options.significantDigits = 17
    inputs.options.pValueThreshold = 1
    self.inputs = inputs
    gene = inputs.expression.genes[index]
    let context = ScanContext(inputs: inputs)
    self.context = context
    header = context.table.header.dropFirst().split(separator: "\t").map(String.init)
    model = try ScanFailure.writing { () throws(OutputError) in try context.models.model(index) }
    var rows = LocusRows(model: model, context: context)
    let stream = try inputs.stream(ofGene: index)
    let source: any ChunkSource =
      inputs.options.isTrans
      ? TransChunkSource(stream: stream, genes: [index])
      : CisChunkSource(stream: stream, genes: [(index, gene)], window: inputs.options.window)
    let worker = ScanWorker(context: context)
    // A gene that does not vary has no pairs.
    let varies = inputs.expression.variations[index] == .varying
    while varies {
      let next = try ScanFailure.reading { () throws(InputError) in try source.next() }
      guard let chunk = next else { break }
      try rows.add(chunk, worker: worker, chromosomes: stream.source.chromosomes)
    }
    rows.settle(worker, chromosomes: stream.source.chromosomes)
    pairs = rows.pairs(chromosomes: stream.source.chromosomes)
    variants = rows.variants
    combinedLogPValue = rows.summary.combination.logP
    let leader = rows.summary.lead.leader
    lead = leader.flatMap { leader in
      rows.place(ofVariant: leader.fileIndex)
    }
  }

  /// The pair of a variant: of several with its id the one with the smallest p-value.
  ///
  /// - Throws: `InputError` where the gene has no such pair.
  package func pair(ofVariant id: String) throws(InputError) -> Int {
    let found = pairs.indices.filter { pairs[$0].variant.id == id }
    let best = found.min { left, right in
      (pairs[left].logPValue.isNaN ? .infinity : pairs[left].logPValue)
        < (pairs[right].logPValue.isNaN ? .infinity : pairs[right].logPValue)
    }
    if let best { return best }
    throw InputError(
      "no pair of '\(gene.id)' with that variant", path: inputs.source.path, found: "'\(id)'",
      expected: "one of the \(pairs.count) variants that are tested for the gene",
      advice: "it is not in the file, lies outside of the gene's window (--window), or is filtered "
        + "out (--maf, --mac-donors, --max-missing)")
  }

  /// The first and the last time of the cohort, in the sheet's unit.
  package var timeRange: ClosedRange<Double> {
    let time = inputs.plan.cohort.time
    return (time.min() ?? 0)...(time.max() ?? 0)
  }

  /// Places of the tested columns among the fixed effects of a pair's model.
  package var testedPlaces: [Int] {
    inputs.plan.columns.tested.map { inputs.plan.matrices.fixedNames.count + $0 }
  }

  /// Places of all columns with genotype among the fixed effects of a pair's model.
  package var genotypePlaces: [Int] {
    let matrices = inputs.plan.matrices
    return matrices.genotypeNames.indices.map { matrices.fixedNames.count + $0 }
  }

  /// Dosages of a pair's variant by the donors' numbers in the model matrices, imputed ones
  /// included; NaN for donors without a sample of the gene.
  package func dosages(of pair: Int) -> [Double]? {
    guard let design = model.design, let column = pairs[pair].column else { return nil }
    var all = [Double](repeating: .nan, count: inputs.plan.cohort.donorIDs.count)
    for (donor, dosage) in zip(design.donorOrder, variants.dosages(column)) { all[donor] = dosage }
    return all
  }
}
