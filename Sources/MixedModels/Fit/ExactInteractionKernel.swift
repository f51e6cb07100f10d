import LinearAlgebra

/// The exact refit of every pair: Newton over the covariance cone, started at the gene's null fit.
///
/// What no gene changes is summed once per variant, what no variant changes once per gene.
package final class ExactInteractionKernel: InteractionKernel {
  private let design: DesignCrossProducts
  private let method: DegreesOfFreedomMethod
  private let refit: VarianceRefit
  private let evaluator: ProfiledCriterion
  private let statistics: PairStatistics
  private let newton: ConstrainedNewton
  private let genotypeContrast: [Double]?
  private let interactionContrast: [Double]
  private let timeContrast: [Double]?

  /// - Precondition: Kenward and Roger's method goes with REML.
  package init(
    design: DesignCrossProducts, columns: InteractionColumns, criterion: EstimationCriterion,
    method: DegreesOfFreedomMethod, refit: VarianceRefit = .all
  ) {
    precondition(method.isDefined(for: criterion), "\(method) with \(criterion)")
    self.design = design
    self.refit = refit
    self.method = method
    evaluator = ProfiledCriterion(design: design, criterion: criterion, includesGenotype: true)
    statistics = PairStatistics(design: design)
    newton = ConstrainedNewton(shape: design.shape)
    let count = design.fixedCount + design.genotypeCount
    // The user's coefficients are R⁻¹ times those of the orthonormal columns.
    func genotypeContrast(_ column: Int) -> [Double] {
      (0..<count).map {
        $0 < design.fixedCount ? 0 : design.genotypeBasis.inverseR[column, $0 - design.fixedCount]
      }
    }
    self.genotypeContrast = columns.genotype.map(genotypeContrast)
    interactionContrast = genotypeContrast(columns.interaction)
    timeContrast = columns.time.map { time in
      (0..<count).map { $0 < design.fixedCount ? design.basis.inverseR[time, $0] : 0 }
    }
  }

  package func load(dosages: UnsafePointer<Double>) {
    statistics.load(dosages: dosages)
  }

  package func fit(response: ResponseCrossProducts, null: NullFit) -> PairFit {
    guard evaluator.scale.degreesOfFreedom > 0 else { return .failed(.notIdentifiable) }
    statistics.combine(with: response)
    guard refit == .all else { return fixedFit(response: response, null: null) }
    guard
      let result = newton.minimise(
        from: null.point, face: null.face,
        evaluate: {
          evaluator.evaluate(
            at: $0, response: response, pair: statistics,
            geneContraction: $0 == null.point ? null.contraction : nil)
        })
    else {
      return .failed(isCollinear(response) ? .collinear : .numerical)
    }
    // 1 − R² of the variant's columns on the covariates below 1e-10: what is left is rounding.
    guard evaluator.smallestGenotypePivot > 1e-10 else { return .failed(.collinear) }
    return report(
      result.point, value: result.criterion.value,
      status: !result.converged ? .flat : result.face == .interior ? .ok : .boundary,
      curvature: SurfaceCurvature(
        criterion: result.criterion, point: result.point, face: result.face, shape: design.shape),
      response: response)
  }

  /// The pair at its gene's null variances: generalised least squares, no refit. Degrees of
  /// freedom come from the curvature of the null criterion, whose optimum the point is.
  private func fixedFit(response: ResponseCrossProducts, null: NullFit) -> PairFit {
    guard
      let value = evaluator.evaluate(
        at: null.point, response: response, pair: statistics, geneContraction: null.contraction)
    else {
      return .failed(isCollinear(response) ? .collinear : .numerical)
    }
    guard evaluator.smallestGenotypePivot > 1e-10 else { return .failed(.collinear) }
    return report(
      null.point, value: value.value, status: null.status,
      curvature: SurfaceCurvature(
        criterion: null.optimum, point: null.point, face: null.face, shape: design.shape),
      response: response)
  }

  /// Whether the variant's columns depend on the fixed ones, judged without random effects.
  private func isCollinear(_ response: ResponseCrossProducts) -> Bool {
    evaluator.evaluate(at: .zero, response: response, pair: statistics) == nil
      || evaluator.smallestGenotypePivot < 1e-10
  }

  /// Estimates at the point last evaluated.
  private func report(
    _ point: SymmetricMatrix2, value: Double, status: FitStatus, curvature: SurfaceCurvature,
    response: ResponseCrossProducts
  ) -> PairFit {
    let inference: Inference
    switch method {
    case .infinite: inference = .fixed(degreesOfFreedom: .infinity)
    case .residual:
      inference = .fixed(degreesOfFreedom: evaluator.scale.residualDegreesOfFreedom)
    case .satterthwaite: inference = .satterthwaite(curvature)
    case .kenwardRoger: inference = .kenwardRoger(evaluator.kenwardRoger(at: point))
    }
    func estimate(_ contrast: [Double]?) -> CoefficientEstimate {
      guard let contrast else { return .missing }
      return evaluator.estimate(contrast: contrast, response: response, inference: inference)
    }
    let interaction = estimate(interactionContrast)
    // Without positive curvature the point is no optimum, whatever the iteration said.
    let isOptimum = !interaction.degreesOfFreedom.isNaN
    return PairFit(
      status: isOptimum ? status : .flat, genotype: estimate(genotypeContrast),
      time: estimate(timeContrast), interaction: interaction,
      covarianceGenotypeInteraction: genotypeContrast.map {
        evaluator.covariance($0, interactionContrast, inference: inference)
      } ?? .nan,
      components: VarianceComponents(
        point: point, design: design, residualVariance: evaluator.residualVariance),
      deviance: evaluator.deviance(of: value))
  }
}
