import BlockGzip
import Genotypes
import MixedModels
import Tables

/// The rows of one gene as its chunks come, with the dosages of their variants.
struct LocusRows {
  private let model: GeneModel
  private let context: ScanContext
  private(set) var summary = GeneSummary()
  private(set) var variants: GeneVariants
  /// By the variant's place in the genotype file.
  private var texts: [Int: String] = [:]
  private var found: [Int: Variant] = [:]
  /// In the order of the table.
  private var order: [Int] = []

  init(model: GeneModel, context: ScanContext) {
    self.model = model
    self.context = context
    variants = GeneVariants(donorCount: model.design?.donorCount ?? 0)
  }

  /// Fits a chunk.
  mutating func add(
    _ chunk: ScanChunk, worker: ScanWorker, chromosomes: [String]
  ) throws(ScanFailure) {
    let outcome = try ScanFailure.writing { () throws(OutputError) in
      try worker.process(chunk, chromosomes: chromosomes)
    }
    if let own = outcome.summaries[model.index] { summary.add(own) }
    for run in outcome.runs {
      var start = 0
      run.text.withUnsafeBytes { bytes in
        for row in run.rows {
          let end = start + Int(row.textLength)
          // The line's end is left out.
          let line = UnsafeRawBufferPointer(rebasing: bytes[start..<(end - 1)])
          add(String(decoding: line, as: UTF8.self), variant: Int(row.variant), of: chunk.batch)
          start = end
        }
      }
    }
    guard let design = model.design else { return }
    let batch =
      design === context.design ? chunk.batch : context.variants(of: chunk.batch, for: design)
    variants.add(
      batch,
      context.options.isTrans
        ? batch.variants.indices
        : batch.indices(positions: model.gene.cisWindow(context.options.window)))
  }

  private mutating func add(_ text: String, variant: Int, of batch: PreparedVariants) {
    texts[variant] = text
    found[variant] = batch.variants[variant - batch.firstIndex]
    order.append(variant)
  }

  /// Decides which variant leads; rows that are fitted anew for it take the place of their first.
  mutating func settle(_ worker: ScanWorker, chromosomes: [String]) {
    for row in worker.settle(&summary, of: model, chromosomes: chromosomes) {
      let text = row.text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      texts[Int(row.key.variant.number)] = String(text.prefix { $0 != "\n" })
    }
  }

  /// The place of a variant's pair.
  func place(ofVariant number: Int) -> Int? { order.firstIndex(of: number) }

  /// All pairs, with the correlations of their dosages with the lead's.
  func pairs(chromosomes: [String]) -> [LocusPair] {
    let columns = Dictionary(
      variants.members.map { ($0.fileIndex, $0.column) }
    ) { first, _ in first }
    let lead = summary.lead.leader.flatMap { columns[$0.fileIndex] }
    let correlations = lead.map { lead in
      (0..<variants.columnCount).map {
        Self.squaredCorrelation(variants.dosages($0), variants.dosages(lead))
      }
    }
    let place = context.table.columns.pValuePlace
    return order.compactMap { number in
      guard let text = texts[number], let variant = found[number] else { return nil }
      let fields = text.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      var pair = LocusPair(
        fields: fields, variant: variant, chromosome: chromosomes[variant.chromosome],
        logPValue: place.flatMap { TableNumber.logProbability(fields[$0]) } ?? .nan,
        column: columns[number])
      if let column = pair.column, let correlations { pair.leadR2 = correlations[column] }
      return pair
    }
  }

  private static func squaredCorrelation(
    _ left: ArraySlice<Double>, _ right: ArraySlice<Double>
  ) -> Double {
    let n = Double(left.count)
    let means = (left.reduce(0, +) / n, right.reduce(0, +) / n)
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (x, y) in zip(left, right) {
      xx += (x - means.0) * (x - means.0)
      yy += (y - means.1) * (y - means.1)
      xy += (x - means.0) * (y - means.1)
    }
    return xx > 0 && yy > 0 ? min(1, xy * xy / (xx * yy)) : .nan
  }
}
