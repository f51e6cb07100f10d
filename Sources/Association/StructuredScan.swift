import BlockGzip
import Cohort
import LinearAlgebra
import MixedModels

/// What a scan's model has beyond the shape that charts and lanes cover.
package struct StructuredScan: Sendable {
  /// Over all samples, without weights.
  let residual: ResidualVariance
  /// Floating-point operations of one evaluation of a pair's criterion, roughly.
  let evaluationCost: Double
  /// Sets of donors that covary.
  let clusterCount: Int
  /// Whether every pair has its own variance parameters, or those with p below 1e-3 only.
  package internal(set) var refitsAllPairs = true

  /// Beyond some hours of refits, of a thousand variants a gene with five evaluations each, pairs
  /// have their gene's null variances first. The number of genes is that of all shards, so that
  /// rows do not depend on the split.
  mutating func choose(genes: Int, isRefitChosen: Bool) {
    refitsAllPairs = isRefitChosen || evaluationCost * 5_000 * Double(max(1, genes)) < 5e13
  }

  /// How rows are made, for messages and the manifest.
  package var rowsText: String {
    refitsAllPairs
      ? "exact refits of every pair"
      : "null variances, with exact refits of pairs with p below 1e-3"
  }
}

/// Makes the structured models of a scan: one for all genes with all samples, others for genes
/// that lack samples or have weights of their own.
struct StructuredModels: Sendable {
  let plan: ModelPlan
  let structure: StructuredScan
  let criterion: EstimationCriterion
  let method: DegreesOfFreedomMethod
  let weights: WeightStore?
  /// Of all samples, without weights.
  private let shared: StructuredModel?

  init?(inputs: ScanInputs) {
    guard let structure = inputs.plan.structure else { return nil }
    plan = inputs.plan
    self.structure = structure
    criterion = inputs.options.criterion
    method = inputs.options.degreesOfFreedom
    weights = inputs.weights
    shared =
      inputs.weights == nil
      ? try? StructuredModel(
        matrices: plan.matrices, residual: structure.residual, columns: plan.columns,
        donorOrder: inputs.design.donorOrder, criterion: criterion, method: method) : nil
  }

  /// Names of the variance parameters beyond the donors' intercept and slope.
  var componentNames: [String] {
    ComponentLayout(
      terms: plan.matrices.randomTerms, residual: structure.residual,
      group: ModelMatricesBuilder.donor, slope: ModelMatricesBuilder.time
    ).names
  }

  /// The gene of some samples; nil where they cannot identify the model.
  ///
  /// - Parameters:
  ///   - design: of those samples, whose donor order dosages have.
  ///   - weights: one per sample.
  func gene(
    design: DesignCrossProducts, samples: [Int], isWhole: Bool, response: [Double],
    weights: [Double]?
  ) -> StructuredGene? {
    if isWhole, weights == nil, let shared {
      return StructuredGene(model: shared, response: response)
    }
    var residual = structure.residual.selecting(samples: samples)
    residual.weights = weights
    return
      (try? StructuredModel(
        matrices: design.matrices, residual: residual, columns: plan.columns,
        donorOrder: design.donorOrder, criterion: criterion, method: method))
      .map { StructuredGene(model: $0, response: response) }
  }
}

/// One gene of a structured model.
final class StructuredGene: Sendable {
  let model: StructuredModel
  /// One value per sample of the model.
  let response: [Double]
  let null: StructuredNull

  init(model: StructuredModel, response: [Double]) {
    self.model = model
    self.response = response
    null = StructuredKernel(model).fitNull(response: response)
  }

  /// The exact fit of a pair over some of the gene's samples; nil where they cannot identify it.
  ///
  /// - Parameters:
  ///   - samples: places in `response`, ascending.
  ///   - matrices: of those samples.
  ///   - dosages: in `donorOrder`.
  func fit(
    samples: [Int], matrices: ModelMatrices, columns: InteractionColumns, donorOrder: [Int],
    response: [Double], dosages: [Double]
  ) -> PairFit? {
    let own = try? StructuredModel(
      matrices: matrices, residual: model.residual.selecting(samples: samples),
      columns: columns, donorOrder: donorOrder, criterion: model.criterion,
      method: model.method)
    guard let own else { return nil }
    let kernel = StructuredKernel(own)
    let null = kernel.fitNull(response: response)
    if case .failed = null.status { return nil }
    kernel.load(response: response)
    return dosages.withUnsafeBufferPointer { all -> PairFit? in
      // Safe: one dosage for each donor of the model.
      guard let base = all.baseAddress else { return nil }
      kernel.load(dosages: base)
      return kernel.fit(null, refit: .exact)
    }
  }
}

/// Fits the pairs of structured models on one thread.
final class StructuredPairs {
  private let context: ScanContext
  private let tails: PairTails
  private var kernel: StructuredKernel?

  init(context: ScanContext) {
    self.context = context
    tails = PairTails(kernel: context.options.level.kernel)
  }

  /// Fits slots of one gene: all exactly, or at null variances first.
  func fit(
    _ pairs: inout PairBatch, gene: StructuredGene, slots: [Int], variants: [Int],
    batch: PreparedVariants
  ) {
    guard let plan = context.plan.structure else { return }
    let kernel = kernel(for: gene.model)
    kernel.load(response: gene.response)
    let first: StructuredKernel.Refit =
      context.options.refit == .all && plan.refitsAllPairs ? .exact : .null
    batch.dosages.withUnsafeBufferPointer { dosages in
      guard let base = dosages.baseAddress else { return }
      for (slot, variant) in zip(slots, variants) {
        // Safe: the column of the variant starts there and has one number per donor.
        kernel.load(dosages: base + variant * batch.donorCount)
        var fit = kernel.fit(gene.null, refit: first)
        var logPValue = tails.logPValue(of: fit)
        if first == .null, context.options.refit == .all, !(logPValue >= ScanContext.exactBelow) {
          fit = kernel.fit(gene.null, refit: .exact)
          logPValue = tails.logPValue(of: fit)
        }
        pairs.set(fit, at: slot)
        pairs.logPValues[slot - pairs.slots.lowerBound] = logPValue
      }
    }
  }

  private func kernel(for model: StructuredModel) -> StructuredKernel {
    if let kernel, kernel.model === model { return kernel }
    let made = StructuredKernel(model)
    kernel = made
    return made
  }
}
