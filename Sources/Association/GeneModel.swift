import BlockGzip
import Cohort
import LinearAlgebra
import MixedModels

/// One gene ready to be paired with variants: its samples, its null fit.
package final class GeneModel: Sendable {
  /// Index into the genes of the expression file: the gene order of the output.
  package let index: Int
  package let gene: Gene
  package let sampleCount: Int
  package let donorCount: Int
  /// nil where the gene's samples cannot identify the model.
  package let design: DesignCrossProducts?
  let response: ResponseCrossProducts?
  package let null: NullFit?
  /// The model as polynomials; nil where pairs are fitted without them.
  let chart: GeneChart?
  /// Of models beyond the shape of charts and lanes: the gene in their stead.
  let structured: StructuredGene?
  /// Of counts and binary outcomes: the gene in their stead.
  let generalized: GeneralizedPairModel?
  /// Without the tested column, where the likelihood ratio is wanted.
  let reduced: ReducedGene?

  /// Why no pair of this gene can be fitted.
  package var failure: FitStatus.Reason? {
    guard design != nil, let status = nullStatus else { return .notIdentifiable }
    if case .failed(let reason) = status { return reason }
    return nil
  }

  private var nullStatus: FitStatus? {
    generalized?.null.status ?? structured?.null.status ?? null?.status
  }

  /// The gene for exact fits; nil where it has none.
  var exactGene: PairGene? {
    guard failure == nil, let response, let null else { return nil }
    return PairGene(response: response, null: null)
  }

  /// The gene's row of the genes table, without its pairs.
  var tableRow: GeneTable.Row {
    let status = failure.map { FitStatus.failed($0) } ?? nullStatus
    return GeneTable.Row(
      gene: gene, sampleCount: sampleCount, donorCount: donorCount,
      components: generalized?.null.components ?? structured?.null.components ?? null?.components
        ?? .missing,
      deviance: generalized?.null.deviance ?? structured?.null.deviance ?? null?.deviance ?? .nan,
      status: status ?? .failed(.notIdentifiable), summary: GeneSummary())
  }

  /// Fits the null model of gene `index`.
  ///
  /// - Parameters:
  ///   - shared: the design of all samples, used where the gene lacks none.
  ///   - charts: what the charts of a design's genes share; nil without charts.
  ///   - structures: the models of other shapes; nil where the scan's is none.
  ///   - families: those of counts and binary outcomes; nil where expression is Gaussian.
  ///   - reduced: the design without the tested column, where the likelihood ratio is wanted.
  /// - Throws: `OutputError` where the gene's expression cannot be read back.
  init(
    index: Int, plan: ModelPlan, expression: ExpressionStore, shared: DesignCrossProducts,
    criterion: EstimationCriterion, structures: StructuredModels? = nil,
    families: GeneralizedModels? = nil,
    reduced: (DesignCrossProducts) -> ReducedDesign? = { _ in nil },
    charts: (DesignCrossProducts) -> ChartDesign? = { _ in nil }
  ) throws(OutputError) {
    let values = try expression.values(ofGene: index)
    self.index = index
    gene = expression.genes[index]
    let weights = try (structures?.weights ?? families?.weights)?.weights(of: gene)
    // A sample without a weight is one without a value.
    let present = values.indices.filter {
      !values[$0].isNaN && !(weights?[$0].isNaN ?? false)
    }
    let design =
      present.count == values.count ? shared : Self.design(plan.matrices, samples: present)
    self.design = design
    sampleCount = present.count
    donorCount =
      design?.donorCount ?? Set(present.map { plan.matrices.donorOfSample[$0] }).count
    structured = design.flatMap { design in
      structures.flatMap {
        $0.gene(
          design: design, samples: present, isWhole: design === shared,
          response: present.map { values[$0] },
          weights: weights.map { all in present.map { all[$0] } })
      }
    }
    generalized = design.flatMap { design in
      families?.gene(
        design: design, samples: present, response: present.map { values[$0] },
        weights: weights.map { all in present.map { all[$0] } })
    }
    if let design, structures == nil, families == nil {
      let response = ResponseCrossProducts(
        design: design, response: present.map { values[$0] })
      let null = NullFit(design: design, response: response, criterion: criterion)
      self.response = response
      self.null = null
      chart = charts(design).flatMap { GeneChart(shared: $0, response: response, null: null) }
      self.reduced = reduced(design).map {
        ReducedGene(design: $0, response: present.map { values[$0] }, null: null)
      }
    } else {
      response = nil
      null = nil
      chart = nil
      self.reduced = nil
    }
  }

  /// The design of some samples; nil where they cannot identify the model.
  static func design(
    _ matrices: ModelMatrices, samples: [Int]
  ) -> DesignCrossProducts? {
    let subset = matrices.selecting(samples: samples)
    do throws(ModelError) {
      try IdentifiabilityCheck(subset, group: "donor").check()
      if !DonorFreedom.isAmple(subset) { try DonorFreedom(subset).check() }
    } catch {
      return nil
    }
    return try? DesignCrossProducts(subset)
  }
}
