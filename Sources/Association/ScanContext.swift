import BlockGzip
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
  let models: GeneModels

  init(inputs: ScanInputs) {
    let options = inputs.options
    let plan = inputs.plan
    let design = inputs.design
    // Fixed variances need no polynomials.
    let stored =
      options.refit == .all
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
      significantDigits: options.significantDigits, randomNames: plan.matrices.randomNames)
    let expression = inputs.expression
    models = GeneModels { gene throws(OutputError) in
      try GeneModel(
        index: gene, plan: plan, expression: expression, shared: design,
        criterion: options.criterion
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
  func exactKernel(_ design: DesignCrossProducts) -> LaneInteractionKernel {
    LaneInteractionKernel(
      design: design, columns: plan.columns, criterion: options.criterion,
      method: options.degreesOfFreedom, refit: options.refit, level: options.level)
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
