import KernelInterface

/// Fits blocks of variants with genes in their charts.
///
/// One kernel serves one worker.
package final class ChartKernel {
  private let capacity: Int
  private let shape: RandomEffectShape
  private let hasTime: Bool
  private let kernel: any VectorKernel.Type
  /// Largest |x| at which the chart last used is trusted.
  private var radius = 0.0
  /// Its `TruncationError`.
  private var error = 0.0
  private let scores: AlignedBuffer<Float>
  private let times: AlignedBuffer<Float>
  private let forms: AlignedBuffer<Float>
  /// Taylor coefficients of R̃ of a panel; empty where forms are stored.
  private let whitened: AlignedBuffer<Float>
  /// Derivatives of a panel's forms to the order of products; empty where forms are stored.
  private let products: AlignedBuffer<Float>
  /// What the fixed columns leave of a variant at the centre of the chart; 1 where forms are stored.
  private let shares: AlignedBuffer<Float>
  private let widerForms: AlignedBuffer<Float>
  /// Whether inference is Kenward and Roger's.
  private let isAdjusted: Bool
  private let scratch: AlignedBuffer<Lanes>
  private let results: AlignedBuffer<Double>
  private let outcomes: AlignedBuffer<UInt8>

  /// - Parameter capacity: of the blocks to come.
  package init(shared: ChartDesign, capacity: Int, kernel: any VectorKernel.Type) {
    self.capacity = capacity
    shape = shared.design.shape
    hasTime = !shared.timeContrast.isEmpty
    self.kernel = kernel
    scores = AlignedBuffer(count: 40 * VariantBlock.panelWidth, repeating: 0)
    times = AlignedBuffer(count: 40 * VariantBlock.panelWidth, repeating: 0)
    forms = AlignedBuffer(count: 60 * VariantBlock.panelWidth, repeating: 0)
    let productCount = shared.resolution.levels.map(\.nodes.rule.count).max() ?? 0
    let whitenedRows =
      shared.basis == nil ? 20 * 2 * shared.design.fixedCount : 0
    whitened = AlignedBuffer(count: whitenedRows * VariantBlock.panelWidth, repeating: 0)
    products = AlignedBuffer(
      count: shared.basis == nil ? 3 * productCount * VariantBlock.panelWidth : 0, repeating: 0)
    shares = AlignedBuffer(count: capacity, repeating: 1)
    isAdjusted = shared.method == .kenwardRoger
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
    radius = chart.radius
    error = chart.error
    let width = VariantBlock.panelWidth
    chart.withKernelChart { gene in
      for panel in (variants.lowerBound / width)...((variants.upperBound - 1) / width) {
        multiply(chart, block, panel: panel, isFull: isFull)
        solve(gene, block, panel: panel, variants: variants, isFull: isFull)
      }
    }
  }

  /// The second part of a fit alone: the optima of one panel's variants, from the derivatives that
  /// `multiply` left of it.
  ///
  /// - Precondition: `panel` is one of the block's.
  package func solve(_ chart: GeneChart, _ block: VariantBlock, panel: Int, isFull: Bool) {
    precondition(block.capacity == capacity && panel < block.panelCount, "panel \(panel)")
    let first = panel * VariantBlock.panelWidth
    let variants = first..<min(first + VariantBlock.panelWidth, block.count)
    chart.withKernelChart { solve($0, block, panel: panel, variants: variants, isFull: isFull) }
  }

  private func solve(
    _ gene: UnsafePointer<ChartGene>, _ block: VariantBlock, panel: Int, variants: Range<Int>,
    isFull: Bool
  ) {
    let width = VariantBlock.panelWidth
    let first = panel * width
    let used = variants.clamped(to: first..<(first + width))
    // Packets start at multiples of their width.
    let start = (used.lowerBound - first) & ~7
    var problem = ChartProblem(
      count: (used.upperBound - first - start + 7) & ~7, stride: width,
      scores: scores.base + start, forms: forms.base + start,
      widerForms: isAdjusted ? widerForms.base + start : nil,
      timeRows: isFull ? times.base + start : nil, means: block.means.base + first + start,
      scratch: UnsafeMutableRawPointer(scratch.base), resultStride: capacity,
      results: results.base + first + start, outcomes: outcomes.base + first + start)
    kernel.fitCharts(&problem, gene: gene)
    for index in used
    where block.isNearlyCollinear(at: index)
      || VariantBlock.isTooSmall(share: shares.base[index])
    {
      outcomes.base[index] = ChartOutcome.unsettled.rawValue
    }
  }

  /// The first part of a fit alone: the derivatives of scores, forms and the time row of one
  /// panel's variants, which stay until the next call.
  package func multiply(_ chart: GeneChart, _ block: VariantBlock, panel: Int, isFull: Bool) {
    let n = block.shared.design.donorCount
    let coefficients = chart.coefficientCount
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
    switch chart.forms {
    case .stored(let rows): multiplyForms(panel, chart, rows, block)
    case .direct(let forms): combineForms(panel, chart, forms, block)
    }
  }

  /// The derivatives of a panel's forms from the stored ones.
  private func multiplyForms(
    _ panel: Int, _ chart: GeneChart, _ rows: [Float], _ block: VariantBlock
  ) {
    let width = VariantBlock.panelWidth
    let coefficients = chart.coefficientCount
    let points = rows.count / coefficients
    let stored = block.forms.base + panel * 3 * points * width
    // The three entries of every point lie side by side: one product of 96 columns.
    multiply(
      rows, stored, into: forms.base, rows: coefficients, inner: points, columns: 3 * width)
    if !chart.widerFormRows.isEmpty {
      multiply(
        chart.widerFormRows, stored, into: widerForms.base,
        rows: chart.widerFormRows.count / points, inner: points, columns: 3 * width)
    }
  }

  /// The derivatives of a panel's forms from its dosages.
  private func combineForms(
    _ panel: Int, _ chart: GeneChart, _ direct: DirectForms, _ block: VariantBlock
  ) {
    let n = block.shared.design.donorCount
    let p = block.shared.design.fixedCount
    let width = VariantBlock.panelWidth
    let coefficients = chart.coefficientCount
    multiply(
      direct.whitenedRows, block.dosages.base + panel * n * width, into: whitened.base,
      rows: 2 * p * coefficients, inner: n)
    multiply(
      direct.squareRows, block.squares.base + panel * n * width, into: products.base,
      rows: 3 * coefficients, inner: n)
    let rule = direct.rule
    rule.starts.withUnsafeBufferPointer { starts in
      rule.pairs.withUnsafeBufferPointer { pairs in
        rule.factorials.withUnsafeBufferPointer { factorials in
          guard let starts = starts.baseAddress, let pairs = pairs.baseAddress,
            let factorials = factorials.baseAddress
          else { return }
          var problem = WhitenedForms(
            fixedCount: p, coefficientCount: coefficients, productCount: rule.count,
            columns: width, stride: width, whitened: whitened.base, starts: starts, pairs: pairs,
            factorials: factorials, forms: products.base, shares: shares.base + panel * width)
          kernel.subtractProducts(&problem)
        }
      }
    }
    direct.reduction.withUnsafeBufferPointer {
      guard let base = $0.baseAddress else { return }
      kernel.multiply(
        base, products.base, into: forms.base, rows: coefficients, inner: rule.count,
        columns: 3 * width, stride: 3 * width)
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

  /// Of the score in standard errors; the deviance is off by twice the score times its error.
  private static let largestError = 8e-4

  /// Whether the fit of the variant at `index` is what is promised of fast fits.
  ///
  /// Errors of scores and forms are relative, so that what they do to t and to the deviance grows with
  /// what the variant explains; what errors of the degrees of freedom do to log p grows with the square
  /// of t. Beyond two standard errors the chart is trusted less far.
  package func isTrusted(at index: Int) -> Bool {
    guard outcome(at: index) == .interior || outcome(at: index) == .boundary else { return false }
    // Between 0.1 and 0.12, Kenward and Roger's log₁₀ p was up to 1.8e-3 off with 60 donors; below 0.1,
    // up to 9.8e-4 with 19.
    guard !isAdjusted || row(.distance)[index] <= 0.085 || abs(row(.statistic)[index]) < 1 else {
      return false
    }
    let size = row(.explained)[index].squareRoot()
    return row(.distance)[index] * max(1, 0.5 * size) <= radius && error * size < Self.largestError
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
