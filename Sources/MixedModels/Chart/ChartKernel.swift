import KernelInterface

/// Fits blocks of variants with genes in their charts.
///
/// One kernel serves one worker.
package final class ChartKernel {
  private let capacity: Int
  private let shape: RandomEffectShape
  private let hasTime: Bool
  private let kernel: any VectorKernel.Type
  private let scores: AlignedBuffer<Float>
  private let times: AlignedBuffer<Float>
  private let forms: AlignedBuffer<Float>
  private let scratch: AlignedBuffer<Lanes>
  private let results: AlignedBuffer<Double>
  private let outcomes: AlignedBuffer<UInt8>

  /// - Parameter capacity: of the blocks to come.
  package init(shared: ChartDesign, capacity: Int, kernel: any VectorKernel.Type) {
    self.capacity = capacity
    shape = shared.design.shape
    hasTime = !shared.timeContrast.isEmpty
    self.kernel = kernel
    scores = AlignedBuffer(count: 40 * capacity, repeating: 0)
    times = AlignedBuffer(count: 40 * capacity, repeating: 0)
    forms = AlignedBuffer(count: 60 * capacity, repeating: 0)
    scratch = AlignedBuffer(count: ChartProblem.scratchLanes, repeating: .zero)
    results = AlignedBuffer(count: ChartResult.allCases.count * capacity, repeating: .nan)
    outcomes = AlignedBuffer(count: capacity, repeating: 0)
  }

  /// Fits variants of a block with a gene.
  ///
  /// - Parameters:
  ///   - variants: which of the block's; results of others are not defined.
  ///   - isFull: whether all numbers are wanted, or only the test of genotype × time.
  package func fit(
    _ chart: GeneChart, _ block: VariantBlock, variants: Range<Int>, isFull: Bool
  ) {
    precondition(block.capacity == capacity && chart.shared === block.shared)
    precondition(variants.upperBound <= block.count, "\(variants) of \(block.count)")
    guard !variants.isEmpty else { return }
    // Products come in whole registers.
    let first = variants.lowerBound & ~31
    let width = (variants.upperBound - first + 31) & ~31
    let n = block.shared.design.donorCount
    let coefficients = block.shared.nodes.coefficientCount
    let dosages = UnsafePointer(block.dosages.base) + first
    multiply(
      chart.scoreRows, dosages, into: scores.base + first, rows: 2 * coefficients, inner: n,
      columns: width, stride: capacity)
    if isFull, !chart.timeRows.isEmpty {
      multiply(
        chart.timeRows, dosages, into: times.base + first, rows: 2 * coefficients, inner: n,
        columns: width, stride: capacity)
    }
    for entry in 0..<3 {
      // Safe: entry's columns of every row lie `capacity` apart in both.
      let at = entry * capacity + first
      multiply(
        chart.formRows, block.forms.base + at, into: forms.base + at, rows: coefficients,
        inner: block.shared.basis.points.count, columns: width, stride: 3 * capacity)
    }
    var problem = ChartProblem(
      count: (variants.upperBound - first + 7) & ~7, stride: capacity,
      scores: scores.base + first, forms: forms.base + first,
      timeRows: isFull ? times.base + first : nil, means: block.means.base + first,
      scratch: UnsafeMutableRawPointer(scratch.base), results: results.base + first,
      outcomes: outcomes.base + first)
    chart.withKernelChart { kernel.fitCharts(&problem, gene: $0) }
    for index in variants where block.isNearlyCollinear(at: index) {
      outcomes.base[index] = ChartOutcome.unsettled.rawValue
    }
  }

  private func multiply(
    _ left: [Float], _ right: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>,
    rows: Int, inner: Int, columns: Int, stride: Int
  ) {
    left.withUnsafeBufferPointer {
      guard let base = $0.baseAddress else { return }
      kernel.multiply(
        base, right, into: out, rows: rows, inner: inner, columns: columns, stride: stride)
    }
  }

  /// Natural logarithms of the p-values of genotype × time of the variants last fitted.
  package func logPValues(of variants: Range<Int>, into out: UnsafeMutablePointer<Double>) {
    kernel.logTwoSidedTails(
      statistics: row(.statistic) + variants.lowerBound,
      degreesOfFreedom: row(.degreesOfFreedom) + variants.lowerBound, out: out,
      count: variants.count)
  }

  private func row(_ result: ChartResult) -> UnsafePointer<Double> {
    UnsafePointer(results.base + result.rawValue * capacity)
  }

  /// All numbers of the variant at `index`, after a fit that was asked for them.
  ///
  /// - Precondition: the fit settled.
  package func pairFit(at index: Int) -> PairFit {
    func value(_ result: ChartResult) -> Double { row(result)[index] }
    func estimate(
      _ number: ChartResult, _ error: ChartResult, _ degrees: ChartResult
    ) -> CoefficientEstimate {
      CoefficientEstimate(
        value: value(number), standardError: value(error), degreesOfFreedom: value(degrees))
    }
    return PairFit(
      status: outcome(at: index) == .interior ? .ok : .boundary,
      genotype: estimate(.genotype, .genotypeError, .genotypeDegrees),
      time: hasTime ? estimate(.time, .timeError, .timeDegrees) : .missing,
      interaction: estimate(.interaction, .interactionError, .degreesOfFreedom),
      covarianceGenotypeInteraction: value(.covariance),
      components: VarianceComponents(
        firstDeviation: value(.firstDeviation),
        secondDeviation: shape == .scalar ? .nan : value(.secondDeviation),
        correlation: shape == .full ? value(.correlation) : .nan,
        residualDeviation: value(.residualDeviation)),
      deviance: value(.deviance))
  }

  /// A number of the variant at `index` of the block last fitted.
  package func result(_ row: ChartResult, at index: Int) -> Double {
    results.base[row.rawValue * capacity + index]
  }

  /// How the fit of the variant at `index` ended.
  package func outcome(at index: Int) -> ChartOutcome {
    ChartOutcome(rawValue: outcomes.base[index]) ?? .unsettled
  }
}
