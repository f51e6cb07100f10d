import BlockGzip
import Cohort
import MixedModels
import VectorKernels

/// What all workers of a scan share.
struct ScanContext: Sendable {
  let options: ScanOptions
  let plan: ModelPlan
  /// The design of all samples.
  let design: DesignCrossProducts
  /// What the charts of genes with all samples share; nil where the model has none.
  let charts: ChartDesign?
  /// What stores the forms of variants for all genes; nil without charts, and where they are direct.
  let operators: FormOperators?
  let table: PairTable
  /// Designs without the tested column, where the likelihood ratio is wanted.
  let reduced: @Sendable (DesignCrossProducts) -> ReducedDesign?
  let models: GeneModels
  let expression: ExpressionStore

  init(inputs: ScanInputs) {
    let options = inputs.options
    let plan = inputs.plan
    let design = inputs.design
    let structures = StructuredModels(inputs: inputs)
    let families = GeneralizedModels(inputs: inputs)
    let isPlain = structures == nil && families == nil
    // Fixed variances need no polynomials, and likelihood ratios are of exact fits.
    let stored =
      options.refit == .all && options.criterion == .reml && isPlain
      ? ChartDesign(
        design: design, columns: plan.columns, criterion: options.criterion,
        method: options.degreesOfFreedom) : nil
    let direct = { @Sendable (design: DesignCrossProducts) -> ChartDesign? in
      stored.flatMap {
        ChartDesign(
          design: design, columns: plan.columns, criterion: options.criterion, method: $0.method,
          isDirect: true, resolution: $0.resolution)
      }
    }
    let isSparse =
      options.degreesOfFreedom == .satterthwaite
      && stored.map { GenesPerVariant(inputs).mean < $0.genesPerStore } ?? false
    let charts = isSparse ? direct(design) : stored
    self.options = options
    self.plan = plan
    self.design = design
    self.charts = charts
    operators = charts.flatMap { isSparse ? nil : FormOperators(shared: $0) }
    table = PairTable(
      significantDigits: options.significantDigits,
      columns: PairColumns(
        randomNames: isPlain ? plan.matrices.randomNames : [],
        testedCount: plan.columns.tested.count, hasLikelihoodRatio: options.criterion == .ml,
        furtherComponents: structures?.componentNames ?? families?.componentNames ?? []))
    let wantsRatio = options.criterion == .ml && isPlain
    let reducedOfAll = wantsRatio ? ReducedDesign(design, columns: plan.columns) : nil
    reduced = { own in
      guard wantsRatio else { return nil }
      return own === design ? reducedOfAll : ReducedDesign(own, columns: plan.columns)
    }
    let reduced = reduced
    let expression = inputs.expression
    self.expression = expression
    models = GeneModels { gene throws(OutputError) in
      try GeneModel(
        index: gene, plan: plan, expression: expression, shared: design,
        criterion: options.criterion, structures: structures, families: families,
        reduced: reduced
      ) { own in
        // A design of one gene's has none to share a store with.
        own === design ? charts : direct(own)
      }
    }
  }

  /// An empty block of variants for the charts of a design, and what fits over it.
  func kernels(_ charts: ChartDesign) -> (VariantBlock, ChartKernel) {
    let kernel = options.level.kernel
    let capacity = VariantStream.batchSize
    let stored = charts === self.charts ? operators : nil
    return (
      stored.map { VariantBlock(operators: $0, capacity: capacity, kernel: kernel) }
        ?? VariantBlock(direct: charts, capacity: capacity, kernel: kernel),
      ChartKernel(shared: charts, capacity: capacity, kernel: kernel)
    )
  }

  /// A batch as a design of some of the samples sees it.
  func variants(of batch: PreparedVariants, for own: DesignCrossProducts) -> PreparedVariants {
    own.donorCount == design.donorCount
      ? PreparedVariants(batch, from: design.donorOrder, to: own.donorOrder)
      : PreparedVariants(
        batch: batch.batch, firstIndex: batch.firstIndex, design: own, filter: options.filter)
  }

  /// The exact kernel of a design.
  ///
  /// - Parameter columns: what is reported; nil is the plan's.
  func exactKernel(
    _ design: DesignCrossProducts, columns: InteractionColumns? = nil
  ) -> LaneInteractionKernel {
    LaneInteractionKernel(
      design: design, columns: columns ?? plan.columns, criterion: options.criterion,
      method: options.degreesOfFreedom, refit: options.refit, level: options.level)
  }

  /// The exact fits of a design.
  func exactFits(_ design: DesignCrossProducts) -> ExactPairFits {
    // Degrees of freedom of the reduced model are not asked for.
    let reduced = reduced(design)?.design.map {
      LaneInteractionKernel(
        design: $0, columns: InteractionColumns(genotype: nil, interaction: 0, time: nil),
        criterion: options.criterion, method: .residual, refit: options.refit,
        level: options.level)
    }
    return ExactPairFits(lanes: exactKernel(design), reduced: reduced)
  }

  /// Rows with at most this log p are written.
  var logThreshold: Double {
    options.pValueThreshold >= 1 ? .infinity : Double.log(options.pValueThreshold)
  }

  /// Pairs whose fast fit has less are fitted exactly.
  static let exactBelow = Double.log(1e-3)

  /// Whether rows are written that are not fitted exactly.
  var reportsFastFits: Bool { logThreshold > Self.exactBelow }
}
