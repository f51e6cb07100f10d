import KernelInterface
import LinearAlgebra

/// What the charts of all genes of a design share.
package final class ChartDesign: Sendable {
  let design: DesignCrossProducts
  let criterion: EstimationCriterion
  let columns: InteractionColumns
  let method: DegreesOfFreedomMethod
  let nodes: ChartNodes
  /// Radius of the box in which polynomials are fitted.
  let radius: Double
  /// Largest |x| at which they are trusted.
  let acceptance: Double
  /// Largest |x| at which an effect beyond one standard error is trusted: with few donors beside
  /// their covariates, degrees of freedom are off by some percent farther out, which moves p.
  let testRadius: Double
  package let basis: QuadraticFormBasis
  /// Whether a multiple of the genotype columns is a fixed column, so that dosages may be centred.
  let isCentred: Bool
  /// Weights of the two genotype columns in the main effect and in the interaction.
  let genotypeContrast: (Double, Double)
  let interactionContrast: (Double, Double)
  /// ℓ: weights of the orthonormal fixed columns in the time coefficient; empty without one.
  let timeContrast: [Double]
  /// C'B ℓ-weighted: what a mean dosage adds to the time row.
  let timeShift: (Double, Double)

  /// What the covariates contribute to all charts' rows; nil where it is no small space.
  let rowSpace: RowSpace?

  /// - Returns: nil where charts do not cover the model: it takes a main effect of genotype, one
  ///   interaction, and Satterthwaite's or Kenward and Roger's degrees of freedom.
  /// - Precondition: Kenward and Roger's method goes with REML.
  package init?(
    design: DesignCrossProducts, columns: InteractionColumns, criterion: EstimationCriterion,
    method: DegreesOfFreedomMethod = .satterthwaite
  ) {
    precondition(method.isDefined(for: criterion), "\(method) with \(criterion)")
    guard method == .satterthwaite || method == .kenwardRoger else { return nil }
    guard design.genotypeCount == 2, let genotype = columns.genotype, design.donorCount >= 4 else {
      return nil
    }
    self.design = design
    self.criterion = criterion
    self.columns = columns
    self.method = method
    // A variant moves the variances of few donors far: they need a wide chart of a high order.
    let isSmall = design.donorCount < 50
    // Many donors hold a variant's pull on a full covariance so close that order 2 does.
    let isWide = design.donorCount >= 80 && design.shape == .full
    nodes = ChartNodes(
      shape: design.shape, order: isWide ? 2 : 3,
      oversampling: isSmall ? 3.2 : 1.6)
    // Fitted at Chebyshev points, polynomials err evenly over their box and soon more outside it.
    radius = isWide ? 0.07 : isSmall ? 0.14 : 0.11
    // Adjusted variances take second derivatives, which polynomials lose first outside their box.
    let isAdjusted = method == .kenwardRoger
    acceptance = radius * (!isSmall ? 1.15 : isAdjusted ? 1 : 1.35)
    // Measured (reference/benchmarks/accuracy.md): 19 donors with 8 and 16 columns of covariates.
    let free = Double(design.donorCount) - 0.5 * Double(design.fixedCount - 2)
    let plainRadius = isSmall ? 0.14 * max(0.2, min(1, (free - 3) / 12)) : acceptance
    // Kenward and Roger's: between 0.1 and 0.12, log₁₀ p is up to 1.8e-3 off with 60 donors and 9
    // covariates times time, and 1.4e-3 with 19 donors; below 0.1, at most 9e-4 with 19 to 500.
    testRadius = isAdjusted ? min(0.1, plainRadius) : plainRadius
    basis = QuadraticFormBasis(design: design)
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
