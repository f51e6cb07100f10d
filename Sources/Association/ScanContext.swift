import MixedModels
import VectorKernels

/// What all workers of a scan share.
struct ScanContext: Sendable {
  let options: ScanOptions
  let plan: ModelPlan
  /// The design of all samples.
  let design: DesignCrossProducts
  /// What variants need to be fitted in charts; nil where the model has none.
  let operators: FormOperators?
  let table: PairTable
  let models: GeneModels

  init(inputs: ScanInputs) {
    let options = inputs.options
    let plan = inputs.plan
    let design = inputs.design
    // Fixed variances need no polynomials.
    let charts =
      options.refit == .all
      ? ChartDesign(
        design: design, columns: plan.columns, criterion: options.criterion,
        method: options.degreesOfFreedom) : nil
    self.options = options
    self.plan = plan
    self.design = design
    operators = charts.map { FormOperators(shared: $0) }
    table = PairTable(
      significantDigits: options.significantDigits, randomNames: plan.matrices.randomNames)
    models = GeneModels { gene in
      GeneModel(
        index: gene, plan: plan, shared: design, criterion: options.criterion, charts: charts)
    }
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
