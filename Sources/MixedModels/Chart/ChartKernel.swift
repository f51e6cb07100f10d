import KernelInterface

/// Fits blocks of variants with genes in their charts.
///
/// One kernel serves one worker.
package final class ChartKernel {
  private let capacity: Int
  private let shape: RandomEffectShape
  private let hasTime: Bool
  private let testRadius: Double
  private let kernel: any VectorKernel.Type
  private let scores: AlignedBuffer<Float>
  private let times: AlignedBuffer<Float>
  private let forms: AlignedBuffer<Float>
  private let widerForms: AlignedBuffer<Float>
  private let scratch: AlignedBuffer<Lanes>
  private let results: AlignedBuffer<Double>
  private let outcomes: AlignedBuffer<UInt8>

  /// - Parameter capacity: of the blocks to come.
  package init(shared: ChartDesign, capacity: Int, kernel: any VectorKernel.Type) {
    self.capacity = capacity
    shape = shared.design.shape
    hasTime = !shared.timeContrast.isEmpty
    testRadius = shared.testRadius
    self.kernel = kernel
    scores = AlignedBuffer(count: 40 * VariantBlock.panelWidth, repeating: 0)
    times = AlignedBuffer(count: 40 * VariantBlock.panelWidth, repeating: 0)
    forms = AlignedBuffer(count: 60 * VariantBlock.panelWidth, repeating: 0)
    widerForms = AlignedBuffer(
      count: shared.method == .kenwardRoger ? 105 * VariantBlock.panelWidth : 0, repeating: 0)
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
    let width = VariantBlock.panelWidth
    chart.withKernelChart { gene in
      for panel in (variants.lowerBound / width)...((variants.upperBound - 1) / width) {
        multiplyPanel(panel, chart, block, isFull: isFull)
        let first = panel * width
        let from = max(variants.lowerBound, first) - first
        let to = min(variants.upperBound, first + width) - first
        // Packets start at multiples of their width.
        let start = from & ~7
        var problem = ChartProblem(
          count: (to - start + 7) & ~7, stride: width, scores: scores.base + start,
          forms: forms.base + start,
          widerForms: chart.widerFormRows.isEmpty ? nil : widerForms.base + start,
          timeRows: isFull ? times.base + start : nil,
          means: block.means.base + first + start,
          scratch: UnsafeMutableRawPointer(scratch.base), resultStride: capacity,
          results: results.base + first + start, outcomes: outcomes.base + first + start)
        kernel.fitCharts(&problem, gene: gene)
      }
    }
    for index in variants where block.isNearlyCollinear(at: index) {
      outcomes.base[index] = ChartOutcome.unsettled.rawValue
    }
  }

  /// The derivatives of scores, forms and the time row of a panel's variants.
  private func multiplyPanel(
    _ panel: Int, _ chart: GeneChart, _ block: VariantBlock, isFull: Bool
  ) {
    let n = block.shared.design.donorCount
    let coefficients = block.shared.nodes.coefficientCount
    let rows = 2 * coefficients
    let width = VariantBlock.panelWidth
    let dosages = block.dosages.base + panel * n * width
    if let factored = chart.factored {
      let features = block.features.base + panel * block.featureRows * width
      multiply(
        factored.geneVectors, dosages, into: features + factored.sharedRank * width,
        rows: factored.geneRank, inner: n)
      multiply(
        factored.scoreCoefficients, features, into: scores.base, rows: rows,
        inner: factored.sharedRank + factored.geneRank)
      if isFull, chart.hasTime {
        multiply(
          factored.timeCoefficients, features, into: times.base, rows: rows,
          inner: factored.sharedRank)
      }
    } else {
      multiply(chart.scoreRows, dosages, into: scores.base, rows: rows, inner: n)
      if isFull, chart.hasTime {
        multiply(chart.timeRows, dosages, into: times.base, rows: rows, inner: n)
      }
    }
    let points = block.shared.basis.points.count
    let stored = block.forms.base + panel * 3 * points * width
    // The three entries of every point lie side by side: one product of 96 columns.
    multiply(
      chart.formRows, stored, into: forms.base, rows: coefficients, inner: points,
      columns: 3 * width)
    if !chart.widerFormRows.isEmpty {
      multiply(
        chart.widerFormRows, stored, into: widerForms.base,
        rows: block.shared.nodes.widerCoefficientCount, inner: points, columns: 3 * width)
    }
  }

  /// Rows times a panel.
  private func multiply(
    _ left: [Float], _ right: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>,
    rows: Int, inner: Int, columns: Int = VariantBlock.panelWidth
  ) {
    left.withUnsafeBufferPointer {
      guard let base = $0.baseAddress, rows > 0 else { return }
      kernel.multiply(
        base, right, into: out, rows: rows, inner: inner, columns: columns, stride: columns)
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

  /// Whether the fit of the variant at `index` is what is promised of fast fits.
  package func isTrusted(at index: Int) -> Bool {
    guard outcome(at: index) == .interior || outcome(at: index) == .boundary else { return false }
    return row(.distance)[index] <= testRadius || abs(row(.statistic)[index]) < 1
  }

  /// Where an exact fit of the variant at `index` had best start; nil for the gene's null fit.
  package func start(at index: Int) -> ConePoint? {
    let face: ConeFace
    switch (shape, outcome(at: index)) {
    case (_, .unsettled): return nil
    case (_, .interior), (_, .nearInterior): face = .interior
    case (.full, .nearRankOne): face = .rankOne
    case (.full, .boundary):
      guard row(.point11)[index] + row(.point22)[index] > 1e-6 else { return nil }
      face = .rankOne
    case (_, .boundary), (_, .nearRankOne): return nil
    }
    return ConePoint(
      point: SymmetricMatrix2(
        row(.point11)[index], shape == .full ? row(.point12)[index] : 0,
        shape == .scalar ? 0 : row(.point22)[index]),
      face: face)
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
