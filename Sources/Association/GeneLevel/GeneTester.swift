import BlockGzip
import Cohort
import Distributions
import LinearAlgebra
import MixedModels

/// Computes what the second pass finds of a gene; one object serves one worker.
final class GeneTester {
  private let context: ScanContext
  private let expression: ExpressionStore
  private let options: GeneLevelOptions
  /// The stored charts of the design of all samples; nil without bootstrap.
  private let shared: StoredCharts?
  private var sharedScan: MinimumScan?

  /// Charts over stored forms, and what stores them.
  struct StoredCharts: Sendable {
    let charts: ChartDesign
    let operators: FormOperators

    init?(context: ScanContext, design: DesignCrossProducts) {
      if let charts = context.charts, design === context.design, let operators = context.operators {
        self.charts = charts
        self.operators = operators
        return
      }
      let options = context.options
      guard options.refit == .all,
        let charts = ChartDesign(
          design: design, columns: context.plan.columns, criterion: options.criterion,
          method: options.degreesOfFreedom)
      else { return nil }
      self.charts = charts
      operators = FormOperators(shared: charts)
    }
  }

  /// - Parameter shared: of the design of all samples.
  init(context: ScanContext, expression: ExpressionStore, shared: StoredCharts?) {
    self.context = context
    self.expression = expression
    self.shared = shared
    options = context.options.geneLevel
  }

  /// What was found in the first pass that the second one needs.
  struct FirstPass {
    /// Natural logarithms of the lead variant's p-value and of the combined one.
    var smallest: Double
    var combined: Double
  }

  /// - Returns: nil when interrupted.
  /// - Throws: `OutputError` where the gene's expression cannot be read back.
  func result(
    of work: GeneWindowSource.Work, firstPass: FirstPass, chromosomes: [String]
  ) throws(OutputError) -> GeneLevelResult? {
    let model = try GeneModel(
      index: work.gene, plan: context.plan, expression: expression, shared: context.design,
      criterion: context.options.criterion)
    var result = GeneLevelResult()
    guard model.failure == nil, let design = model.design else { return result }
    let variants = self.variants(work, model, design)
    guard !variants.members.isEmpty else { return result }
    let response = try expression.values(ofGene: work.gene).filter { !$0.isNaN }
    for method in options.methods {
      switch method {
      case .acat: break
      case .effectiveTests:
        result.effectiveTests = variants.dosages.withUnsafeBufferPointer {
          EffectiveTests(design: design).count(dosages: $0, of: variants.members.map(\.column))
        }
      case .bootstrap(let most):
        guard
          let value = bootstrap(model, design, response: response, variants: variants, most: most)
        else { return nil }
        result.bootstrap = value
      case .permutation(let most):
        guard
          let value = permutation(model, design, response: response, variants: variants, most: most)
        else { return nil }
        result.permutation = value
      }
    }
    if options.findsSignals, let method = options.methods.first {
      let found = result
      let search = SignalSearch(
        context: context, model: model, design: design, response: response, variants: variants,
        chromosomes: chromosomes,
        geneLevel: { smallest, combined in
          guard let resampled = found.resampled(by: method) else {
            return found.logP(of: method, combined: combined, smallest: smallest)
          }
          return resampled.beta?.logCumulative(smallest) ?? .nan
        }, logLimit: Double.log(options.falseDiscoveryRate))
      result.signals = search.rows(
        first: found.logP(
          of: method, combined: firstPass.combined, smallest: firstPass.smallest))
    }
    return result
  }

  private func variants(
    _ work: GeneWindowSource.Work, _ model: GeneModel, _ design: DesignCrossProducts
  ) -> GeneVariants {
    var variants = GeneVariants(donorCount: design.donorCount)
    for batch in work.batches {
      let own = design === context.design ? batch : context.variants(of: batch, for: design)
      variants.add(own, own.indices(positions: model.gene.cisWindow(context.options.window)))
    }
    return variants
  }

  /// Random numbers of a gene that depend on nothing but the seed, its id and the method.
  static func random(seed: UInt64, gene: String, method: String) -> RandomNumbers {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in "\(method) \(gene)".utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }
    return RandomNumbers(seed: seed, stream: hash)
  }

  // MARK: Bootstrap

  private func bootstrap(
    _ model: GeneModel, _ design: DesignCrossProducts, response: [Double], variants: GeneVariants,
    most: Int
  ) -> ResampledPValue? {
    guard let scan = storedScan(design), let null = model.null,
      let observed = MinimumScan.Response(
        ResponseCrossProducts(design: design, response: response), charts: scan.charts)
    else { return ResampledPValue() }
    scan.load(variants.dosages)
    let simulator =
      mainEffect(design, response: response, variants: variants)
      ?? ResponseSimulator(design: design, components: null.components)
    var random = Self.random(seed: options.seed, gene: model.gene.id, method: "bootstrap")
    return ResampledPValue(observed: scan.minima([observed])[0], most: most) { count in
      guard Interruption.signal == nil else { return nil }
      var minima: [Double] = []
      // Few at a time: their charts stay in the cache while a block of variants passes.
      while minima.count < count {
        let responses = (0..<min(25, count - minima.count)).map { _ in
          MinimumScan.Response(
            ResponseCrossProducts(design: design, response: simulator.draw(&random)),
            charts: scan.charts)
        }
        minima += scan.minima(responses)
      }
      return minima
    }
  }

  /// The scan over stored forms of a design's variants.
  private func storedScan(_ design: DesignCrossProducts) -> MinimumScan? {
    let isShared = design === context.design
    if isShared, let sharedScan { return sharedScan }
    guard
      let stored = isShared ? shared : StoredCharts(context: context, design: design)
    else { return nil }
    let scan = MinimumScan(
      charts: stored.charts, operators: stored.operators, exact: context.exactKernel(design),
      kernel: context.options.level.kernel)
    if isShared { sharedScan = scan }
    return scan
  }

  // MARK: Permutation

  private func permutation(
    _ model: GeneModel, _ design: DesignCrossProducts, response: [Double], variants: GeneVariants,
    most: Int
  ) -> ResampledPValue? {
    guard let main = leadMainEffect(design, response: response, variants: variants),
      let column = context.plan.columns.genotype
    else { return ResampledPValue() }
    let matrices = design.matrices.conditioned(
      on: variants.dosages(main.column), columns: [column], of: design)
    let method = context.options.degreesOfFreedom
    guard let own = try? DesignCrossProducts(matrices),
      let charts = ChartDesign(
        design: own, columns: context.plan.columns, criterion: context.options.criterion,
        method: method, isDirect: method == .satterthwaite),
      let gene = MinimumScan.Response(
        ResponseCrossProducts(design: own, response: response), charts: charts)
    else { return ResampledPValue() }
    let scan = MinimumScan(
      charts: charts, operators: charts.basis == nil ? nil : FormOperators(shared: charts),
      exact: context.exactKernel(own), kernel: context.options.level.kernel)
    scan.load(variants.dosages)
    // The lead itself repeats the covariate: with it or without it is the same model.
    let observed = [scan.minima([gene])[0], main.interactionLogP].filter { !$0.isNaN }.min()
    let permutation = DonorPermutation(design: own)
    var random = Self.random(seed: options.seed, gene: model.gene.id, method: "permutation")
    return ResampledPValue(observed: observed ?? .nan, most: most) { count in
      var minima: [Double] = []
      for _ in 0..<count {
        guard Interruption.signal == nil else { return nil }
        scan.load(variants.dosages, order: permutation.draw(&random))
        minima += scan.minima([gene])
      }
      return minima
    }
  }

  // MARK: Main effects

  /// The variant of the most significant main effect.
  private func leadMainEffect(
    _ design: DesignCrossProducts, response: [Double], variants: GeneVariants
  ) -> (column: Int, logP: Double, interactionLogP: Double)? {
    guard
      let scan = GeneScan(
        context: context, design: design, charts: directCharts(design), response: response,
        variants: variants, wantsMain: true),
      let column = scan.mainLogPValues.indices.filter({ !scan.mainLogPValues[$0].isNaN })
        .min(by: { scan.mainLogPValues[$0] < scan.mainLogPValues[$1] })
    else { return nil }
    return (column, scan.mainLogPValues[column], scan.logPValues[column])
  }

  private func directCharts(_ design: DesignCrossProducts) -> ChartDesign? {
    guard design !== context.design else { return shared?.charts ?? context.charts }
    let method = context.options.degreesOfFreedom
    return ChartDesign(
      design: design, columns: context.plan.columns, criterion: context.options.criterion,
      method: method, isDirect: method == .satterthwaite)
  }

  /// The null model with the main effect of the gene's lead main-effect variant, where that is beyond
  /// chance: a p-value times the number of distinct variants of at most 0.05.
  private func mainEffect(
    _ design: DesignCrossProducts, response: [Double], variants: GeneVariants
  ) -> ResponseSimulator? {
    guard let column = context.plan.columns.genotype,
      let main = leadMainEffect(design, response: response, variants: variants),
      main.logP + Double.log(Double(variants.columnCount)) <= Double.log(0.05)
    else { return nil }
    let dosages = variants.dosages(main.column)
    let matrices = design.matrices.conditioned(on: dosages, columns: [column], of: design)
    guard let own = try? DesignCrossProducts(matrices) else { return nil }
    let null = NullFit(
      design: own, response: ResponseCrossProducts(design: own, response: response),
      criterion: context.options.criterion)
    if case .failed = null.status { return nil }
    let effect = ResponseSimulator.lastCoefficient(
      design: own, components: null.components, response: response)
    guard effect.isFinite else { return nil }
    return ResponseSimulator(
      design: design, components: null.components,
      mainEffect: matrices.fixed.column(matrices.fixed.columns - 1).map { $0 * effect })
  }
}
