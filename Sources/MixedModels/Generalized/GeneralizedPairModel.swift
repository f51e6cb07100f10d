import Distributions
import LinearAlgebra

/// A scan's model of counts or binary outcomes, for one gene's samples.
package final class GeneralizedPairModel: Sendable {
  let responses: GeneralizedResponses
  /// Samples × p, in the user's units.
  let fixed: Matrix
  /// The columns that genotype multiplies.
  let genotype: Matrix
  /// Names of the fixed columns, then of those of genotype.
  let names: [String]
  let columns: InteractionColumns
  private let layout: ComponentLayout
  /// By sample: the place of its donor's dosage.
  private let dosageOfSample: [Int]
  /// The gene without a variant.
  package let null: GeneralizedNull

  /// Where the variance parameters of a scan's model are reported.
  package static func layout(_ matrices: ModelMatrices) -> ComponentLayout {
    ComponentLayout(
      terms: matrices.randomTerms, residual: .homogeneous(samples: matrices.fixed.rows),
      group: ModelMatricesBuilder.donor, slope: ModelMatricesBuilder.time)
  }

  /// Fits a gene without a variant.
  ///
  /// - Parameters:
  ///   - matrices: of the gene's samples.
  ///   - response: proportions or counts, one per sample.
  ///   - sizes: numbers of trials, or weights; 1 where nil.
  ///   - offset: added to the linear predictor, one per sample; 0 where nil.
  ///   - donorOrder: donors as the matrices number them, in the order dosages come.
  package init(
    family: ResponseFamily, matrices: ModelMatrices, columns: InteractionColumns,
    response: [Double], sizes: [Double]?, offset: [Double]?, donorOrder: [Int]
  ) {
    responses = GeneralizedResponses(
      family: family, values: response,
      sizes: sizes ?? [Double](repeating: 1, count: response.count),
      offset: offset ?? [Double](repeating: 0, count: response.count),
      terms: matrices.randomTerms, quadraturePoints: 1)
    fixed = matrices.fixed
    genotype = matrices.genotype
    names = matrices.fixedNames + matrices.genotypeNames
    self.columns = columns
    let layout = Self.layout(matrices)
    self.layout = layout
    let places = Dictionary(uniqueKeysWithValues: donorOrder.enumerated().map { ($1, $0) })
    dosageOfSample = matrices.donorOfSample.map { places[$0, default: 0] }
    null = GeneralizedNull(Self.fit(responses, fixed), layout: layout)
  }

  /// An optimum, or why there is none.
  static func fit(
    _ responses: GeneralizedResponses, _ columns: Matrix
  ) -> Result<GeneralizedOptimum, Failure> {
    guard columns.rows > columns.columns else { return .failure(Failure(.notIdentifiable)) }
    guard let plain = try? responses.plain(columns) else { return .failure(Failure(.collinear)) }
    let start = plain.fit()
    if case .separated = start.status { return .failure(Failure(.separation)) }
    return responses.optimum(columns, start: start).map { .success($0) }
      ?? .failure(Failure(.numerical))
  }

  struct Failure: Error {
    let reason: FitStatus.Reason
    init(_ reason: FitStatus.Reason) { self.reason = reason }
  }

  /// The exact fit with a variant: Wald's tests, and the likelihood ratio of the tested block.
  ///
  /// - Parameter dosages: one per donor in the order the model was told.
  package func fit(dosages: UnsafePointer<Double>) -> PairFit {
    let k = genotype.columns
    func matrix(_ chosen: [Int]) -> Matrix {
      self.matrix(genotypeColumns: chosen) { dosages[$0] }
    }
    let end: GeneralizedOptimum
    switch Self.fit(responses, matrix(Array(0..<k))) {
    case .success(let optimum): end = optimum
    case .failure(let failure): return .failed(failure.reason)
    }
    let untested = (0..<k).filter { !columns.tested.contains($0) }
    // With no column left it is the gene's null fit, which all pairs share.
    let without =
      untested.isEmpty
      ? null.deviance : (try? Self.fit(responses, matrix(untested)).get())?.deviance
    return report(end, fallBy: without.map { $0 < end.deviance ? 0 : $0 - end.deviance } ?? .nan)
  }

  /// Fixed columns and some of genotype's.
  ///
  /// - Parameter dosage: of a donor by its place.
  func matrix(genotypeColumns chosen: [Int], dosage: (Int) -> Double) -> Matrix {
    let p = fixed.columns
    var matrix = Matrix(rows: fixed.rows, columns: p + chosen.count)
    for sample in 0..<fixed.rows {
      for j in 0..<p { matrix[sample, j] = fixed[sample, j] }
      let g = dosage(dosageOfSample[sample])
      for (place, j) in chosen.enumerated() {
        matrix[sample, p + place] = g * genotype[sample, j]
      }
    }
    return matrix
  }

  private func report(_ end: GeneralizedOptimum, fallBy fall: Double) -> PairFit {
    let p = fixed.columns
    let (coefficients, covariance) = (end.coefficients, end.covariance)
    func estimate(_ place: Int) -> CoefficientEstimate {
      CoefficientEstimate(
        value: coefficients[place], standardError: covariance[place, place].squareRoot(),
        degreesOfFreedom: .infinity)
    }
    let tested = columns.tested.map { p + $0 }
    let main = columns.genotype.map { p + $0 }
    let (components, others) = layout.components(
      covariances: end.covariances, residualVariance: .nan, phi: [])
    let isBlock = tested.count > 1
    let genotypeCovariances = tested.map { j in main.map { covariance[$0, j] } ?? .nan }
    var blockCovariances: [Double] = []
    for (i, one) in tested.enumerated() {
      for two in tested.dropFirst(i + 1) { blockCovariances.append(covariance[one, two]) }
    }
    return PairFit(
      status: end.optimum.inverseHessian == nil ? .flat : end.optimum.status,
      genotype: main.map(estimate) ?? .missing, time: columns.time.map(estimate) ?? .missing,
      interaction: isBlock ? .missing : estimate(tested[0]),
      covarianceGenotypeInteraction: isBlock ? .nan : genotypeCovariances[0],
      components: components, deviance: end.deviance,
      details: PairDetails(
        block: isBlock ? tested.map(estimate) : [],
        blockCovariances: isBlock ? blockCovariances : [],
        genotypeCovariances: isBlock ? genotypeCovariances : [],
        test: isBlock
          ? JointTest(values: tested.map { coefficients[$0] }, places: tested, covariance)
          : .missing,
        components: others,
        logLikelihoodRatioP: ChiSquared.logUpperTail(
          fall, degreesOfFreedom: Double(tested.count))))
  }
}
