import Distributions
import MixedModels

/// All pairs of one gene under a model of its own: with a variant's columns among the covariates, or
/// with the pairs' main effects wanted.
struct GeneScan {
  let design: DesignCrossProducts
  let exact: LaneInteractionKernel
  let gene: PairGene
  /// Natural logarithms of the p-values of genotype × time by distinct column; NaN without a fit.
  private(set) var logPValues: [Double]
  /// Those of the main effect; of fast fits where these are trusted.
  private(set) var mainLogPValues: [Double]
  private let tails: PairTails

  /// - Parameters:
  ///   - charts: of `design`; nil fits every pair exactly.
  ///   - wantsMain: whether main effects are wanted.
  /// - Returns: nil where the gene has no null fit under the model.
  init?(
    context: ScanContext, design: DesignCrossProducts, charts: ChartDesign?, response: [Double],
    variants: GeneVariants, wantsMain: Bool
  ) {
    let products = ResponseCrossProducts(design: design, response: response)
    let null = NullFit(design: design, response: products, criterion: context.options.criterion)
    if case .failed = null.status { return nil }
    self.design = design
    gene = PairGene(response: products, null: null)
    exact = context.exactKernel(design)
    tails = PairTails(kernel: context.options.level.kernel)
    logPValues = [Double](repeating: .nan, count: variants.columnCount)
    mainLogPValues = logPValues
    var requests = (0..<variants.columnCount).map { PairRequest(gene: 0, variant: $0) }
    if let charts, let chart = GeneChart(shared: charts, response: products, null: null) {
      requests = fitFast(
        chart, charts, context: context, variants: variants, wantsMain: wantsMain)
    }
    let fits = fit(requests, variants)
    let interactions = tails.logPValues(fits.map(\.interaction))
    let mains = tails.logPValues(fits.map(\.genotype))
    for (place, request) in requests.enumerated() {
      logPValues[request.variant] = interactions[place]
      mainLogPValues[request.variant] = mains[place]
    }
  }

  /// - Returns: what is left to be fitted exactly.
  private mutating func fitFast(
    _ chart: GeneChart, _ charts: ChartDesign, context: ScanContext, variants: GeneVariants,
    wantsMain: Bool
  ) -> [PairRequest] {
    let capacity = VariantStream.batchSize
    let kernel = context.options.level.kernel
    let operators = charts.basis == nil ? nil : FormOperators(shared: charts)
    let block =
      operators.map { VariantBlock(operators: $0, capacity: capacity, kernel: kernel) }
      ?? VariantBlock(direct: charts, capacity: capacity, kernel: kernel)
    let fast = ChartKernel(shared: charts, capacity: capacity, kernel: kernel)
    var requests: [PairRequest] = []
    for first in stride(from: 0, to: variants.columnCount, by: capacity) {
      let count = min(capacity, variants.columnCount - first)
      block.removeAll()
      variants.dosages.withUnsafeBufferPointer { all in
        guard let base = all.baseAddress else { return }
        // Safe: a column has one number per donor.
        for column in first..<(first + count) { block.append(base + column * variants.donorCount) }
      }
      block.prepare()
      fast.fit(chart, block, variants: 0..<count, isFull: wantsMain)
      logPValues.withUnsafeMutableBufferPointer {
        guard let base = $0.baseAddress else { return }
        // Safe: columns from `first` on are at least `count`.
        fast.logPValues(of: 0..<count, into: base + first)
      }
      for slot in 0..<count {
        guard fast.isTrusted(at: slot) else {
          logPValues[first + slot] = .nan
          requests.append(
            PairRequest(gene: 0, variant: first + slot, start: fast.start(at: slot)))
          continue
        }
        guard wantsMain else { continue }
        let estimate = fast.pairFit(at: slot).genotype
        mainLogPValues[first + slot] = tails.logPValues([estimate])[0]
      }
    }
    return requests
  }

  /// Exact fits of distinct columns.
  func fit(_ requests: [PairRequest], _ variants: GeneVariants) -> [PairFit] {
    guard !requests.isEmpty else { return [] }
    return variants.dosages.withUnsafeBufferPointer { all in
      guard let base = all.baseAddress else { return [] }
      return exact.fit(requests, genes: [gene], dosages: base)
    }
  }

  /// The most significant variant of genotype × time with its exact fit; nil without a p-value.
  ///
  /// Of p-values equal to 1e-9 the first in the file leads.
  func lead(_ variants: GeneVariants) -> (member: Int, fit: PairFit, logP: Double)? {
    guard let smallest = logPValues.filter({ !$0.isNaN }).min() else { return nil }
    let columns = logPValues.indices.filter {
      logPValues[$0] <= smallest + 2 * LeadVariant.approximation
    }
    let fits = fit(columns.map { PairRequest(gene: 0, variant: $0) }, variants)
    let exact = tails.logPValues(fits.map(\.interaction))
    guard let best = exact.filter({ !$0.isNaN }).min() else { return nil }
    var places: [Int: Int] = [:]
    for (place, column) in columns.enumerated() where exact[place] <= best + 1e-9 {
      places[column] = place
    }
    guard let member = variants.members.firstIndex(where: { places[$0.column] != nil }),
      let place = places[variants.members[member].column]
    else { return nil }
    return (member, fits[place], exact[place])
  }

  /// The Cauchy combination over all variants.
  func combined(_ variants: GeneVariants) -> Double {
    CauchyCombination(variants.members.map { logPValues[$0.column] }).logP
  }
}
