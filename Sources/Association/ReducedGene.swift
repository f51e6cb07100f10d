import MixedModels

/// A design without its tested column, which likelihood ratios compare with.
final class ReducedDesign: Sendable {
  let full: DesignCrossProducts
  /// nil where genotype has no other column: the reduced model is then the gene's null model.
  let design: DesignCrossProducts?

  init(_ full: DesignCrossProducts, columns: InteractionColumns) {
    self.full = full
    design = try? DesignCrossProducts(
      full.matrices.selecting(
        genotypeColumns: full.matrices.genotypeNames.indices.filter {
          !columns.tested.contains($0)
        }))
  }
}

/// A gene of a reduced design.
struct ReducedGene: Sendable {
  let design: ReducedDesign
  private let gene: PairGene?
  private let null: NullFit

  init(design: ReducedDesign, response: [Double], null: NullFit) {
    self.design = design
    self.null = null
    gene = design.design.map {
      PairGene(response: ResponseCrossProducts(design: $0, response: response), null: null)
    }
  }

  /// Deviances of pairs without the tested column, each at its own optimum.
  ///
  /// - Parameters:
  ///   - variants: as places in `dosages`.
  ///   - kernel: of the reduced design.
  func deviances(
    variants: [Int], dosages: UnsafePointer<Double>, kernel: LaneInteractionKernel?
  ) -> [Double] {
    guard let gene, let kernel else {
      return [Double](repeating: null.deviance, count: variants.count)
    }
    return kernel.fit(
      variants.map { PairRequest(gene: 0, variant: $0) }, genes: [gene], dosages: dosages
    ).map(\.deviance)
  }
}
