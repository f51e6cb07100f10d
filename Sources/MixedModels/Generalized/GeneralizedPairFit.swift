import LinearAlgebra

/// A pair's model of counts or binary outcomes in full, on the scale of the link.
package struct GeneralizedPairFit: Sendable {
  package let family: ResponseFamily
  package let status: FitStatus
  /// −2 log-likelihood by Laplace's approximation, all constants kept.
  package let deviance: Double
  /// Covariates first, then the columns of genotype, with normal tests.
  package let fixedEffects: [FixedEffect]
  /// Of every random part, term by term.
  package let varianceComponents: [VarianceComponentEstimate]
  /// The grouping factors with their numbers of levels.
  package let groups: [(name: String, levels: Int)]
  package let observationCount: Int
  private let coefficients: [Double]
  private let covariance: Matrix
  private static let level = 0.95

  /// - Parameters:
  ///   - model: the gene.
  ///   - dosages: one per donor in the order the model was told.
  /// - Returns: nil where the pair cannot be fitted.
  package init?(_ model: GeneralizedPairModel, dosages: [Double]) {
    let columns = model.matrix(genotypeColumns: Array(0..<model.genotype.columns)) { dosages[$0] }
    guard let end = try? GeneralizedPairModel.fit(model.responses, columns).get() else {
      return nil
    }
    family = model.responses.family
    status = end.optimum.inverseHessian == nil ? .flat : end.optimum.status
    deviance = end.deviance
    (coefficients, covariance) = (end.coefficients, end.covariance)
    observationCount = columns.rows
    let terms = model.responses.terms
    var seen: Set<String> = []
    groups = terms.compactMap { term in
      seen.insert(term.group).inserted ? (term.group, term.levelCount) : nil
    }
    let parameters = end.laplace.parameters
    varianceComponents =
      CovarianceReport(
        terms: terms,
        origins: terms.enumerated().map { place, term in
          RandomTermOrigin(part: place, columns: Array(0..<term.columns.columns))
        }, covariances: end.covariances,
        intervals: CovarianceIntervals(
          parameters: parameters, optimum: end.optimum, rotations: end.laplace.design.rotations,
          scaleSlope: [Double](repeating: 0, count: parameters.count), scaleVariance: 0,
          level: Self.level)
      ).rows
    fixedEffects = model.names.indices.map { column in
      FixedEffect(
        term: model.names[column],
        CoefficientEstimate(
          value: end.coefficients[column],
          standardError: end.covariance[column, column].squareRoot(),
          degreesOfFreedom: .infinity), level: Self.level)
    }
  }

  /// A linear combination of the fixed effects.
  ///
  /// - Parameter weights: one per fixed effect.
  package func estimate(_ weights: [Double], named name: String) -> FixedEffect {
    FixedEffect(
      term: name,
      CoefficientEstimate(
        value: dotProduct(weights, coefficients),
        standardError: dotProduct(covariance * weights, weights).squareRoot(),
        degreesOfFreedom: .infinity), level: Self.level)
  }

  /// Wald's χ² of some fixed effects as F: divided by their number.
  ///
  /// - Parameter places: of the fixed effects.
  package func joint(_ places: [Int]) -> JointTest {
    JointTest(values: places.map { coefficients[$0] }, places: places, covariance)
  }
}
