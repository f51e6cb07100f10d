import KernelInterface
import MixedModels

/// The smallest p-value of genotype × time over a set of variants, for many responses of one design.
///
/// Pairs are fitted in their response's chart. Those that it is not trusted for are fitted exactly where
/// they may matter: where the chart has no optimum, or one whose p-value is within `margin` of the
/// smallest trusted one. What is observed and what is drawn go the same way.
final class MinimumScan {
  /// A response to be scanned.
  struct Response {
    var gene: PairGene
    /// nil where its pairs are all fitted exactly.
    var chart: GeneChart?

    /// - Returns: nil where the response has no null fit.
    init?(_ response: ResponseCrossProducts, charts: ChartDesign) {
      let null = NullFit(design: charts.design, response: response, criterion: charts.criterion)
      if case .failed = null.status { return nil }
      gene = PairGene(response: response, null: null)
      chart = GeneChart(shared: charts, response: response, null: null)
    }
  }

  private static let capacity = VariantStream.batchSize
  /// In natural logarithms: outside of its box a chart's p-value is off by less than a factor of 20.
  private static let margin = 3.0

  let charts: ChartDesign
  private let operators: FormOperators?
  private let kernel: any VectorKernel.Type
  private let fits: ChartKernel
  private let exact: LaneInteractionKernel
  private let tails: PairTails
  /// Those in use first.
  private var blocks: [VariantBlock] = []
  private var dosages: [Double] = []
  private var count = 0

  /// - Parameter operators: of `charts`; nil where these are direct.
  init(
    charts: ChartDesign, operators: FormOperators?, exact: LaneInteractionKernel,
    kernel: any VectorKernel.Type
  ) {
    self.charts = charts
    self.operators = operators
    self.exact = exact
    self.kernel = kernel
    fits = ChartKernel(shared: charts, capacity: Self.capacity, kernel: kernel)
    tails = PairTails(kernel: kernel)
  }

  /// Takes in the variants to scan.
  ///
  /// - Parameters:
  ///   - columns: donors × variants, column-major, in the design's donor order.
  ///   - order: whose genotypes each donor gets; nil for its own.
  func load(_ columns: [Double], order: [Int]? = nil) {
    let donors = charts.design.donorCount
    count = columns.count / donors
    if let order {
      dosages = [Double](unsafeUninitializedCapacity: columns.count) { out, filled in
        for start in stride(from: 0, to: columns.count, by: donors) {
          for donor in 0..<donors { out[start + donor] = columns[start + order[donor]] }
        }
        filled = columns.count
      }
    } else {
      dosages = columns
    }
    while blocks.count * Self.capacity < count {
      blocks.append(
        operators.map { VariantBlock(operators: $0, capacity: Self.capacity, kernel: kernel) }
          ?? VariantBlock(direct: charts, capacity: Self.capacity, kernel: kernel))
    }
    dosages.withUnsafeBufferPointer { all in
      guard let base = all.baseAddress else { return }
      for (index, block) in blocks.enumerated() {
        block.removeAll()
        let first = index * Self.capacity
        for column in first..<max(first, min(first + Self.capacity, count)) {
          // Safe: a column has one number per donor.
          block.append(base + column * donors)
        }
        block.prepare()
      }
    }
  }

  /// Natural logarithm of the smallest p-value of each response; NaN where it has none.
  func minima(_ responses: [Response?]) -> [Double] {
    var minima = [Double](repeating: .infinity, count: responses.count)
    var pending: [(request: PairRequest, logP: Double)] = []
    var logPValues = [Double](repeating: .nan, count: Self.capacity)
    for (index, block) in blocks.enumerated() where block.count > 0 {
      let first = index * Self.capacity
      for (number, response) in responses.enumerated() {
        guard let response else { continue }
        guard let chart = response.chart else {
          for slot in 0..<block.count {
            pending.append((PairRequest(gene: number, variant: first + slot), .nan))
          }
          continue
        }
        fits.fit(chart, block, variants: 0..<block.count, isFull: false)
        logPValues.withUnsafeMutableBufferPointer {
          guard let base = $0.baseAddress else { return }
          // Safe: it has room for a block's.
          fits.logPValues(of: 0..<block.count, into: base)
        }
        for slot in 0..<block.count {
          if fits.isTrusted(at: slot) {
            minima[number] = min(minima[number], logPValues[slot])
            continue
          }
          let isSettled = fits.outcome(at: slot) != .unsettled
          pending.append(
            (
              PairRequest(gene: number, variant: first + slot, start: fits.start(at: slot)),
              isSettled ? logPValues[slot] : .nan
            ))
        }
      }
    }
    fit(pending, responses, into: &minima)
    return minima.map { $0 == .infinity ? .nan : $0 }
  }

  /// Fits exactly what may be a smallest p-value.
  private func fit(
    _ pending: [(request: PairRequest, logP: Double)], _ responses: [Response?],
    into minima: inout [Double]
  ) {
    let open = pending.filter {
      !($0.logP > minima[$0.request.gene] + Self.margin)
    }.map(\.request)
    guard !open.isEmpty else { return }
    // Requests count responses; those without a fit have none.
    var places: [Int: Int] = [:]
    var genes: [PairGene] = []
    for (number, response) in responses.enumerated() {
      guard let response else { continue }
      places[number] = genes.count
      genes.append(response.gene)
    }
    let requests = open.map { request in
      PairRequest(
        gene: places[request.gene] ?? 0, variant: request.variant, start: request.start)
    }
    let found = dosages.withUnsafeBufferPointer { all -> [PairFit] in
      guard let base = all.baseAddress else { return [] }
      return exact.fit(requests, genes: genes, dosages: base)
    }
    let logPValues = tails.logPValues(found.map(\.interaction))
    for (request, logP) in zip(open, logPValues) where !logP.isNaN {
      minima[request.gene] = min(minima[request.gene], logP)
    }
  }
}
