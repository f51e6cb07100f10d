import KernelInterface
import LinearAlgebra

/// What the charts of all genes of a design share.
package final class ChartDesign: Sendable {
  let design: DesignCrossProducts
  let criterion: EstimationCriterion
  let columns: InteractionColumns
  let nodes: ChartNodes
  /// Radius of the box in which polynomials are fitted.
  let radius: Double
  /// Largest |x| at which they are used.
  let acceptance: Double
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

  /// - Returns: nil where charts do not cover the model: it takes a main effect of genotype and
  ///   one interaction.
  package init?(
    design: DesignCrossProducts, columns: InteractionColumns, criterion: EstimationCriterion
  ) {
    guard design.genotypeCount == 2, let genotype = columns.genotype, design.donorCount >= 4 else {
      return nil
    }
    self.design = design
    self.criterion = criterion
    self.columns = columns
    // A variant moves the variances of few donors far: they need a wide chart of a high order.
    let isSmall = design.donorCount < 50
    nodes = ChartNodes(
      shape: design.shape, order: design.donorCount >= 80 ? 2 : 3,
      oversampling: isSmall ? 3.2 : 1.6)
    radius = design.donorCount >= 80 ? 0.06 : isSmall ? 0.12 : 0.1
    // Beyond the box that polynomials are fitted in, their second derivatives lose digits first,
    // and with few donors the degrees of freedom, which are made of them, decide p: 19 donors, 14
    // degrees of freedom and |x| = 1.25 radii had 1.8e-3 in log₁₀ p.
    acceptance = (isSmall ? 1 : 1.5) * radius
    basis = QuadraticFormBasis(design: design)
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
