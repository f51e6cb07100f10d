import BlockGzip
import Distributions
import KernelInterface
import MixedModels

/// Pairs drawn at random from a scan's, fitted as the scan fits them and by the scalar exact
/// kernel: what the scan's numbers are off by.
package struct KernelComparison {
  /// One pair, both ways.
  package struct Pair: Sendable {
    /// Whether the scan fits it exactly (by the lanes) rather than in its gene's chart.
    package var isExact: Bool
    package var statistic: Double
    package var exactStatistic: Double
    package var logPValue: Double
    package var exactLogPValue: Double
    package var deviance: Double
    package var exactDeviance: Double
    package var status: FitStatus
    package var exactStatus: FitStatus
  }

  private let inputs: ScanInputs
  private let context: ScanContext
  private var state: UInt64

  /// - Parameters:
  ///   - inputs: of the scan whose pairs are drawn.
  ///   - seed: of the draw.
  package init(inputs: ScanInputs, seed: UInt64) {
    self.inputs = inputs
    context = ScanContext(inputs: inputs)
    state = seed
  }

  /// Draws pairs with replacement: a gene, then a variant of its window.
  ///
  /// - Throws: `ScanFailure` from the genotype file or the expression.
  package mutating func pairs(_ count: Int) throws(ScanFailure) -> [Pair] {
    let stream = inputs.stream()
    var batches: [PreparedVariants] = []
    try ScanFailure.reading { () throws(InputError) in
      while let batch = try stream.next() { batches.append(batch) }
    }
    var drawn: [Int: Int] = [:]
    for _ in 0..<count { drawn[inputs.genes[random(inputs.genes.count)], default: 0] += 1 }
    var pairs: [Pair] = []
    for gene in drawn.keys.sorted() {
      let model = try ScanFailure.writing { () throws(OutputError) in
        try context.models.model(gene)
      }
      pairs += self.pairs(of: model, count: drawn[gene] ?? 0, batches: batches)
      context.models.remove(gene)
    }
    return pairs
  }

  private mutating func pairs(
    of model: GeneModel, count: Int, batches: [PreparedVariants]
  ) -> [Pair] {
    guard let exactGene = model.exactGene, let design = model.design else { return [] }
    var seen: [Int: PreparedVariants] = [:]
    let places = batches.indices.flatMap { batch -> [(Int, Int)] in
      let window =
        inputs.options.isTrans
        ? batches[batch].variants.indices
        : batches[batch].indices(positions: model.gene.cisWindow(inputs.options.window))
      guard !window.isEmpty else { return [] }
      let own =
        design === context.design
        ? batches[batch] : context.variants(of: batches[batch], for: design)
      seen[batch] = own
      return window.filter { own.summaries[$0].verdict == .tested }.map { (batch, $0) }
    }
    guard !places.isEmpty else { return [] }
    let columns = (0..<count).compactMap { _ -> [Double]? in
      let (batch, index) = places[random(places.count)]
      guard let own = seen[batch] else { return nil }
      let start = index * own.donorCount
      return Array(own.dosages[start..<(start + own.donorCount)])
    }
    return stride(from: 0, to: columns.count, by: VariantStream.batchSize).flatMap { start in
      compare(
        model, design, exactGene,
        Array(columns[start..<min(columns.count, start + VariantStream.batchSize)]))
    }
  }

  private func compare(
    _ model: GeneModel, _ design: DesignCrossProducts, _ gene: PairGene, _ columns: [[Double]]
  ) -> [Pair] {
    var fits = [PairFit?](repeating: nil, count: columns.count)
    var starts = [ConePoint?](repeating: nil, count: columns.count)
    if let chart = model.chart {
      let (block, charts) = context.kernels(chart.shared)
      for column in columns {
        column.withUnsafeBufferPointer { if let base = $0.baseAddress { block.append(base) } }
      }
      block.prepare()
      charts.fit(chart, block, variants: 0..<columns.count, isFull: true)
      for index in columns.indices {
        starts[index] = charts.start(at: index)
        guard charts.isTrusted(at: index) else { continue }
        let fit = charts.pairFit(at: index)
        if logPValue(fit) >= ScanContext.exactBelow { fits[index] = fit }
      }
    }
    let lanes = context.exactKernel(design)
    let scalar = ExactInteractionKernel(
      design: design, columns: context.plan.columns, criterion: inputs.options.criterion,
      method: inputs.options.degreesOfFreedom, refit: inputs.options.refit)
    return columns.indices.compactMap { index in
      columns[index].withUnsafeBufferPointer { column -> Pair? in
        guard let base = column.baseAddress else { return nil }
        scalar.load(dosages: base)
        let exact = scalar.fit(response: gene.response, null: gene.null)
        let fit =
          fits[index]
          ?? lanes.fit(
            [PairRequest(gene: 0, variant: 0, start: starts[index])], genes: [gene],
            dosages: base)[0]
        return Pair(
          isExact: fits[index] == nil, statistic: fit.interaction.statistic,
          exactStatistic: exact.interaction.statistic, logPValue: logPValue(fit),
          exactLogPValue: logPValue(exact), deviance: fit.deviance,
          exactDeviance: exact.deviance, status: fit.status, exactStatus: exact.status)
      }
    }
  }

  private func logPValue(_ fit: PairFit) -> Double {
    StudentT.logTwoSidedTail(
      fit.interaction.statistic, degreesOfFreedom: fit.interaction.degreesOfFreedom)
  }

  /// Below `bound`.
  private mutating func random(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }
}
