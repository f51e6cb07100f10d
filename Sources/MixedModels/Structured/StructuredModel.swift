import LinearAlgebra

/// A scan's model of any structure, for one set of samples: what no response changes.
package final class StructuredModel: Sendable {
  package let design: StructuredDesign
  /// As given; the design has it standardised.
  package let residual: ResidualVariance
  private let residualUnits: ResidualVariance.Units
  let fixed: OrthonormalBasis
  /// The columns that genotype multiplies.
  let genotype: OrthonormalBasis
  /// Those of them that are not tested; nil where all are.
  let untested: OrthonormalBasis?
  let columns: InteractionColumns
  package let layout: ComponentLayout
  /// By sample: the place of its donor's dosage.
  let dosageOfSample: [Int]
  package let criterion: EstimationCriterion
  package let method: DegreesOfFreedomMethod

  /// - Parameters:
  ///   - donorOrder: donors as the matrices number them, in the order dosages come.
  /// - Throws: `OrthonormalBasis.Dependency` where fixed columns are linearly dependent.
  /// - Precondition: Kenward and Roger's method goes with REML.
  package init(
    matrices: ModelMatrices, residual: ResidualVariance, columns: InteractionColumns,
    donorOrder: [Int], criterion: EstimationCriterion, method: DegreesOfFreedomMethod
  ) throws(OrthonormalBasis.Dependency) {
    precondition(method.isDefined(for: criterion), "\(method) with \(criterion)")
    let terms = matrices.randomTerms
    let standard = residual.standardised()
    design = StructuredDesign(terms: terms, residual: standard.residual)
    self.residual = residual
    residualUnits = standard.units
    fixed = try OrthonormalBasis(matrices.fixed)
    genotype = try OrthonormalBasis(matrices.genotype)
    let others = (0..<matrices.genotype.columns).filter { !columns.tested.contains($0) }
    untested =
      others.isEmpty
      ? nil
      : try OrthonormalBasis(
        Matrix(rows: matrices.genotype.rows, columns: others.map(matrices.genotype.column)))
    self.columns = columns
    layout = ComponentLayout(
      terms: terms, residual: residual, group: ModelMatricesBuilder.donor,
      slope: ModelMatricesBuilder.time)
    let places = Dictionary(uniqueKeysWithValues: donorOrder.enumerated().map { ($1, $0) })
    dosageOfSample = matrices.donorOfSample.map { places[$0, default: 0] }
    self.criterion = criterion
    self.method = method
  }

  /// The variance components at a point, in the user's units, and those that the layout names.
  ///
  /// - Parameter residualVariance: σ² of the design's standardised residual.
  func components(
    at x: [Double], residualVariance: Double
  ) -> (VarianceComponents, [Double]) {
    let phi = Array(x[StructuredParameters(design: design).covarianceCount...])
    return layout.components(
      covariances: design.covariances(at: x, residualVariance: residualVariance),
      residualVariance: residualUnits.variance(residualVariance, phi: phi),
      phi: residualUnits.parameters(phi))
  }

  /// The criterion of the fixed columns, in place, and room for some genotype columns.
  func loadedCriterion(genotypeCount: Int) -> StructuredCriterion {
    let made = criterion(fixedCount: fixed.q.columns + genotypeCount)
    made.load(fixed.q, at: 0)
    return made
  }

  /// The criterion of a model with some orthonormal bases for its fixed part.
  func criterion(fixedCount: Int) -> StructuredCriterion {
    StructuredCriterion(
      design: design, criterion: criterion, fixedCount: fixedCount,
      isExtended: false)
  }
}

/// The fit of a structured model without a variant.
package struct StructuredNull: Sendable {
  package var status: FitStatus
  package var components: VarianceComponents
  /// As the layout names them.
  package var furtherComponents: [Double]
  package var deviance: Double
  var optimum: StructuredOptimum?

  static func failed(_ reason: FitStatus.Reason, further: Int) -> StructuredNull {
    StructuredNull(
      status: .failed(reason), components: .missing,
      furtherComponents: [Double](repeating: .nan, count: further), deviance: .nan, optimum: nil)
  }
}
