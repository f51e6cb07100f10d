import BlockGzip
import Cohort
import Distributions
import Genotypes
import Glibc
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
    /// The files published.
    package var paths: [String]
  }

  package init(options: ScanOptions, observer: any ScanObserver) {
    self.options = options
    self.observer = observer
  }

  /// Runs the scan, or what an earlier run with the same inputs and options left of it.
  ///
  /// - Throws: `ScanFailure`; nothing is published then. What was finished is kept for the next run,
  ///   unless the inputs are refused.
  package func run() throws(ScanFailure) -> Summary {
    let started = ContinuousClock.now
    useSingleThreadedBLAS()
    let file = try ScanFailure.writing { () throws(OutputError) in
      try LockedFile(path: options.journalPath)
    }
    let isNew = (try? file.size()) == 0
    var journal: ScanJournal?
    do throws(ScanFailure) {
      let summary = try run(file, started: started, isNew: isNew, journal: &journal)
      file.remove()
      return summary
    } catch {
      if !isWorthKeeping(journal, isNew: isNew, after: error) { file.remove() }
      throw error
    }
  }

  private func run(
    _ file: LockedFile, started: ContinuousClock.Instant, isNew: Bool, journal: inout ScanJournal?
  ) throws(ScanFailure) -> Summary {
    let stamps = InputFiles.stamps(options.cohort)
    let inputs = try ScanInputs(
      options: options, keeping: .values(folder: options.outputFolder), observer: observer)
    let files = try ScanFailure.reading { () throws(InputError) in
      try InputFiles(inputs, stampedBefore: stamps)
    }
    let identity = PlanIdentity(options: options, plan: inputs.plan, inputs: files.digests)
    let prior = try ScanFailure.writing { () throws(OutputError) in
      try PriorResult(
        prefix: options.outputPrefix, identity: identity, shard: options.shard, isOwn: !isNew,
        startsOver: options.startsOver)
    }
    if try ScanFailure.reading({ () throws(InputError) in try prior.isComplete() }) {
      observer.note("\(options.outputPrefix) is complete and as its manifest says: nothing to do")
      return Summary(counts: PairCounts(), paths: [])
    }
    let kept = try ScanFailure.writing { () throws(OutputError) in
      try ScanJournal(
        file, identity: identity, shard: options.shard, startsOver: options.startsOver)
    }
    journal = kept
    let stream = inputs.stream()
    let context = ScanContext(inputs: inputs)
    warnOfFixedVariances(inputs)
    let totals = try scan(inputs, stream: stream, context: context, journal: kept)
    report(stream, totals.counts)
    warnOfMissedPairs(totals.counts, inputs)
    try ScanFailure.reading { () throws(InputError) in try files.checkUnchanged() }
    let result = ScanResult(
      inputs: inputs, files: files, identity: identity, totals: totals, table: context.table,
      verdicts: stream.verdicts, ploidy: PloidyCoding(options, stream.source),
      chromosomes: stream.source.chromosomes)
    return Summary(
      counts: totals.counts, paths: try result.publish(kept, started: started))
  }

  /// Whether a next run can go on from what a failed one leaves.
  private func isWorthKeeping(
    _ journal: ScanJournal?, isNew: Bool, after failure: ScanFailure
  ) -> Bool {
    guard let journal else { return !isNew }
    // Inputs that are refused have to change, and with them the plan.
    if case .input(let error) = failure, error.kind == .malformed { return false }
    return journal.hasChunks
  }

  // MARK: Scanning

  private func scan(
    _ inputs: ScanInputs, stream: VariantStream, context: ScanContext, journal: ScanJournal
  ) throws(ScanFailure) -> ScanTotals {
    let genes = inputs.expression.genes
    let source: any ChunkSource =
      options.isTrans
      ? TransChunkSource(stream: stream, genes: inputs.genes)
      : CisChunkSource(
        stream: stream, genes: inputs.genes.map { ($0, genes[$0]) },
        window: options.window)
    let run = ScanRun(
      source: source, journal: journal, context: context, observer: observer,
      chromosomes: { stream.source.chromosomes })
    try run.run()
    var totals = run.totals
    if options.geneLevel.needsSecondPass {
      observer.note("gene-level tests: the genotypes are read again")
      let pass = try GenePass(
        inputs: inputs, context: context, totals: totals, journal: journal, observer: observer)
      totals.levels = try pass.run()
    }
    guard !options.isTrans else { return totals }
    try ScanFailure.reading { () throws(InputError) in
      try ChromosomeMatch(
        genes: inputs.planGenes.map { genes[$0].chromosome },
        genotypes: stream.source.chromosomes, expressionPath: options.cohort.bedPath,
        genotypePath: stream.source.path
      ).check(observer)
    }
    return totals
  }

  /// Null variances have absorbed part of every effect, so that z² ≤ N − 1 in balanced data.
  private func warnOfFixedVariances(_ inputs: ScanInputs) {
    guard inputs.plan.generalized == nil else { return }
    let refitsAll = inputs.plan.structure?.refitsAllPairs ?? true
    guard options.refit == .none || !refitsAll else { return }
    let donors = inputs.design.donorCount
    let floor = exp(StudentT.logTwoSidedNormalTail(Double(donors - 1).squareRoot()))
    let reached =
      "with \(donors) donors p-values below about \(Self.rounded(floor)) cannot be reached"
    observer.warn(
      options.refit == .none
        ? "variance parameters stay at each gene's null fit (--refit none): \(reached), whatever "
          + "the effect"
        : "variance parameters stay at each gene's null fit for pairs with p above 1e-3, since "
          + "refits would take many hours: \(reached) there, and an effect may be missed; "
          + "--refit all refits every pair")
  }

  /// Pairs that were asked for but do not exist.
  private func warnOfMissedPairs(_ counts: PairCounts, _ inputs: ScanInputs) {
    guard let list = options.keepPairs, options.shard == nil, counts.pairs < list.count else {
      return
    }
    observer.warn(
      "\(list.count - counts.pairs) of the \(list.count) pairs of \(list.path) were not tested: their "
        + "variants are not in the genotypes, are filtered out or lie outside of the gene's window "
        + "(--window, --trans, --maf, --mac-donors), or their gene does not vary")
  }

  /// Two significant digits.
  private static func rounded(_ value: Double) -> String {
    var text = TextBuffer()
    text.append(value, format: NumberFormat(significantDigits: 2))
    return text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  private func report(_ stream: VariantStream, _ counts: PairCounts) {
    for verdict in VariantVerdict.allCases where verdict != .tested {
      let count = stream.verdicts[verdict.rawValue]
      if count > 0 { observer.note("\(count) variants \(verdict.description) are not tested") }
    }
    stream.source.notes.forEach(observer.note)
    stream.source.warnings.forEach(observer.warn)
    let read = stream.source.counts
    if read.allelesWithoutDosage > 0 {
      observer.note("\(read.allelesWithoutDosage) alleles have no dosage and are left out")
    }
    if let note = PloidyCoding(options, stream.source).note { observer.note(note) }
    if read.sharedSites > 0 {
      observer.note("\(read.sharedSites) variants share position and alleles with another id")
    }
    if read.clampedDosages > 0 {
      observer.note("\(read.clampedDosages) dosages just outside 0 to 2 were clamped")
    }
    if counts.pairs == 0 {
      observer.warn(
        "no pair was tested: check --region, --keep-variants, --window and the filters against "
          + "the files")
      return
    }
    let statuses = counts.byStatus.sorted { $0.key < $1.key }
      .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    observer.note("\(counts.pairs) pairs tested (\(statuses)), \(counts.rows) rows")
  }
}
