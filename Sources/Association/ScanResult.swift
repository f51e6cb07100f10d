import BlockGzip
import CPlatform
import MixedModels

/// A finished scan on its way to its files.
struct ScanResult {
  let inputs: ScanInputs
  let totals: ScanTotals
  let table: PairTable
  /// Variants by verdict over all donors.
  let verdicts: [Int]
  let chromosomes: [String]

  private var options: ScanOptions { inputs.options }
  private var plan: ModelPlan { inputs.plan }

  /// Digests of the input files by role.
  func digests() throws(InputError) -> [Manifest.Input] {
    let files = [
      ("genotypes", inputs.source.path), ("expression", options.cohort.bedPath),
      ("samples", options.cohort.samplesPath), ("covariates", options.cohort.covariatesPath),
    ]
    var digests: [Manifest.Input] = []
    for case (let role, let path?) in files {
      let digest = try FileDigest(path: path)
      digests.append(
        Manifest.Input(role: role, path: path, bytes: digest.bytes, md5: digest.md5))
    }
    return digests
  }

  /// Writes the tables and the manifest beside their names and renames them when all are
  /// complete, the manifest last.
  ///
  /// - Returns: the paths published.
  func publish(
    _ spool: RunSpool, digests: [Manifest.Input], started: ContinuousClock.Instant
  ) throws(OutputError) -> [String] {
    var output = StagedOutput(prefix: options.outputPrefix)
    let pairs = output.stage(".pairs.tsv.gz")
    let writer = try IndexedTableWriter(
      path: pairs, indexPath: output.stage(".pairs.tsv.gz.tbi"), header: PairTable.header + "\n")
    var merger = RunMerger(spool: spool, replacements: totals.replacements)
    try merger.merge(into: writer)
    try writer.finish { chromosomes[$0] }
    let genes = try BlockGzipWriter(path: output.stage(".genes.tsv.gz"))
    let times = plan.cohort.time.map { $0 - plan.timeCentre }
    let rows = try geneRows()
    try GeneTable(
      pairs: table, times: (times.min() ?? .nan, times.max() ?? .nan), chromosomes: chromosomes
    ).write(rows, to: genes)
    try genes.finish()
    try manifest(digests, started: started).write(to: output.stage(".manifest.json"))
    return try output.commit()
  }

  /// The genes of the scan in the expression file's order.
  private func geneRows() throws(OutputError) -> [GeneTable.Row] {
    var rows: [GeneTable.Row] = []
    for gene in inputs.listedGenes {
      if let row = totals.rows[gene] {
        rows.append(row)
        continue
      }
      let model = try GeneModel(
        index: gene, plan: plan, expression: inputs.expression, shared: inputs.design,
        criterion: options.criterion)
      rows.append(model.tableRow)
    }
    return rows
  }

  private func manifest(
    _ digests: [Manifest.Input], started: ContinuousClock.Instant
  ) -> Manifest {
    let bins = PValueHistogram.frequencyBins
    let elapsed = ContinuousClock.now - started
    return Manifest(
      program: .init(name: options.program.name, version: options.program.version),
      simdLevel: options.level.description, command: options.command, formula: plan.formula.text,
      criterion: options.criterion.rawValue, degreesOfFreedom: options.degreesOfFreedom.rawValue,
      refit: options.refit.rawValue, timeCenter: plan.timeCentre,
      design: .init(
        donors: plan.cohort.donorIDs.count, samples: plan.cohort.sampleIDs.count,
        times: Set(plan.cohort.time).sorted(), visitPatterns: inputs.design.patternCount,
        notes: plan.cohort.notes + plan.notes),
      inputs: digests, genes: inputs.listedGenes.count,
      pairs: totals.counts.pairs,
      rows: totals.counts.rows, pairsByStatus: totals.counts.byStatus,
      variantsByVerdict: Dictionary(
        uniqueKeysWithValues: VariantVerdict.allCases.map {
          ($0.description, verdicts[$0.rawValue])
        }
      ),
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
        wallSeconds: Double(elapsed.components.seconds)
          + 1e-18 * Double(elapsed.components.attoseconds),
        cpuSeconds: platform_cpu_seconds(),
        peakMemoryMib: Double(platform_peak_memory_kib()) / 1024))
  }
}
