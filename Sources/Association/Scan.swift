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

  /// Runs the scan.
  ///
  /// - Throws: `ScanFailure`; nothing is published then.
  package func run() throws(ScanFailure) -> Summary {
    let started = ContinuousClock.now
    useSingleThreadedBLAS()
    let spool = try ScanFailure.writing { () throws(OutputError) in
      try RunSpool(path: options.outputPrefix + ".ckpt")
    }
    defer { spool.remove() }
    let inputs = try ScanInputs(
      options: options, keeping: .values(folder: options.outputFolder), observer: observer)
    let stream = inputs.stream()
    let context = ScanContext(inputs: inputs)
    warnOfFixedVariances(inputs.design)
    let totals = try scan(inputs, stream: stream, context: context, spool: spool)
    report(stream, totals.counts)
    let result = ScanResult(
      inputs: inputs, totals: totals, table: context.table, verdicts: stream.verdicts,
      chromosomes: stream.source.chromosomes)
    let digests = try ScanFailure.reading { () throws(InputError) in try result.digests() }
    let paths = try ScanFailure.writing { () throws(OutputError) in
      try result.publish(spool, digests: digests, started: started)
    }
    return Summary(counts: totals.counts, paths: paths)
  }

  // MARK: Scanning

  private func scan(
    _ inputs: ScanInputs, stream: VariantStream, context: ScanContext, spool: RunSpool
  ) throws(ScanFailure) -> ScanTotals {
    let genes = inputs.expression.genes
    let source: any ChunkSource =
      options.isTrans
      ? TransChunkSource(stream: stream, genes: inputs.genes)
      : CisChunkSource(
        stream: stream, genes: inputs.genes.map { ($0, genes[$0]) },
        window: options.window)
    let run = ScanRun(
      source: source, spool: spool, context: context, observer: observer,
      chromosomes: { stream.source.chromosomes })
    try run.run()
    guard !options.isTrans else { return run.totals }
    try ScanFailure.reading { () throws(InputError) in
      try ChromosomeMatch(
        genes: inputs.genes.map { genes[$0].chromosome },
        genotypes: stream.source.chromosomes, expressionPath: options.cohort.bedPath,
        genotypePath: stream.source.path
      ).check(observer)
    }
    return run.totals
  }

  /// Null variances have absorbed part of every effect, so that z² ≤ N − 1 in balanced data.
  private func warnOfFixedVariances(_ design: DesignCrossProducts) {
    guard options.refit == .none else { return }
    let donors = design.donorCount
    let floor = exp(StudentT.logTwoSidedNormalTail(Double(donors - 1).squareRoot()))
    observer.warn(
      "variance parameters stay at each gene's null fit (--refit none): with \(donors) donors "
        + "p-values below about \(Self.rounded(floor)) cannot be reached, whatever the effect")
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
    let read = stream.source.counts
    if read.allelesWithoutDosage > 0 {
      observer.note("\(read.allelesWithoutDosage) alleles have no dosage and are left out")
    }
    if read.haploidCalls > 0 { observer.note("\(read.haploidCalls) haploid calls were read") }
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
