import BlockGzip
import Cohort
import Genotypes
import LinearAlgebra
import MixedModels
import Tables

/// A scan from files to tables: join the inputs, build the model, fit every gene alone and every
/// pair, publish the pairs table.
package struct Scan {
  let options: ScanOptions
  let observer: any ScanObserver

  /// What a finished scan did.
  package struct Summary: Sendable {
    package var counts: PairCounts
    package var pairsPath: String
    package var formula: String
    package var timeCentre: Double
  }

  package init(options: ScanOptions, observer: any ScanObserver) {
    self.options = options
    self.observer = observer
  }

  /// Runs the scan.
  ///
  /// - Throws: `ScanFailure`; nothing is published then.
  package func run() throws(ScanFailure) -> Summary {
    useSingleThreadedBLAS()
    let spool = try output { () throws(OutputError) in
      try RunSpool(path: options.outputPrefix + ".ckpt")
    }
    defer { spool.remove() }
    let (source, plan, design) = try input { () throws(InputError) in try open() }
    let genes = try input { () throws(InputError) in try selectGenes(plan) }
    let stream = VariantStream(
      source: source, design: design, filter: options.filter,
      batchSize: options.isTrans ? TransChunkSource.batchSize(genes: genes.count) : 256)
    let worker = ScanWorker(
      options: options, plan: plan, shared: design,
      table: PairTable(
        significantDigits: options.significantDigits, randomNames: plan.matrices.randomNames))

    let counts =
      options.isTrans
      ? try runTrans(genes, stream: stream, worker: worker, spool: spool)
      : try runCis(genes, stream: stream, worker: worker, spool: spool)
    report(stream, counts)
    let table = PairTableFile(prefix: options.outputPrefix)
    try output { () throws(OutputError) in try table.publish(spool) }
    return Summary(
      counts: counts, pairsPath: table.path, formula: plan.formula.text,
      timeCentre: plan.timeCentre)
  }

  // MARK: Inputs

  private func open() throws(InputError) -> (VCFTextSource, ModelPlan, DesignCrossProducts) {
    let source = try VCFTextSource(
      path: options.vcfPath, field: options.field,
      selection: VariantSelection(region: options.region, ids: options.keepVariants))
    let cohort = try Cohort.load(
      inputs: options.cohort, genotypedDonors: source.donorIDs, genotypePath: source.path)
    cohort.notes.forEach(observer.note)
    let plan = try ModelPlan(cohort: cohort, options: options)
    plan.notes.forEach(observer.note)
    source.select(donors: plan.cohort.genotypeColumn)
    guard let design = try? DesignCrossProducts(plan.matrices) else {
      throw InputError("the model matrices are singular", path: plan.cohort.sheetPath)
    }
    observer.note(
      "\(plan.cohort.donorIDs.count) donors, \(plan.cohort.sampleIDs.count) samples, "
        + "\(design.patternCount) visit patterns; dosages from \(source.fieldDescription); "
        + "the effect allele is ALT")
    observer.note("formula: \(plan.formula.text)")
    observer.note("time is centred at \(plan.timeCentre)")
    return (source, plan, design)
  }

  /// The genes to scan; genes without any variation are counted and left out.
  private func selectGenes(_ plan: ModelPlan) throws(InputError) -> [Int] {
    let cohort = plan.cohort
    var wanted = Array(cohort.genes.indices)
    if let chosen = options.genes {
      wanted = wanted.filter { chosen.contains(cohort.genes[$0].id) }
      let missing = chosen.subtracting(wanted.map { cohort.genes[$0].id }).sorted()
      guard missing.isEmpty else {
        throw InputError(
          "genes that are not in the expression file", path: cohort.expressionPath,
          found: InputError.list(missing), expected: "ids of its fourth column")
      }
    }
    var empty = 0
    var constant = 0
    let kept = wanted.filter { gene in
      let values = cohort.expression(ofGene: gene).filter { !$0.isNaN }
      guard let first = values.first else {
        empty += 1
        return false
      }
      if values.allSatisfy({ $0 == first }) {
        constant += 1
        return false
      }
      return true
    }
    if empty > 0 { observer.warn("\(empty) genes without any expression value are left out") }
    if constant > 0 { observer.warn("\(constant) genes of constant expression are left out") }
    observer.note("\(kept.count) genes")
    return kept
  }

  // MARK: Scanning

  private func runCis(
    _ genes: [Int], stream: VariantStream, worker: ScanWorker, spool: RunSpool
  ) throws(ScanFailure) -> PairCounts {
    let cohort = worker.plan.cohort
    let source = CisChunkSource(
      stream: stream, genes: genes.map { ($0, cohort.genes[$0]) }, window: options.window)
    let run = ScanRun(
      source: source, spool: spool, observer: observer,
      chromosomes: { stream.source.chromosomes })
    try run.run(threads: options.threads) { chunk, chromosomes in
      let models = chunk.genes.map { model($0, worker) }
      return worker.process(chunk, genes: models, chromosomes: chromosomes)
    }
    try input { () throws(InputError) in
      try ChromosomeMatch(
        genes: genes.map { cohort.genes[$0].chromosome }, genotypes: stream.source.chromosomes,
        expressionPath: cohort.expressionPath, genotypePath: stream.source.path
      ).check(observer)
    }
    return run.counts
  }

  private func runTrans(
    _ genes: [Int], stream: VariantStream, worker: ScanWorker, spool: RunSpool
  ) throws(ScanFailure) -> PairCounts {
    let models = parallelMap(genes.count, threads: options.threads) { model(genes[$0], worker) }
    let run = ScanRun(
      source: TransChunkSource(stream: stream, genes: Array(models.indices)), spool: spool,
      observer: observer, chromosomes: { stream.source.chromosomes })
    try run.run(threads: options.threads) { chunk, chromosomes in
      worker.process(chunk, genes: models, chromosomes: chromosomes)
    }
    return run.counts
  }

  private func model(_ gene: Int, _ worker: ScanWorker) -> GeneModel {
    GeneModel(index: gene, plan: worker.plan, shared: worker.shared, criterion: options.criterion)
  }

  private func report(_ stream: VariantStream, _ counts: PairCounts) {
    for verdict in VariantVerdict.allCases where verdict != .tested {
      let count = stream.verdicts[verdict.rawValue]
      if count > 0 { observer.note("\(count) variants \(verdict.description) are not tested") }
    }
    let read = stream.source.counts
    if read.allelesWithoutDosage > 0 {
      observer.note("\(read.allelesWithoutDosage) alleles have no dosage and are left out")
    }
    if read.haploidCalls > 0 { observer.note("\(read.haploidCalls) haploid calls were read") }
    if read.clampedDosages > 0 {
      observer.note("\(read.clampedDosages) dosages just outside 0 to 2 were clamped")
    }
    let statuses = counts.byStatus.sorted { $0.key < $1.key }
      .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    observer.note("\(counts.pairs) pairs tested (\(statuses)), \(counts.rows) rows")
  }

  // MARK: Errors

  private func input<Result>(
    _ body: () throws(InputError) -> Result
  ) throws(ScanFailure) -> Result {
    do throws(InputError) { return try body() } catch { throw .input(error) }
  }

  private func output<Result>(
    _ body: () throws(OutputError) -> Result
  ) throws(ScanFailure) -> Result {
    do throws(OutputError) { return try body() } catch { throw .output(error) }
  }
}
