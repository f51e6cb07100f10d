/// The fit of a gene's model without a variant: where every pair's refit starts.
public struct NullFit: Sendable {
  /// How the fit ended.
  public var status: FitStatus
  /// Variance components at the optimum.
  public var components: VarianceComponents
  /// Minus twice the (restricted) log-likelihood, on lme4's scale.
  public var deviance: Double
  package var point: SymmetricMatrix2
  package var face: ConeFace
  /// The criterion with its derivatives at the optimum.
  var optimum: SecondOrder
  /// Contractions at the optimum, where every pair's refit starts.
  var contraction: [Double]

  static func failed(_ reason: FitStatus.Reason) -> NullFit {
    NullFit(
      status: .failed(reason), components: .missing, deviance: .nan, point: .zero, face: .zero,
      optimum: SecondOrder(), contraction: [])
  }

  /// Fits `response`, from the best two of a grid of starts, so that a local optimum of the
  /// criterion is not taken for the global one.
  package init(
    design: DesignCrossProducts, response: ResponseCrossProducts, criterion: EstimationCriterion
  ) {
    // Rounding leaves about 1e-26 of a sum of squares.
    guard response.residualSquares > 1e-20 * response.totalSquares, response.totalSquares > 0 else {
      self = .failed(.noResidualVariation)
      return
    }
    let evaluator = ProfiledCriterion(
      design: design, criterion: criterion, includesGenotype: false)
    let newton = ConstrainedNewton(shape: design.shape)
    func evaluate(_ m: SymmetricMatrix2) -> SecondOrder? {
      evaluator.evaluate(at: m, response: response, pair: nil)
    }
    let grid = design.startGrid
    let values = grid.values(
      response: response, criterion: criterion,
      degreesOfFreedom: evaluator.scale.degreesOfFreedom)
    let ranked = zip(grid.points, values).filter { $0.1.isFinite }.sorted { $0.1 < $1.1 }
    let results = ranked.prefix(2).compactMap {
      newton.minimise(from: $0.0, face: .interior, evaluate: evaluate)
    }
    guard
      let best = results.min(by: { $0.criterion.value < $1.criterion.value }),
      evaluate(best.point) != nil
    else {
      self = .failed(.numerical)
      return
    }
    point = best.point
    face = best.face
    status = !best.converged ? .flat : best.face == .interior ? .ok : .boundary
    optimum = best.criterion
    contraction = evaluator.geneContraction
    deviance = evaluator.deviance(of: best.criterion.value)
    components = VarianceComponents(
      point: best.point, design: design, residualVariance: evaluator.residualVariance)
  }

  private init(
    status: FitStatus, components: VarianceComponents, deviance: Double,
    point: SymmetricMatrix2, face: ConeFace, optimum: SecondOrder,
    contraction: [Double]
  ) {
    self.status = status
    self.components = components
    self.deviance = deviance
    self.point = point
    self.face = face
    self.optimum = optimum
    self.contraction = contraction
  }
}
