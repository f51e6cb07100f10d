import Genotypes
import MixedModels

/// What a finished chunk left behind besides its rows, as it is kept for a run that goes on.
struct ChunkRecord: Sendable {
  /// Which chunk it was: a run that goes on must meet the same.
  struct Identity: Sendable, Equatable {
    var index: Int
    var geneCount: Int
    var firstVariant: Int
    var variantCount: Int
    var chromosome: Int
    var firstPosition: Int

    init(_ chunk: ScanChunk) {
      index = chunk.index
      geneCount = chunk.genes.count
      firstVariant = chunk.batch.firstIndex
      variantCount = chunk.batch.variants.count
      chromosome = chunk.batch.chromosome
      firstPosition = chunk.batch.firstPosition
    }
  }

  let identity: Identity
  var counts: PairCounts
  var histogram: PValueHistogram
  /// Of the rows' text.
  var textChecksum: UInt32
  /// By gene index in the expression file.
  var summaries: [Int: GeneSummary]
}

// MARK: Bytes

extension ChunkRecord {
  /// - Parameter runs: the chunk's runs, which follow the record.
  func encode(runs: [StoredRun]) -> BinaryEncoder {
    var encoder = BinaryEncoder()
    encoder.append(identity)
    encoder.append(list: counts.numbers)
    encoder.append(list: histogram.counts)
    encoder.append(textChecksum)
    encoder.append(runs.count)
    for run in runs {
      encoder.append(run.offset)
      encoder.append(run.blocks)
      encoder.append(run.first)
      encoder.append(list: run.firstTail)
    }
    encoder.append(summaries.count)
    for (gene, summary) in summaries.sorted(by: { $0.key < $1.key }) {
      encoder.append(gene)
      encoder.append(summary)
    }
    return encoder
  }

  /// - Returns: the record and the chunk's runs.
  static func decode(_ bytes: [UInt8]) throws(JournalDamage) -> (ChunkRecord, [StoredRun]) {
    var decoder = BinaryDecoder(bytes)
    let identity = try decoder.next(Identity.self)
    guard let counts = PairCounts(numbers: try decoder.list()),
      let histogram = PValueHistogram(counts: try decoder.list())
    else { throw JournalDamage() }
    var record = ChunkRecord(
      identity: identity, counts: counts, histogram: histogram,
      textChecksum: try decoder.next(), summaries: [:])
    var runs: [StoredRun] = []
    for _ in 0..<(try decoder.count()) {
      runs.append(
        StoredRun(
          offset: try decoder.next(), blocks: try decoder.next(), first: try decoder.next(),
          firstTail: try decoder.list()))
    }
    for _ in 0..<(try decoder.count()) {
      record.summaries[try decoder.next()] = try decoder.summary()
    }
    guard decoder.isAtEnd else { throw JournalDamage() }
    return (record, runs)
  }
}

extension BinaryEncoder {
  fileprivate mutating func append(_ summary: GeneSummary) {
    append(summary.pairs)
    let combination = summary.combination
    append(combination.count)
    append(list: combination.terms.parts)
    append(list: combination.pending.map(\.logP))
    append(list: combination.pending.map(\.cotangent))
    append(list: combination.extremes)
    append(summary.lead.candidates.count)
    for candidate in summary.lead.candidates { append(candidate) }
  }

  private mutating func append(_ candidate: LeadVariant.Candidate) {
    append(candidate.logPValue)
    append(candidate.variant.chromosome)
    append(candidate.variant.position)
    for text in [candidate.variant.id, candidate.variant.reference, candidate.variant.alternate] {
      append(text)
    }
    append(candidate.fileIndex)
    append(candidate.summary.frequency)
    append(candidate.summary.carriers)
    append(candidate.summary.minorCount)
    append(candidate.summary.verdict.rawValue)
    append(list: candidate.dosages)
    append(candidate.isReported)
    append(candidate.fit != nil)
    if let fit = candidate.fit { append(fit) }
  }

  private mutating func append(_ fit: PairFit) {
    append(fit.status.place)
    append(fit.genotype)
    append(fit.time)
    append(fit.interaction)
    append(fit.covarianceGenotypeInteraction)
    append(fit.components)
    append(fit.deviance)
    append(fit.details != nil)
    guard let details = fit.details else { return }
    append(list: details.block)
    append(list: details.blockCovariances)
    append(list: details.genotypeCovariances)
    append(details.test)
    append(list: details.components)
    append(details.logLikelihoodRatioP)
  }
}

extension BinaryDecoder {
  fileprivate mutating func summary() throws(JournalDamage) -> GeneSummary {
    var summary = GeneSummary()
    summary.pairs = try next()
    let count = try next(Int.self)
    let terms = try list(of: Double.self)
    let logP = try list(of: Double.self)
    let cotangents = try list(of: Double.self)
    guard logP.count == cotangents.count else { throw JournalDamage() }
    summary.combination = .init(
      count: count, terms: .init(parts: terms),
      pending: zip(logP, cotangents).map { .init(logP: $0, cotangent: $1) },
      extremes: try list())
    for _ in 0..<(try self.count()) { summary.lead.add(try candidate()) }
    return summary
  }

  private mutating func candidate() throws(JournalDamage) -> LeadVariant.Candidate {
    let logPValue = try next(Double.self)
    let variant = Variant(
      chromosome: try next(), position: try next(), id: try text(), reference: try text(),
      alternate: try text())
    let fileIndex = try next(Int.self)
    let frequency = try next(Double.self)
    let carriers = try next(Int.self)
    let minorCount = try next(Double.self)
    guard let verdict = VariantVerdict(rawValue: try next()) else { throw JournalDamage() }
    let dosages = try list(of: Double.self)
    let isReported = try next(UInt8.self) != 0
    let hasFit = try next(UInt8.self) != 0
    return LeadVariant.Candidate(
      logPValue: logPValue, variant: variant, fileIndex: fileIndex,
      summary: AlleleSummary(
        frequency: frequency, carriers: carriers, minorCount: minorCount, verdict: verdict),
      fit: hasFit ? try fit() : nil, dosages: dosages, isReported: isReported)
  }

  private mutating func fit() throws(JournalDamage) -> PairFit {
    let place = try next(Int.self)
    guard FitStatus.allCases.indices.contains(place) else { throw JournalDamage() }
    var fit = PairFit(
      status: FitStatus.allCases[place], genotype: try next(), time: try next(),
      interaction: try next(), covarianceGenotypeInteraction: try next(),
      components: try next(), deviance: try next())
    guard try next(UInt8.self) != 0 else { return fit }
    fit.details = PairDetails(
      block: try list(), blockCovariances: try list(), genotypeCovariances: try list(),
      test: try next(), components: try list(), logLikelihoodRatioP: try next())
    return fit
  }
}
