import Association
import BlockGzip
import Glibc
import Results

/// What a report takes from the table of pairs, in one pass over its rows.
struct PairPass: Sendable {
  /// p-values of one kind by bins of minor-allele frequency, and over all.
  struct Binned: Sendable {
    var bins: [PValueSample]
    var all: PValueSample

    init(stride: Int) {
      bins = PValueHistogram.frequencyBins.map { _ in PValueSample(stride: stride) }
      all = PValueSample(stride: stride)
    }

    mutating func add(_ logP: Double, bin: Int) {
      bins[bin].add(logP)
      all.add(logP)
    }

    mutating func sort() {
      for bin in bins.indices { bins[bin].sort() }
      all.sort()
    }
  }

  /// p-values that are kept at most, of each kind.
  private static let mostValues = 20_000_000

  private(set) var rows = 0
  private(set) var statuses: [String: Int] = [:]
  private(set) var interaction: Binned
  private(set) var main: Binned
  private(set) var genome = GenomePoints()
  /// Degrees of freedom by value, in bins of `freedomWidth`.
  private(set) var freedom: [Int: Int] = [:]
  private(set) var infiniteFreedom = 0
  let freedomWidth: Double
  /// The best rows, in full, the smallest p first.
  private(set) var stride: Int

  /// Reads the table through.
  ///
  /// - Throws: `InputError` for a damaged table.
  init(_ result: FinishedResult) throws(InputError) {
    stride = max(1, (result.manifest.rows + Self.mostValues - 1) / Self.mostValues)
    interaction = Binned(stride: stride)
    main = Binned(stride: stride)
    freedomWidth = max(1, (Double(result.manifest.design.donors) / 50).rounded())
    let table = try result.pairs()
    let columns = table.columns
    let (chromosome, position) = (try columns.require("chrom"), try columns.require("pos"))
    let (frequency, status) = (try columns.require("af"), try columns.require("status"))
    let (pInteraction, pMain) = (try columns.require("pval_gi"), try columns.require("pval_g"))
    let df = try columns.require("df_gi")
    var current: (bytes: [UInt8], count: Int) = ([], 0)
    while try table.advance() {
      rows += 1
      if !table.bytes(status).elementsEqual(current.bytes) {
        if current.count > 0 {
          statuses[String(decoding: current.bytes, as: UTF8.self), default: 0] += current.count
        }
        current = (Array(table.bytes(status)), 0)
      }
      current.count += 1
      let bin = PValueHistogram.bin(alleleFrequency: try table.number(frequency))
      let logP = try table.logProbability(pInteraction)
      interaction.add(logP, bin: bin)
      main.add(try table.logProbability(pMain), bin: bin)
      genome.add(
        chromosome: table.bytes(chromosome), position: try table.integer(position),
        minusLog10P: -logP / M_LN10)
      add(freedom: try table.number(df))
    }
    if current.count > 0 {
      statuses[String(decoding: current.bytes, as: UTF8.self), default: 0] += current.count
    }
    interaction.sort()
    main.sort()
  }

  private mutating func add(freedom value: Double) {
    guard !value.isNaN else { return }
    guard value < 1e9 else {
      infiniteFreedom += 1
      return
    }
    freedom[Int(value / freedomWidth), default: 0] += 1
  }
}
