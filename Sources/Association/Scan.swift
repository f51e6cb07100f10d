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
    let inputs = try input { () throws(InputError) in
      try ScanInputs(options: options, observer: observer)
    }
    let plan = inputs.plan
    let stream = inputs.stream()
    let worker = ScanWorker(
      options: options, plan: plan, shared: inputs.design,
      table: PairTable(
        significantDigits: options.significantDigits, randomNames: plan.matrices.randomNames))

    let counts =
      options.isTrans
      ? try runTrans(inputs.genes, stream: stream, worker: worker, spool: spool)
      : try runCis(inputs.genes, stream: stream, worker: worker, spool: spool)
    report(stream, counts)
    let table = PairTableFile(prefix: options.outputPrefix)
    try output { () throws(OutputError) in try table.publish(spool) }
    return Summary(
      counts: counts, pairsPath: table.path, formula: plan.formula.text,
      timeCentre: plan.timeCentre)
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
