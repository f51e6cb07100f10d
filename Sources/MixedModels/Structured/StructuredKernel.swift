import Distributions
import LinearAlgebra

/// Fits a structured model's genes and pairs, exactly or at the gene's null variances.
///
/// One object serves one thread.
package final class StructuredKernel {
  /// What variance parameters a pair's row has.
  package enum Refit: Sendable {
    /// Its own optimum.
    case exact
    /// Those of the gene's null fit: generalised least squares.
    case null
  }

  package let model: StructuredModel
  /// A gene's null fit needs the first alone, its pairs the others.
  private lazy var null = model.loadedCriterion(genotypeCount: 0)
  private lazy var pair = model.loadedCriterion(genotypeCount: model.genotype.q.columns)
  /// Without the tested columns, for the likelihood-ratio test.
  private lazy var reduced: StructuredCriterion? =
    model.criterion == .ml
    ? model.untested.map { model.loadedCriterion(genotypeCount: $0.q.columns) } : nil
  private lazy var genotypeColumns = model.genotype.q
  private lazy var untestedColumns = model.untested?.q
  private let genotypeContrast: [Double]?
  private let testedContrasts: [[Double]]
  private let timeContrast: [Double]?

  package init(_ model: StructuredModel) {
    self.model = model
    let p = model.fixed.q.columns
    let k = model.genotype.q.columns
    func contrast(_ column: Int) -> [Double] {
      (0..<(p + k)).map { $0 < p ? 0 : model.genotype.inverseR[column, $0 - p] }
    }
    genotypeContrast = model.columns.genotype.map(contrast)
    testedContrasts = model.columns.tested.map(contrast)
    timeContrast = model.columns.time.map { time in
      (0..<(p + k)).map { $0 < p ? model.fixed.inverseR[time, $0] : 0 }
    }
  }

  /// Fits a gene alone and keeps its response for pairs.
  ///
  /// - Parameter response: one value per sample of the model.
  package func fitNull(response: [Double]) -> StructuredNull {
    let further = model.layout.names.count
    guard null.degreesOfFreedom > 0 else {
      return .failed(.notIdentifiable, further: further)
    }
    guard hasResidualVariation(response) else {
      return .failed(.noResidualVariation, further: further)
    }
    null.load(response: response)
    guard let optimum = null.optimum() else { return .failed(.numerical, further: further) }
    let (components, others) = components(null, optimum.x)
    return StructuredNull(
      status: optimum.status, components: components, furtherComponents: others,
      deviance: null.deviance(logDeterminants: model.fixed.logDeterminant),
      optimum: optimum)
  }

  /// Rounding leaves about 1e-26 of a sum of squares.
  private func hasResidualVariation(_ response: [Double]) -> Bool {
    let q = model.fixed.q
    let explained = q * (q.transposed * response)
    var total = 0.0
    var rest = 0.0
    for i in response.indices {
      total += response[i] * response[i]
      rest += (response[i] - explained[i]) * (response[i] - explained[i])
    }
    return total > 0 && rest > 1e-20 * total
  }

  /// Takes up a gene whose null fit is known.
  package func load(response: [Double]) {
    pair.load(response: response)
    reduced?.load(response: response)
  }

  /// Takes up a variant: one dosage per donor in the order the model was told.
  package func load(dosages: UnsafePointer<Double>) {
    func fill(_ columns: inout Matrix, _ basis: Matrix) {
      let k = basis.columns
      for sample in 0..<basis.rows {
        let g = dosages[model.dosageOfSample[sample]]
        for j in 0..<k { columns.elements[sample &* k &+ j] = g * basis.elements[sample &* k &+ j] }
      }
    }
    fill(&genotypeColumns, model.genotype.q)
    pair.load(genotypeColumns, at: model.fixed.q.columns)
    guard let reduced, let basis = model.untested?.q, var columns = untestedColumns else { return }
    untestedColumns = nil
    fill(&columns, basis)
    reduced.load(columns, at: model.fixed.q.columns)
    untestedColumns = columns
  }

  /// Fits the pair of the gene and the variant taken up.
  package func fit(_ gene: StructuredNull, refit: Refit) -> PairFit {
    guard let start = gene.optimum else {
      if case .failed(let reason) = gene.status { return .failed(reason) }
      return .failed(.numerical)
    }
    guard pair.degreesOfFreedom > 0 else { return .failed(.notIdentifiable) }
    switch refit {
    case .exact:
      guard let optimum = pair.optimum(from: start.x) else { return .failed(failure()) }
      guard !isCollinear() else { return .failed(.collinear) }
      return report(optimum, gene: gene, refit: refit)
    case .null:
      guard pair.evaluate(at: start.x) else { return .failed(failure()) }
      guard !isCollinear() else { return .failed(.collinear) }
      pair.prepareForms()
      return report(start, gene: gene, refit: refit)
    }
  }

  private func isCollinear() -> Bool {
    (model.fixed.q.columns..<pair.fixedCount).contains(where: pair.isCollinear)
  }

  /// Why the pair cannot be evaluated: judged without random effects.
  private func failure() -> FitStatus.Reason {
    let origin = [Double](repeating: 0, count: pair.parameters.count)
    return !pair.evaluate(at: origin) || isCollinear() ? .collinear : .numerical
  }

  private func components(
    _ criterion: StructuredCriterion, _ x: [Double]
  ) -> (VarianceComponents, [Double]) {
    model.components(
      at: x, residualVariance: criterion.residualSquares / criterion.degreesOfFreedom)
  }

  private func report(
    _ optimum: StructuredOptimum, gene: StructuredNull, refit: Refit
  ) -> PairFit {
    let inference = StructuredInference(
      criterion: pair, optimum: optimum, method: model.method)
    let (components, others) = components(pair, optimum.x)
    let deviance = pair.deviance(
      logDeterminants: model.fixed.logDeterminant + model.genotype.logDeterminant)
    let block = testedContrasts.map(inference.estimate)
    let test = block.count > 1 ? inference.joint(testedContrasts) : .missing
    var blockCovariances: [Double] = []
    for i in block.indices {
      for j in block.indices where j > i {
        blockCovariances.append(inference.covariance(testedContrasts[i], testedContrasts[j]))
      }
    }
    let genotypeCovariances = testedContrasts.map { contrast in
      genotypeContrast.map { inference.covariance($0, contrast) } ?? .nan
    }
    let isOptimum =
      block.count > 1
      ? !test.denominatorDegreesOfFreedom.isNaN : !block[0].degreesOfFreedom.isNaN
    let details =
      block.count > 1 || !others.isEmpty || model.criterion == .ml
      ? PairDetails(
        block: block.count > 1 ? block : [], blockCovariances: blockCovariances,
        genotypeCovariances: block.count > 1 ? genotypeCovariances : [], test: test,
        components: others, logLikelihoodRatioP: likelihoodRatio(deviance, gene: gene, refit: refit)
      ) : nil
    return PairFit(
      status: isOptimum ? optimum.status : .flat,
      genotype: genotypeContrast.map(inference.estimate) ?? .missing,
      time: timeContrast.map(inference.estimate) ?? .missing,
      interaction: block.count > 1 ? .missing : block[0],
      covarianceGenotypeInteraction: block.count > 1 ? .nan : genotypeCovariances[0],
      components: components, deviance: deviance, details: details)
  }

  /// log p of twice the log-likelihood's fall without the tested columns: each at its own optimum,
  /// or both at the gene's null variances.
  private func likelihoodRatio(
    _ deviance: Double, gene: StructuredNull, refit: Refit
  ) -> Double {
    guard model.criterion == .ml else { return .nan }
    var without = gene.deviance
    if let reduced {
      guard let start = gene.optimum else { return .nan }
      switch refit {
      case .exact: guard reduced.optimum(from: start.x) != nil else { return .nan }
      case .null: guard reduced.evaluate(at: start.x) else { return .nan }
      }
      without = reduced.deviance(logDeterminants: 0)
    }
    return ChiSquared.logUpperTail(
      max(0, without - deviance), degreesOfFreedom: Double(testedContrasts.count))
  }
}
