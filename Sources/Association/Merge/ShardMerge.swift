import BlockGzip
import CPlatform
import Glibc
import HeapModule
import Tables

/// Joins the finished shards of a scan into the result that the scan would have made unsplit.
package struct ShardMerge {
  private let prefix: String
  private let shardPrefixes: [String]
  private let startsOver: Bool
  private let command: [String]
  private let observer: any ScanObserver

  /// - Parameters:
  ///   - prefix: of the files to write.
  ///   - shardPrefixes: of the shards, in any order; at least one.
  ///   - startsOver: whether another result under `prefix` is overwritten.
  ///   - command: as given, for the manifest.
  ///   - observer: of progress.
  package init(
    prefix: String, shardPrefixes: [String], startsOver: Bool, command: [String],
    observer: any ScanObserver
  ) {
    precondition(!shardPrefixes.isEmpty, "no shards to merge")
    self.prefix = prefix
    self.shardPrefixes = shardPrefixes
    self.startsOver = startsOver
    self.command = command
    self.observer = observer
  }

  /// Checks all shards, then merges.
  ///
  /// - Returns: the paths published; none where the result was there already.
  /// - Throws: `ScanFailure`; nothing is published then.
  package func run() throws(ScanFailure) -> [String] {
    let started = ContinuousClock.now
    raiseFileLimit()
    let lock = try ScanFailure.writing { () throws(OutputError) in
      let lock = try LockedFile(path: prefix + ".ckpt")
      let isFree = try lock.size() == 0
      guard startsOver || isFree else {
        throw OutputError(
          .occupied, path: lock.path,
          reason: "holds the unfinished work of a scan; finish that scan, choose another --out, or "
            + "overwrite it with --force")
      }
      return lock
    }
    defer { lock.remove() }
    let shards = try ScanFailure.reading { () throws(InputError) in
      var results: [ShardResult] = []
      for prefix in shardPrefixes { results.append(try ShardResult(prefix: prefix)) }
      return try ShardSet(results)
    }
    let prior = try ScanFailure.writing { () throws(OutputError) in
      try PriorResult(
        prefix: prefix, identity: PlanIdentity(settings: shards.plan.settings), shard: nil,
        isOwn: false, startsOver: startsOver)
    }
    if try ScanFailure.reading({ () throws(InputError) in try prior.isComplete() }) {
      observer.note("\(prefix) is complete and as its manifest says: nothing to do")
      return []
    }
    return try publish(shards, started: started)
  }

  private func publish(
    _ shards: ShardSet, started: ContinuousClock.Instant
  ) throws(ScanFailure) -> [String] {
    let (genes, chromosomes, header) = try ScanFailure.reading { () throws(InputError) in
      (
        try ShardGenes(shards), try shards.chromosomes(),
        try ShardRows.header(of: shards.shards[0])
      )
    }
    var output = StagedOutput(prefix: prefix)
    let writer = try ScanFailure.writing { () throws(OutputError) in
      try PairTableWriter(
        output: &output, header: header, isTrans: shards.plan.isTrans)
    }
    try merge(shards, genes: genes, chromosomes: chromosomes, into: writer)
    var outputs = try writer.finish { chromosomes[$0] }
    let genesPath = output.stage(".genes.tsv.gz")
    try ScanFailure.writing { () throws(OutputError) in
      try genes.write(to: genesPath, format: shards.plan.numberFormat)
    }
    outputs.append(try Manifest.Output(suffix: ".genes.tsv.gz", path: genesPath))
    if GeneLevelOptions(settings: shards.plan.settings).findsSignals {
      let path = output.stage(SignalTable.suffix)
      try mergeSignals(shards, genes: genes, header: header, to: path)
      outputs.append(try Manifest.Output(suffix: SignalTable.suffix, path: path))
    }
    let manifest = manifest(shards, outputs: outputs, started: started)
    do throws(OutputError) {
      try output.write(manifest.encoded(), to: ".manifest.json")
      PriorResult.withdraw(prefix: prefix)
      return try output.commit()
    } catch {
      throw .output(error)
    }
  }

  /// Decides which of the shards' candidates are signals.
  private func mergeSignals(
    _ shards: ShardSet, genes: ShardGenes, header: String, to path: String
  ) throws(ScanFailure) {
    let candidates = try ScanFailure.reading { () throws(InputError) in
      try SignalTable.readCandidates(
        shards.shards.map { $0.prefix + SignalTable.suffix }, genes: genes.places,
        header: header)
    }
    try ScanFailure.writing { () throws(OutputError) in
      try SignalTable.write(
        candidates, logThreshold: genes.significance.signalThreshold, header: header, to: path)
    }
  }

  /// Writes all rows by chromosome, position and gene.
  private func merge(
    _ shards: ShardSet, genes: ShardGenes, chromosomes: [String],
    into writer: PairTableWriter
  ) throws(ScanFailure) {
    let order = ShardRows.Order(
      chromosomes: Dictionary(uniqueKeysWithValues: chromosomes.enumerated().map { ($1, $0) }),
      genes: genes.places)
    var tables: [ShardRows] = []
    var heads = Heap<ShardRows.Place>()
    try ScanFailure.reading { () throws(InputError) in
      for (number, shard) in shards.shards.enumerated() {
        let table = try ShardRows(shard, number: number, order: order)
        tables.append(table)
        if let place = try table.advance() { heads.insert(place) }
      }
    }
    var row = TextBuffer()
    while let head = heads.min {
      if let signal = Interruption.signal { throw .interrupted(signal) }
      let table = tables[head.shard]
      row.removeAll()
      row.append(bytes: table.line)
      row.appendNewline()
      try ScanFailure.writing { () throws(OutputError) in
        try row.withUnsafeBytes { bytes throws(OutputError) in
          try writer.write(
            bytes, chromosome: head.chromosome, position: head.position, gene: head.gene)
        }
      }
      let next = try ScanFailure.reading { () throws(InputError) in try table.advance() }
      if let next { heads.replaceMin(with: next) } else { heads.removeMin() }
    }
    try ScanFailure.reading { () throws(InputError) in
      for (table, shard) in zip(tables, shards.shards) where table.count != shard.manifest.rows {
        throw InputError(
          "rows are missing", path: shard.prefix + ".pairs.tsv.gz", found: "\(table.count) rows",
          expected: "\(shard.manifest.rows), as its manifest says",
          advice: "make the shard again with --force")
      }
    }
  }

  /// The manifest that the unsplit scan would have, but for what was spent.
  private func manifest(
    _ shards: ShardSet, outputs: [Manifest.Output], started: ContinuousClock.Instant
  ) -> Manifest {
    let parts = shards.shards.map(\.manifest)
    var merged = parts[0]
    merged.scanCommand = parts[0].command
    merged.command = command
    merged.shard = nil
    merged.outputs = outputs
    merged.genes = shards.plan.genes
    merged.pairs = parts.reduce(0) { $0 + $1.pairs }
    merged.rows = parts.reduce(0) { $0 + $1.rows }
    merged.pairsByStatus = [:]
    for part in parts { merged.pairsByStatus.merge(part.pairsByStatus, uniquingKeysWith: +) }
    // Shards that read their windows alone do not know of the other variants.
    if !parts.allSatisfy({ $0.variantsByVerdict == merged.variantsByVerdict }) {
      merged.variantsByVerdict = nil
    }
    if !parts.allSatisfy({ $0.ploidy == merged.ploidy }) { merged.ploidy?.haploidCalls = nil }
    for bin in merged.pvalueHistograms.indices {
      merged.pvalueHistograms[bin].counts = merged.pvalueHistograms[bin].counts.indices.map { p in
        parts.reduce(0) { $0 + $1.pvalueHistograms[bin].counts[p] }
      }
    }
    merged.chunks = []
    for chunk in parts.flatMap(\.chunks) {
      var own = chunk
      own.index = merged.chunks.count
      merged.chunks.append(own)
    }
    merged.resources = .init(
      threads: parts.map(\.resources.threads).max() ?? 1,
      wallSeconds: (parts.map(\.resources.wallSeconds).max() ?? 0)
        + Manifest.Resources.seconds(since: started),
      cpuSeconds: parts.reduce(platform_cpu_seconds()) { $0 + $1.resources.cpuSeconds },
      peakMemoryMib: max(
        parts.map(\.resources.peakMemoryMib).max() ?? 0,
        Double(platform_peak_memory_kib()) / 1024))
    return merged
  }

  /// Every shard's table is open at once.
  private func raiseFileLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
