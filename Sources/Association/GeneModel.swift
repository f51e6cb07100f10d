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

  /// Why no pair of this gene can be fitted.
  package var failure: FitStatus.Reason? {
    guard design != nil, let null else { return .notIdentifiable }
    if case .failed(let reason) = null.status { return reason }
    return nil
  }

  /// The gene for exact fits; nil where it has none.
  var exactGene: PairGene? {
    guard failure == nil, let response, let null else { return nil }
    return PairGene(response: response, null: null)
  }

  /// The gene's row of the genes table, without its pairs.
  var tableRow: GeneTable.Row {
    let status = failure.map { FitStatus.failed($0) } ?? null?.status
    return GeneTable.Row(
      gene: gene, sampleCount: sampleCount, donorCount: donorCount,
      components: null?.components ?? .missing, deviance: null?.deviance ?? .nan,
      status: status ?? .failed(.notIdentifiable), summary: GeneSummary())
  }

  /// Fits the null model of gene `index`.
  ///
  /// - Parameters:
  ///   - shared: the design of all samples, used where the gene lacks none.
  ///   - charts: what the charts of a design's genes share; nil without charts.
  /// - Throws: `OutputError` where the gene's expression cannot be read back.
  init(
    index: Int, plan: ModelPlan, expression: ExpressionStore, shared: DesignCrossProducts,
    criterion: EstimationCriterion, charts: (DesignCrossProducts) -> ChartDesign? = { _ in nil }
  ) throws(OutputError) {
    let values = try expression.values(ofGene: index)
    self.index = index
    gene = expression.genes[index]
    let present = values.indices.filter { !values[$0].isNaN }
    let design =
      present.count == values.count ? shared : Self.design(plan.matrices, samples: present)
    self.design = design
    sampleCount = present.count
    donorCount =
      design?.donorCount ?? Set(present.map { plan.matrices.donorOfSample[$0] }).count
    if let design {
      let response = ResponseCrossProducts(
        design: design, response: present.map { values[$0] })
      let null = NullFit(design: design, response: response, criterion: criterion)
      self.response = response
      self.null = null
      chart = charts(design).flatMap { GeneChart(shared: $0, response: response, null: null) }
    } else {
      response = nil
      null = nil
      chart = nil
    }
  }

  /// The design of some samples; nil where they cannot identify the model.
  static func design(
    _ matrices: ModelMatrices, samples: [Int]
  ) -> DesignCrossProducts? {
    let subset = matrices.selecting(samples: samples)
    do throws(ModelError) {
      try IdentifiabilityCheck(subset, group: "donor").check()
    } catch {
      return nil
    }
    return try? DesignCrossProducts(subset)
  }
}
