import KernelInterface
import LinearAlgebra

/// What the charts of all genes of a design share.
package final class ChartDesign: Sendable {
  package let design: DesignCrossProducts
  package let criterion: EstimationCriterion
  package let columns: InteractionColumns
  package let method: DegreesOfFreedomMethod
  package let resolution: ChartResolution
  /// The largest `TruncationError` that is tolerated at the farthest points at which charts are trusted:
  /// what keeps statistics within 5e-4 (2e-3 below 50 donors) and log₁₀ p within 1e-3.
  let errorBound: Double
  /// Where the forms of variants are stored for all genes; nil where every gene's chart is direct
  /// and makes its own.
  package let basis: QuadraticFormBasis?
  /// Whether a multiple of the genotype columns is a fixed column, so that dosages may be centred.
  let isCentred: Bool
  /// Weights of the two genotype columns in the main effect and in the interaction.
  let genotypeContrast: (Double, Double)
  let interactionContrast: (Double, Double)
  /// ℓ: weights of the orthonormal fixed columns in the time coefficient; empty without one.
  let timeContrast: [Double]
  /// C'B ℓ-weighted: what a mean dosage adds to the time row.
  let timeShift: (Double, Double)

  /// Genes per variant from which stored forms cost less than direct charts; 0 where charts are.
  ///
  /// A store takes the same products at every point of the basis, once per variant, as a direct chart
  /// for every coefficient of each gene. Measured in reference/benchmarks/direct.md.
  package var genesPerStore: Double {
    Double(basis?.points.count ?? 0) / Double(resolution.levels[0].nodes.coefficientCount)
  }

  /// What the covariates contribute to all charts' rows; nil where it is no small space.
  let rowSpace: RowSpace?

  /// ν.
  var degreesOfFreedom: Double {
    let n = design.sampleCount
    return Double(criterion == .reml ? n - design.fixedCount - 2 : n)
  }

  /// - Parameters:
  ///   - isDirect: whether genes make the forms of variants themselves, instead of from what a
  ///     block stores of its variants for all genes. The store is worth its cost where many genes
  ///     share variants and samples.
  ///   - resolution: that of a design with about the same samples; found for this one where it is nil.
  /// - Returns: nil where charts do not cover the model: it takes a main effect of genotype, one
  ///   interaction, and Satterthwaite's or Kenward and Roger's degrees of freedom; the latter need
  ///   stored forms.
  /// - Precondition: Kenward and Roger's method goes with REML.
  package init?(
    design: DesignCrossProducts, columns: InteractionColumns, criterion: EstimationCriterion,
    method: DegreesOfFreedomMethod = .satterthwaite, isDirect: Bool = false,
    resolution: ChartResolution? = nil
  ) {
    precondition(method.isDefined(for: criterion), "\(method) with \(criterion)")
    guard method == .satterthwaite || method == .kenwardRoger && !isDirect else { return nil }
    guard design.genotypeCount == 2, let genotype = columns.genotype, design.donorCount >= 4 else {
      return nil
    }
    self.design = design
    self.criterion = criterion
    self.columns = columns
    // Measured (reference/benchmarks/accuracy.md): see `TruncationError`.
    errorBound = 1.2e-4
    let basis = isDirect ? nil : QuadraticFormBasis(design: design)
    self.basis = basis
    self.resolution =
      resolution
      ?? ChartResolution(
        design: design, training: basis?.all ?? Self.training(design),
        bound: errorBound,
        mayScale: method == .satterthwaite)
    self.method = method
    rowSpace = Self.rowSpace(design)
    let p = design.fixedCount
    let inverse = design.genotypeBasis.inverseR
    genotypeContrast = (inverse[genotype, 0], inverse[genotype, 1])
    interactionContrast = (inverse[columns.interaction, 0], inverse[columns.interaction, 1])
    let cross = design.basis.q.transposed * design.genotypeBasis.q
    isCentred = Self.isSpanned(design.genotypeBasis.q, by: design.basis.q, cross: cross)
    let contrast = columns.time.map { time in
      (0..<p).map { design.basis.inverseR[time, $0] }
    }
    timeContrast = contrast ?? []
    timeShift = Self.shift(contrast ?? [], cross)
  }

  /// Forms to see what polynomials miss, where no basis has any.
  private static func training(_ design: DesignCrossProducts) -> TrainingForms {
    TrainingForms(
      design: design,
      variants: TrainingVariants(donors: design.donorCount, count: QuadraticFormBasis.trainingCount)
    )
  }

  /// With one visit pattern, the span of Z'C and B'C over donors.
  private static func rowSpace(_ design: DesignCrossProducts) -> RowSpace? {
    guard design.patternCount == 1 else { return nil }
    let n = design.donorCount
    let p = design.fixedCount
    var space = RowSpace(donorCount: n)
    // A larger space would save nothing.
    let limit = n / 3
    for column in 0..<(2 * p) {
      let random = (0..<n).map { design.randomByFixed[$0 * 2 * p + column] }
      let genotype = (0..<n).map { design.genotypeByFixed[$0 * 2 * p + column] }
      guard space.include(random, limit: limit), space.include(genotype, limit: limit) else {
        return nil
      }
    }
    return space
  }

  private static func shift(_ contrast: [Double], _ cross: Matrix) -> (Double, Double) {
    var shift = (0.0, 0.0)
    for (j, weight) in contrast.enumerated() {
      shift.0 += weight * cross[j, 0]
      shift.1 += weight * cross[j, 1]
    }
    return shift
  }

  private static func isSpanned(_ b: Matrix, by c: Matrix, cross: Matrix) -> Bool {
    let fitted = c * cross
    return zip(b.elements, fitted.elements).allSatisfy { abs($0 - $1) < 1e-9 }
  }
}
