import BlockGzip
import CPlatform
import MixedModels

/// A finished scan on its way to its files.
struct ScanResult {
  let inputs: ScanInputs
  let files: InputFiles
  let identity: PlanIdentity
  let totals: ScanTotals
  let table: PairTable
  /// Variants by verdict over all donors.
  let verdicts: [Int]
  let ploidy: PloidyCoding
  let chromosomes: [String]

  private var options: ScanOptions { inputs.options }
  private var plan: ModelPlan { inputs.plan }

  /// Writes the tables and the manifest beside their names and renames them when all are
  /// complete, the manifest last.
  ///
  /// - Returns: the paths published.
  func publish(
    _ journal: ScanJournal, started: ContinuousClock.Instant
  ) throws(ScanFailure) -> [String] {
    var output = StagedOutput(prefix: options.outputPrefix)
    let writer = try ScanFailure.writing { () throws(OutputError) in
      try PairTableWriter(output: &output, header: table.header, isTrans: options.isTrans)
    }
    var merger = RunMerger(runs: journal.runs, in: journal.file, replacements: totals.replacements)
    try merger.merge(into: writer)
    var outputs = try writer.finish { chromosomes[$0] }
    let genes = output.stage(".genes.tsv.gz")
    let rows = try ScanFailure.writing { () throws(OutputError) in
      let rows = try geneRows()
      try write(rows, to: genes)
      return rows
    }
    outputs.append(try Manifest.Output(suffix: ".genes.tsv.gz", path: genes))
    if options.geneLevel.findsSignals {
      let path = output.stage(SignalTable.suffix)
      try ScanFailure.writing { () throws(OutputError) in try writeSignals(rows, to: path) }
      outputs.append(try Manifest.Output(suffix: SignalTable.suffix, path: path))
    }
    let manifest = manifest(outputs, rows: rows, started: started)
    do throws(OutputError) {
      try output.write(manifest.encoded(), to: ".manifest.json")
      PriorResult.withdraw(prefix: options.outputPrefix)
      return try output.commit()
    } catch {
      throw .output(error)
    }
  }

  private func write(_ rows: [GeneTable.Row], to path: String) throws(OutputError) {
    let writer = try BlockGzipWriter(path: path)
    let times = plan.cohort.time.map { $0 - plan.timeCentre }
    try GeneTable(
      pairs: table, times: (times.min() ?? .nan, times.max() ?? .nan), chromosomes: chromosomes,
      isWhole: options.shard == nil,
      columns: GeneColumns(
        options: options.geneLevel, testedCount: plan.columns.tested.count, basis: plan.basis,
        hasJackknife: options.guards.jackknife)
    ).write(rows, to: writer)
    try writer.finish()
  }

  private func writeSignals(_ rows: [GeneTable.Row], to path: String) throws(OutputError) {
    let candidates = rows.map { $0.level?.signals ?? [] }
    guard options.shard == nil else {
      try SignalTable.writeCandidates(candidates, header: table.header, to: path)
      return
    }
    let numbers = rows.map { GeneLevelNumbers($0, options.geneLevel) }
    let significance = GeneLevelSignificance(numbers, options.geneLevel)
    try SignalTable.write(
      candidates, logThreshold: significance.signalThreshold, header: table.header, to: path)
  }

  /// The genes of the scan in the expression file's order.
  private func geneRows() throws(OutputError) -> [GeneTable.Row] {
    var rows: [GeneTable.Row] = []
    let structures = StructuredModels(inputs: inputs)
    let families = GeneralizedModels(inputs: inputs)
    for gene in inputs.listedGenes {
      if var row = totals.rows[gene] {
        row.level = totals.levels[gene]
        rows.append(row)
        continue
      }
      let model = try GeneModel(
        index: gene, plan: plan, expression: inputs.expression, shared: inputs.design,
        criterion: options.criterion, structures: structures, families: families)
      rows.append(model.tableRow)
    }
    return rows
  }

  private func manifest(
    _ outputs: [Manifest.Output], rows: [GeneTable.Row], started: ContinuousClock.Instant
  ) -> Manifest {
    let bins = PValueHistogram.frequencyBins
    return Manifest(
      program: .init(name: options.program.name, version: options.program.version),
      simdLevel: options.level.description, command: options.command, formula: plan.formula.text,
      family: options.family?.rawValue,
      criterion: options.criterion.rawValue, degreesOfFreedom: options.degreesOfFreedom.rawValue,
      refit: options.refit.rawValue, rowFits: plan.rowsText(options), timeBasis: plan.basis,
      residualVariance: options.residualVariance.text, timeCenter: plan.timeCentre,
      seed: options.geneLevel.isRandom ? options.geneLevel.seed : nil,
      design: .init(
        donors: plan.cohort.donorIDs.count, samples: plan.cohort.sampleIDs.count,
        times: Set(plan.cohort.time).sorted(), visitPatterns: inputs.design.patternCount,
        notes: plan.cohort.notes + plan.notes),
      inputs: files.digests,
      plan: .init(
        id: identity.id, genes: inputs.planListedCount, settings: identity.settings),
      shard: options.shard.map { shard in
        .init(
          index: shard.index, count: shard.count, chromosomes: chromosomes,
          genePlaces: inputs.listedGenes,
          geneNumbers: rows.map { GeneLevelNumbers($0, options.geneLevel).texts })
      },
      outputs: outputs, genes: inputs.listedGenes.count,
      pairs: totals.counts.pairs,
      rows: totals.counts.rows, pairsByStatus: totals.counts.byStatus,
      variantsByVerdict: Dictionary(
        uniqueKeysWithValues: VariantVerdict.allCases.map {
          ($0.description, verdicts[$0.rawValue])
        }
      ),
      ploidy: .init(haploidCalls: ploidy.haploidCalls, coding: ploidy.coding),
      pvalueHistograms: bins.indices.map { bin in
        .init(
          minimumMaf: bins[bin], maximumMaf: bin + 1 < bins.count ? bins[bin + 1] : 0.5,
          counts: totals.histogram.row(bin))
      },
      chunks: totals.ledger.enumerated().map { index, entry in
        .init(
          index: index, genes: entry.genes, pairs: entry.pairs, rows: entry.rows,
          crc32: String(entry.checksum, radix: 16))
      },
      resources: .init(
        threads: options.threads,
        wallSeconds: Manifest.Resources.seconds(since: started),
        cpuSeconds: platform_cpu_seconds(),
        peakMemoryMib: Double(platform_peak_memory_kib()) / 1024))
  }
}
